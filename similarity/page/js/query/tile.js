/** The query's tile: the whole picture in a red frame, and the region of it that counts. */

import { queryPictureOf } from "../common/addresses.js";
import { foreign, image, make, show } from "../common/dom.js";
import { nameOfItem, nameOfQuery } from "../common/format.js";
import { createRegion } from "./region.js";

/** @import { AnswerPayload } from "../../payload_types.js" */
/** @import { Sides } from "./region.js" */

/** @param {{crop: (region: Sides|null) => void}} actions null stands for the whole picture */
export function createQueryTile(actions) {
  const picture = image("");
  picture.addEventListener("load", () => {
    holder.classList.remove("waiting");
    holder.style.setProperty("--ratio", String(picture.naturalWidth / picture.naturalHeight));
  });
  const holder = make("div", { class: "holder waiting" }, picture);
  const name = make("span", { class: "query-name" });
  const start = make("button", { type: "button", class: "small" }, "Select a region");
  const whole = make("button", { type: "button", class: "small" }, "Whole picture");
  const search = make("button", { type: "button", class: "small primary" }, "Search region");
  const cancel = make("button", { type: "button", class: "small" }, "Cancel");
  const buttons = make("div", { class: "query-buttons" }, start, whole, search, cancel);
  const figure = make(
    "figure",
    { tabindex: -1 },
    make("div", { class: "frame" }, holder),
    make("figcaption", { class: "line" }, make("span", { class: "tag" }, "QUERY"), name),
    buttons,
  );
  const element = make("li", { class: "tile query" }, figure);
  const region = createRegion(holder, {
    select: actions.crop,
    turn: drawButtons,
    leave: () => start.focus(),
  });

  start.addEventListener("click", () => region.begin());
  search.addEventListener("click", () => region.finish());
  cancel.addEventListener("click", () => region.leave());
  whole.addEventListener("click", () => actions.crop(null));

  function drawButtons() {
    show(start, !region.isOpen());
    show(whole, !region.isOpen() && region.isSet());
    show(search, region.isOpen());
    show(cancel, region.isOpen());
  }

  /**
   * Show what an answer was found for.
   *
   * @param {AnswerPayload} payload
   */
  function draw(payload) {
    const { query } = payload;
    const src = queryPictureOf(payload);
    if (src === null) picture.removeAttribute("src");
    else if (picture.getAttribute("src") !== src) picture.setAttribute("src", src);
    show(holder, src !== null);
    show(buttons, src !== null);
    const title = nameOfQuery(query);
    picture.alt = `Query: ${title}`;
    name.replaceChildren(foreign(title, "name"));
    if (query.upload && query.item) {
      name.append(make("span", { class: "same" }, ` is indexed as ${nameOfItem(query.item)}`));
    }
    region.set(query.region);
    drawButtons();
  }

  show(whole, false);
  show(search, false);
  show(cancel, false);
  return { element, figure, draw };
}
