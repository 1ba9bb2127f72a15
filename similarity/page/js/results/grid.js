/** The answer: the query first, framed in red, then its neighbors; each of them is a query. */

import { pictureOf } from "../common/addresses.js";
import { foreign, make, picture } from "../common/dom.js";
import { captionOf, nameOfItem } from "../common/format.js";
import { createQueryTile } from "../query/tile.js";

const PLACEHOLDERS = 24;

/**
 * @param {HTMLElement} root
 * @param {{choose: (item: number) => void, crop: (region: number[]|null) => void}} actions
 */
export function createGrid(root, actions) {
  const grid = root.querySelector("#grid");
  const queryTile = createQueryTile({ crop: actions.crop });
  let marksMissed = false;
  let shown = null;

  grid.replaceChildren(queryTile.element, ...Array.from({ length: PLACEHOLDERS }, placeholder));
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-item]");
    if (button) actions.choose(Number(button.dataset.item));
  });
  grid.addEventListener("keydown", moveAmongTiles);

  /** Show an answer. */
  function draw(payload) {
    shown = payload;
    const { answer, missed, params } = payload;
    queryTile.draw(payload);
    // A picture that stays keeps its element, so that it does not flicker.
    const present = new Map([...grid.querySelectorAll("button img")].map((img) => [img.src, img]));
    const pictureFor = (neighbor) => {
      const src = pictureOf(params.collection, neighbor);
      return present.get(src) ?? picture(src);
    };
    const tileFor = (isMissed) => (neighbor) =>
      tile(neighbor, answer.metric, pictureFor(neighbor), isMissed);
    const tiles = answer.neighbors.map(tileFor(false));
    if (marksMissed) tiles.push(...missed.map(tileFor(true)));
    const hadFocus = grid.contains(document.activeElement);
    grid.replaceChildren(queryTile.element, ...tiles);
    if (hadFocus && !grid.contains(document.activeElement)) focusQuery();
  }

  /** Bring the query into sight, with the keyboard on it: its neighbors come next. */
  function focusQuery() {
    queryTile.element.querySelector("figure").focus({ preventScroll: true });
    const top = queryTile.element.getBoundingClientRect().top;
    if (top < 0 || top > window.innerHeight / 2) {
      root.querySelector("#results").scrollIntoView({ block: "start" });
    }
  }

  function mark(isOn) {
    marksMissed = isOn;
    if (shown) draw(shown);
  }

  return { draw, focusQuery, mark };
}

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

function placeholder() {
  return make(
    "li",
    { class: "tile empty", "aria-hidden": "true" },
    make("div", {}, make("span", { class: "blank" }), make("span", { class: "line" }), make("span", { class: "line" })),
  );
}

/** Arrow keys go from tile to tile, beside the tabulator. */
function moveAmongTiles(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || !event.target.matches("button[data-item]")) return;
  const buttons = [...event.currentTarget.querySelectorAll("button[data-item]")];
  const next = buttons[buttons.indexOf(event.target) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

function short(distance) {
  return Math.abs(distance) >= 100 ? distance.toFixed(0) : distance.toPrecision(3);
}
