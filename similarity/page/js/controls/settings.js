/** The settings: what was chosen comes from each answer, what changes goes into the next request. */

import { make, show } from "../common/dom.js";
import { count, wholeMegabytes } from "../common/format.js";

const METRIC_TITLES = {
  angular: "Angular (direction only)",
  euclidean: "Euclidean (straight line)",
  manhattan: "Manhattan (sum of differences)",
  dot: "Dot product (direction and length)",
};

const METRIC_HINTS = {
  angular: "Compares directions, not lengths.",
  euclidean: "The straight distance: lengths count.",
  manhattan: "The sum of differences: lengths count.",
  dot: "Prefers embeddings that are long.",
};

/** Positions of the search_k slider, which is logarithmic: each step is a factor. */
const LAST_POSITION = 100;

/**
 * @param {HTMLElement} root
 * @param {{change: (params: Object<string, string>) => void, mark: (isOn: boolean) => void,
 *     prepare: (choice: Object) => void, leave: () => void}} actions `prepare` is called when a
 *     backbone was chosen that is not ready, `leave` when one that is
 */
export function createSettings(root, actions) {
  const at = (id) => root.querySelector(`#${id}`);
  const selects = { collection: at("collection"), backbone: at("backbone"), metric: at("metric") };
  const k = at("k");
  const searchK = at("search-k");
  let bounds = [1, 1];
  let backbones = [];
  let inUse = null;
  let isPending = false;

  for (const name of ["collection", "metric"]) {
    selects[name].addEventListener("change", () => actions.change({ [name]: selects[name].value }));
  }
  selects.backbone.addEventListener("change", () => {
    const choice = backbones.find(({ name }) => name === selects.backbone.value);
    isPending = choice.state !== "ready";
    if (isPending) {
      actions.prepare(choice);
    } else {
      actions.leave();
      actions.change({ backbone: choice.name });
    }
  });
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
  function draw({ offers, params, annoy_problem: problem }) {
    const titles = offers.collections.map(({ name, title }) => ({ name, title }));
    offer(selects.collection, titles, params.collection);
    show(at("collection-field"), offers.collections.length > 1);
    ({ backbones } = offers);
    inUse = params.backbone;
    // A choice that waits for a yes stays, so that arrow keys can go on to the next.
    const chosen = isPending ? selects.backbone.value : inUse;
    offer(selects.backbone, backbones.map(optionOf), chosen);
    const metrics = offers.metrics.map((name) => ({ name, title: METRIC_TITLES[name] ?? name }));
    offer(selects.metric, metrics, params.metric);
    at("metric-hint").textContent = METRIC_HINTS[params.metric] ?? "";
    [k.min, k.max] = offers.k;
    k.value = params.k;
    at("k-value").value = params.k;
    bounds = offers.search_k;
    drawEffort(Number(params.search_k), problem !== null);
    const { title } = backbones.find(({ name }) => name === inUse);
    at("settings-summary").textContent = `${title}, ${params.metric}, k ${params.k}`;
  }

  function drawEffort(value, isExact) {
    const [low, high] = bounds;
    searchK.disabled = isExact || low === high;
    sayEffort(value);
    // While it is dragged, the slider is ahead of the answers.
    if (atPosition(Number(searchK.value), bounds) !== value) searchK.value = positionOf(value, bounds);
    at("search-k-hint").textContent = effortHint(isExact, low === high);
  }

  /** Show the backbone in use again, after another was chosen that is not ready. */
  function release() {
    isPending = false;
    selects.backbone.value = inUse;
  }

  return { draw, release };
}

function effortHint(isExact, isLeaf) {
  if (isExact) return "Every picture is looked at, since Annoy does not work on this machine.";
  if (isLeaf) return "In an index this small, every tree is one leaf: any effort finds the exact answer.";
  return "Places looked at; more find more.";
}

function optionOf({ name, title, state, problem, bytes }) {
  if (problem) return { name, title: `${title} (unusable)`, isOff: true };
  const todo = {
    ready: "",
    builds: " (to be indexed)",
    downloads: ` (${wholeMegabytes(bytes)} to download)`,
    running: " (getting ready)",
  };
  return { name, title: title + todo[state] };
}

function offer(select, choices, chosen) {
  const key = JSON.stringify(choices);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(
      ...choices.map(({ name, title, isOff = false }) =>
        make("option", { value: name, disabled: isOff }, title),
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
