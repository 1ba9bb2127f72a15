/**
 * The way from query to query: the browser's own history, and a trail of small pictures.
 *
 * Each entry of the history holds what it takes to come back to it: the parameters (with the token
 * of a given picture, which never enters the address), the view, and the trail up to it.
 */

import { linkTo, queryPictureOf } from "../common/addresses.js";
import { make, picture } from "../common/dom.js";
import { nameOfQuery } from "../common/format.js";

const TRAIL_LENGTH = 12;
const PAUSE_MS = 200;
const PARAMS = ["collection", "backbone", "metric", "k", "search_k", "item", "region"];

/**
 * @param {HTMLElement} root
 * @param {{back: (entry: Object) => void}} actions `back` is called with the entry gone back to
 */
export function createHistory(root, actions) {
  const list = root.querySelector("#trail");
  // A page that is loaded again finds its entry as it left it.
  let entry = history.state?.similarity ?? entryOfAddress();
  let timer = null;

  window.addEventListener("popstate", (event) => {
    forget();
    entry = event.state?.similarity ?? entryOfAddress();
    drawTrail();
    actions.back(entry);
  });

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const steps = button ? Number(button.dataset.step) - entry.step : 0;
    if (steps) history.go(steps);
  });

  /**
   * Write an answer into the history.
   *
   * @param {Object} payload an answer
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

  /** Write a change of the view, as a step of its own. */
  function turnTo(view) {
    if (view !== entry.view) write({ ...entry, view, step: entry.step + 1 });
  }

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
    timer = null;
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

function entryOfAddress() {
  return { step: 0, params: fromAddress(), view: viewOfAddress(), trail: [] };
}

function fromAddress() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(PARAMS.filter((name) => given.has(name)).map((name) => [name, given.get(name)]));
}

function viewOfAddress() {
  return new URLSearchParams(location.search).get("view") === "browse" ? "browse" : "search";
}
