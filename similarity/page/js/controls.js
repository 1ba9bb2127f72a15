/** The settings: what was chosen comes from each answer, what changes goes into the next request. */

import { make, show } from "./dom.js";
import { count } from "./names.js";

const METRIC_TITLES = {
  angular: "Angular (direction only)",
  euclidean: "Euclidean (straight line)",
  manhattan: "Manhattan (sum of differences)",
  dot: "Dot product (direction and length)",
};

/** Positions of the search_k slider, which is logarithmic: each step is a factor. */
const LAST_POSITION = 100;

/**
 * @param {HTMLElement} root
 * @param {{change: (params: Object<string, string>) => void, mark: (isOn: boolean) => void}} actions
 */
export function createControls(root, actions) {
  const at = (id) => root.querySelector(`#${id}`);
  const selects = { collection: at("collection"), backbone: at("backbone"), metric: at("metric") };
  const k = at("k");
  const searchK = at("search-k");
  let bounds = [1, 1];

  for (const [name, select] of Object.entries(selects)) {
    select.addEventListener("change", () => actions.change({ [name]: select.value }));
  }
  k.addEventListener("input", () => {
    at("k-value").value = k.value;
    actions.change({ k: k.value });
  });
  searchK.addEventListener("input", () => {
    const value = atPosition(Number(searchK.value), bounds);
    sayEffort(value);
    actions.change({ search_k: String(value) });
  });
  at("mark-missed").addEventListener("change", (event) => actions.mark(event.target.checked));

  function sayEffort(value) {
    at("search-k-value").value = count(value);
    searchK.setAttribute("aria-valuetext", `${count(value)} places`);
  }

  /** Show what an answer was asked with. */
  function draw({ offers, params, answer }) {
    const titles = offers.collections.map(({ name, title }) => ({ name, title }));
    offer(selects.collection, titles, params.collection);
    show(at("collection-field"), offers.collections.length > 1);
    offer(selects.backbone, offers.backbones, params.backbone);
    const metrics = offers.metrics.map((name) => ({ name, title: METRIC_TITLES[name] ?? name }));
    offer(selects.metric, metrics, params.metric);
    [k.min, k.max] = offers.k;
    k.value = params.k;
    at("k-value").value = params.k;
    bounds = offers.search_k;
    drawEffort(Number(params.search_k), answer);
    const backbone = offers.backbones.find(({ name }) => name === params.backbone);
    at("settings-summary").textContent = `${backbone.title}, ${params.metric}, k ${params.k}`;
  }

  function drawEffort(value, answer) {
    const [low, high] = bounds;
    searchK.disabled = low === high;
    sayEffort(value);
    // While it is dragged, the slider is ahead of the answers.
    if (atPosition(Number(searchK.value), bounds) !== value) searchK.value = positionOf(value, bounds);
    at("search-k-hint").textContent =
      low === high
        ? "In an index this small, every tree is one leaf: any effort finds the exact answer."
        : `Places Annoy looks at in its ${answer.n_trees} trees, each of which has all ` +
          `${count(answer.n_items)} pictures. More find more, and take longer.`;
  }

  return { draw };
}

function offer(select, choices, chosen) {
  const key = JSON.stringify(choices);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(
      ...choices.map(({ name, title, problem }) =>
        make("option", { value: name, disabled: Boolean(problem) }, problem ? `${title} (unusable)` : title),
      ),
    );
  }
  select.value = chosen;
}

function atPosition(position, [low, high]) {
  if (position === 0) return low;
  if (position === LAST_POSITION) return high;
  const value = low * (high / low) ** (position / LAST_POSITION);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.min(high, Math.max(low, Math.round(value / unit) * unit));
}

function positionOf(value, [low, high]) {
  if (low === high) return LAST_POSITION;
  return Math.round((LAST_POSITION * Math.log(value / low)) / Math.log(high / low));
}
