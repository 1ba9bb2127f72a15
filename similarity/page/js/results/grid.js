/** The answer: the query first, framed in red, then its neighbors; each of them is a query. */

import { pictureOf } from "../common/addresses.js";
import { finder, foreign, make, onItemClick, picture } from "../common/dom.js";
import { captionOf, nameOfItem } from "../common/format.js";
import { createQueryTile } from "../query/tile.js";

/** @import { AnswerPayload, NeighborJson } from "../../payload_types.js" */
/** @import { Sides } from "../query/region.js" */

const PLACEHOLDERS = 24;
const STEPS = new Map([
  ["ArrowRight", 1],
  ["ArrowLeft", -1],
]);

/**
 * @param {HTMLElement} root
 * @param {{choose: (item: number) => void, crop: (region: Sides|null) => void,
 *     clear: () => void}} actions `clear` is called when all pictures shall be searched
 */
export function createGrid(root, actions) {
  const at = finder(root);
  const grid = at("grid");
  const queryTile = createQueryTile({ crop: actions.crop });
  let marksMissed = false;
  /** @type {AnswerPayload|null} */
  let shown = null;

  grid.replaceChildren(queryTile.element, ...Array.from({ length: PLACEHOLDERS }, placeholder));
  onItemClick(grid, actions.choose);
  grid.addEventListener("keydown", (event) => moveAmongTiles(grid, event));

  /**
   * Show an answer.
   *
   * @param {AnswerPayload} payload
   */
  function draw(payload) {
    shown = payload;
    const { answer, missed, params, filter } = payload;
    queryTile.draw(payload);
    // A picture that stays keeps its element, so that it does not flicker.
    const present = new Map(
      [...grid.querySelectorAll("button img")].map((img) => [img.getAttribute("src"), img]),
    );
    /** @param {NeighborJson} neighbor @param {boolean} isMissed */
    const tileFor = (neighbor, isMissed) => {
      const src = pictureOf(params.collection, neighbor);
      return tile(neighbor, answer.metric, present.get(src) ?? picture(src), isMissed);
    };
    const tiles = answer.neighbors.map((neighbor) => tileFor(neighbor, false));
    if (marksMissed) tiles.push(...missed.map((neighbor) => tileFor(neighbor, true)));
    if (!tiles.length && filter.n_allowed !== null) tiles.push(nothing(filter.n_allowed, actions.clear));
    const hadFocus = grid.contains(document.activeElement);
    grid.replaceChildren(queryTile.element, ...tiles);
    if (hadFocus && !grid.contains(document.activeElement)) focusQuery();
  }

  /** Bring the query into sight, with the keyboard on it: its neighbors come next. */
  function focusQuery() {
    queryTile.figure.focus({ preventScroll: true });
    const top = queryTile.element.getBoundingClientRect().top;
    if (top < 0 || top > window.innerHeight / 2) {
      at("results").scrollIntoView({ block: "start" });
    }
  }

  /** @param {boolean} isOn */
  function mark(isOn) {
    marksMissed = isOn;
    if (shown) draw(shown);
  }

  return { draw, focusQuery, mark };
}

/**
 * @param {NeighborJson} neighbor
 * @param {string} metric
 * @param {Element} img
 * @param {boolean} isMissed
 */
function tile(neighbor, metric, img, isMissed) {
  const name = nameOfItem(neighbor);
  const similarity = neighbor.similarity.toFixed(3);
  const distance = short(neighbor.distance);
  const rank = isMissed ? `missed ${neighbor.rank}` : String(neighbor.rank);
  const described =
    `${isMissed ? "Missed by the index, exact rank" : "Rank"} ${neighbor.rank}: ${name}, ` +
    `${captionOf(neighbor)}, similarity ${similarity}. Search for this picture.`;
  // The angular distance says the same as the similarity; the others do not.
  const ownOrder = metric === "angular" ? [] : [make("span", { class: "number quiet" }, distance)];
  const button = make(
    "button",
    {
      type: "button",
      "data-item": neighbor.item_id,
      "aria-label": described,
      title: `${metric} distance ${distance}`,
    },
    make("span", { class: "shown" }, img, make("span", { class: "number badge" }, similarity)),
    make("span", { class: "line" }, make("span", { class: "rank" }, rank), foreign(name, "name"), ...ownOrder),
    make("span", { class: "line" }, foreign(captionOf(neighbor), "name quiet")),
  );
  return make("li", { class: isMissed ? "tile missed" : "tile" }, button);
}

/**
 * What stands in the place of neighbors where a filter leaves none.
 *
 * @param {number} nAllowed pictures that pass it
 * @param {() => void} clear
 */
function nothing(nAllowed, clear) {
  const why = nAllowed
    ? "Nothing but the query itself passes the filter."
    : "No picture passes the filter.";
  const button = make("button", { type: "button", class: "primary" }, "Search all pictures");
  button.addEventListener("click", clear);
  return make(
    "li",
    { class: "nothing" },
    make("p", {}, make("b", {}, why), " Choose other labels, or a shorter text."),
    button,
  );
}

function placeholder() {
  return make(
    "li",
    { class: "tile empty", "aria-hidden": "true" },
    make("div", {}, make("span", { class: "blank" }), make("span", { class: "line" }), make("span", { class: "line" })),
  );
}

/**
 * Arrow keys go from tile to tile, beside the tabulator.
 *
 * @param {HTMLElement} grid
 * @param {KeyboardEvent} event
 */
function moveAmongTiles(grid, event) {
  const step = STEPS.get(event.key);
  /** @type {Array<EventTarget|null>} */
  const buttons = [...grid.querySelectorAll("button[data-item]")];
  const present = buttons.indexOf(event.target);
  if (step === undefined || present < 0) return;
  const next = buttons[present + step];
  if (next instanceof HTMLElement) {
    event.preventDefault();
    next.focus();
  }
}

/** @param {number} distance */
function short(distance) {
  return Math.abs(distance) >= 100 ? distance.toFixed(0) : distance.toPrecision(3);
}
