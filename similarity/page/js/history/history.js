/**
 * The way from query to query: the browser's own history, and a trail of small pictures.
 *
 * Each entry of the history holds what it takes to come back to it: the parameters (with the token
 * of a given picture, which never enters the address), the view, and the trail up to it.
 */

import { linkTo, queryPictureOf } from "../common/addresses.js";
import { finder, make, picture } from "../common/dom.js";
import { nameOfQuery } from "../common/format.js";

/** @import { AnswerPayload, ChoiceParams } from "../../payload_types.js" */
/** @import { Params } from "../server/session.js" */

/** @typedef {"search"|"browse"} View */

/** @typedef {{step: number, name: string, src: string|null}} Stop a query on the way */

/**
 * @typedef {Object} Entry what it takes to come back
 * @property {number} step how many entries lie before this one
 * @property {Params} params
 * @property {Params} [link] those of them that stand in the address; none before an answer came
 * @property {View} view
 * @property {Array<Stop>} trail the last is the query of this entry
 */

const TRAIL_LENGTH = 12;
const PAUSE_MS = 200;
/** @type {Array<keyof ChoiceParams>} */
const PARAMS = ["collection", "backbone", "metric", "k", "search_k", "labels", "text", "item", "region"];

/**
 * @param {HTMLElement} root
 * @param {{back: (entry: Entry) => void}} actions `back` is called with the entry gone back to
 */
export function createHistory(root, actions) {
  const list = finder(root)("trail");
  // A page that is loaded again finds its entry as it left it.
  /** @type {Entry} */
  let entry = history.state?.similarity ?? entryOfAddress();
  /** @type {number|undefined} */
  let timer;

  window.addEventListener("popstate", (event) => {
    forget();
    entry = event.state?.similarity ?? entryOfAddress();
    drawTrail();
    actions.back(entry);
  });

  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button");
    const steps = button ? Number(button.dataset.step) - entry.step : 0;
    if (steps) history.go(steps);
  });

  /**
   * Write an answer into the history.
   *
   * @param {AnswerPayload} payload
   * @param {boolean} isNew whether it is a new step, to which one can come back
   */
  function record(payload, isNew) {
    const step = entry.step + (isNew ? 1 : 0);
    const stop = { step, name: nameOfQuery(payload.query), src: queryPictureOf(payload) };
    const before = entry.trail.filter((earlier) => earlier.step < step);
    write({
      step,
      params: payload.params,
      link: payload.link,
      view: isNew ? "search" : entry.view,
      trail: [...before, stop].slice(-TRAIL_LENGTH),
    });
  }

  /**
   * Write a change of the view, as a step of its own.
   *
   * @param {View} view
   */
  function turnTo(view) {
    if (view !== entry.view) write({ ...entry, view, step: entry.step + 1 });
  }

  /** @param {Entry} next */
  function write(next) {
    if (next.step > entry.step) {
      if (timer) replace();
      entry = next;
      history.pushState({ similarity: entry }, "", address());
    } else {
      // Browsers refuse an address that changes with every move of a slider.
      entry = next;
      clearTimeout(timer);
      timer = setTimeout(replace, PAUSE_MS);
    }
    drawTrail();
  }

  function replace() {
    forget();
    history.replaceState({ similarity: entry }, "", address());
  }

  function forget() {
    clearTimeout(timer);
    timer = undefined;
  }

  /** The present address with this page's parameters in it; others are left alone. */
  function address() {
    const url = new URL(location.href);
    for (const name of [...PARAMS, "view"]) url.searchParams.delete(name);
    for (const [name, value] of Object.entries(entry.link ?? {})) url.searchParams.set(name, value);
    if (entry.view === "browse") url.searchParams.set("view", "browse");
    return url;
  }

  function drawTrail() {
    list.replaceChildren(
      ...entry.trail.map((stop, i) => {
        const isHere = i === entry.trail.length - 1;
        const button = make(
          "button",
          {
            type: "button",
            "data-step": stop.step,
            "aria-label": isHere ? `Now: ${stop.name}` : `Back to ${stop.name}`,
            "aria-current": isHere && "step",
            title: stop.name,
          },
          picture(stop.src),
        );
        return make("li", {}, button);
      }),
    );
    list.scrollLeft = list.scrollWidth;
  }

  drawTrail();
  return {
    record,
    turnTo,
    entry: () => entry,
    link: () => linkTo(entry.link ?? {}),
  };
}

/** @returns {Entry} */
function entryOfAddress() {
  return { step: 0, params: fromAddress(), view: viewOfAddress(), trail: [] };
}

function fromAddress() {
  /** @type {Params} */
  const params = {};
  for (const [name, value] of new URLSearchParams(location.search)) {
    const known = PARAMS.find((param) => param === name);
    if (known) params[known] ??= value;
  }
  return params;
}

/** @returns {View} */
function viewOfAddress() {
  return new URLSearchParams(location.search).get("view") === "browse" ? "browse" : "search";
}
