/** The settings: what was chosen comes from each answer, what changes goes into the next request. */

import { finder, make, show } from "../common/dom.js";
import { count, titleOf, wholeMegabytes } from "../common/format.js";
import { METRICS } from "../common/metrics.js";

/** @import { AnswerPayload, UnreadyBackboneOffer } from "../../payload_types.js" */
/** @import { Params } from "../server/session.js" */

/** @typedef {AnswerPayload["offers"]["backbones"][number]} BackboneOffer */
/** @typedef {{name: string, title: string, isOff?: boolean}} Option of a list */
/** @typedef {[low: number, high: number]} Bounds of search_k */

/** Positions of the search_k slider, which is logarithmic: each step is a factor. */
const LAST_POSITION = 100;

/**
 * @param {HTMLElement} root
 * @param {{change: (params: Params) => void, mark: (isOn: boolean) => void,
 *     prepare: (choice: UnreadyBackboneOffer) => void, leave: () => void}} actions `prepare` is
 *     called when a backbone was chosen that is not ready, `leave` when one that is
 */
export function createSettings(root, actions) {
  const at = finder(root);
  const collection = at("collection", HTMLSelectElement);
  const backbone = at("backbone", HTMLSelectElement);
  const metric = at("metric", HTMLSelectElement);
  const k = at("k", HTMLInputElement);
  const kValue = at("k-value", HTMLOutputElement);
  const searchK = at("search-k", HTMLInputElement);
  const markMissed = at("mark-missed", HTMLInputElement);
  /** @type {Bounds} */
  let bounds = [1, 1];
  /** @type {Array<BackboneOffer>} */
  let backbones = [];
  let inUse = "";
  let isPending = false;

  collection.addEventListener("change", () => actions.change({ collection: collection.value }));
  metric.addEventListener("change", () => actions.change({ metric: metric.value }));
  backbone.addEventListener("change", () => {
    const choice = backbones.find(({ name }) => name === backbone.value);
    if (!choice) return;
    isPending = choice.state !== "ready";
    if (choice.state === "ready") {
      actions.leave();
      actions.change({ backbone: choice.name });
    } else {
      actions.prepare(choice);
    }
  });
  k.addEventListener("input", () => {
    kValue.value = k.value;
    actions.change({ k: k.value });
  });
  searchK.addEventListener("input", () => {
    const value = atPosition(Number(searchK.value), bounds);
    sayEffort(value);
    actions.change({ search_k: String(value) });
  });
  markMissed.addEventListener("change", () => actions.mark(markMissed.checked));

  /** @param {number} value */
  function sayEffort(value) {
    at("search-k-value", HTMLOutputElement).value = count(value);
    searchK.setAttribute("aria-valuetext", `${count(value)} places`);
  }

  /**
   * Show what an answer was asked with.
   *
   * @param {Pick<AnswerPayload, "offers"|"params"|"annoy_problem">} payload
   */
  function draw({ offers, params, annoy_problem: annoyProblem }) {
    const titles = offers.collections.map(({ name, title, problem }) => ({
      name,
      title: problem ? `${title}: ${problem}` : title,
      isOff: problem !== null,
    }));
    fillSelect(collection, titles, params.collection);
    show(at("collection-field"), offers.collections.length > 1);
    ({ backbones } = offers);
    inUse = params.backbone;
    // A choice that waits for a yes stays, so that arrow keys can go on to the next.
    const chosen = isPending ? backbone.value : inUse;
    fillSelect(backbone, backbones.map(optionOf), chosen);
    const metrics = offers.metrics.map((name) => ({ name, ...METRICS[name] }));
    fillSelect(metric, metrics, params.metric);
    const { hint } = metrics.find(({ name }) => name === params.metric) ?? { hint: "" };
    at("metric-hint").textContent = hint;
    [k.min, k.max] = offers.k.map(String);
    k.value = params.k;
    kValue.value = params.k;
    bounds = offers.search_k;
    drawEffort(Number(params.search_k), annoyProblem !== null);
    const title = titleOf(backbones, inUse);
    at("settings-summary").textContent = `${title}, ${params.metric}, k ${params.k}`;
  }

  /**
   * @param {number} value
   * @param {boolean} isExact whether Annoy is not asked at all
   */
  function drawEffort(value, isExact) {
    const [low, high] = bounds;
    searchK.disabled = isExact || low === high;
    sayEffort(value);
    // While it is dragged, the slider is ahead of the answers.
    if (atPosition(Number(searchK.value), bounds) !== value) {
      searchK.value = String(positionOf(value, bounds));
    }
    at("search-k-hint").textContent = effortHint(isExact, low === high);
  }

  /** Show the backbone in use again, after another was chosen that is not ready. */
  function release() {
    isPending = false;
    backbone.value = inUse;
  }

  return { draw, release };
}

/**
 * @param {boolean} isExact
 * @param {boolean} isLeaf
 */
function effortHint(isExact, isLeaf) {
  if (isExact) return "Every picture is looked at, since Annoy does not work on this machine.";
  if (isLeaf) return "In an index this small, every tree is one leaf: any effort finds the exact answer.";
  return "Places looked at; more find more.";
}

/**
 * @param {BackboneOffer} offered
 * @returns {Option}
 */
function optionOf(offered) {
  const { name, title } = offered;
  switch (offered.state) {
    case "ready":
      return offered.problem === null
        ? { name, title }
        : { name, title: `${title} (unusable)`, isOff: true };
    case "builds":
      return { name, title: `${title} (to be indexed)` };
    case "downloads":
      return { name, title: `${title} (${wholeMegabytes(offered.bytes)} to download)` };
    case "running":
      return { name, title: `${title} (getting ready)` };
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {Array<Option>} options
 * @param {string} chosen
 */
function fillSelect(select, options, chosen) {
  const key = JSON.stringify(options);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(
      ...options.map(({ name, title, isOff = false }) =>
        make("option", { value: name, disabled: isOff }, title),
      ),
    );
  }
  select.value = chosen;
}

/**
 * @param {number} position
 * @param {Bounds} bounds
 */
function atPosition(position, [low, high]) {
  if (position === 0) return low;
  if (position === LAST_POSITION) return high;
  const value = low * (high / low) ** (position / LAST_POSITION);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.min(high, Math.max(low, Math.round(value / unit) * unit));
}

/**
 * @param {number} value
 * @param {Bounds} bounds
 */
function positionOf(value, [low, high]) {
  if (low === high) return LAST_POSITION;
  return Math.round((LAST_POSITION * Math.log(value / low)) / Math.log(high / low));
}
