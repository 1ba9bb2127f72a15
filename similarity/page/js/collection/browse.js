/** All pictures of a collection, by page, label and caption; each of them is a query. */

import { pictureOf } from "../common/addresses.js";
import { finder, foreign, make, onItemClick, picture } from "../common/dom.js";
import { captionOf, count, nameOfItem } from "../common/format.js";
import { latest } from "../server/requests.js";

const ALL = "all";

/** @import { BrowsePayload, ItemJson, Problem } from "../../payload_types.js" */

/**
 * @param {HTMLElement} root
 * @param {{list: (wanted: Object<string, string>) => Promise<BrowsePayload|Problem>,
 *     choose: (item: number) => void, tell: (problem: string) => void}} actions
 */
export function createBrowse(root, actions) {
  const at = finder(root);
  const labelFilter = at("filter-label", HTMLSelectElement);
  const textFilter = at("filter-text", HTMLInputElement);
  const previous = at("previous", HTMLButtonElement);
  const next = at("next", HTMLButtonElement);
  /** @type {string|null} */
  let collection = null;
  let page = 1;

  at("filters").addEventListener("submit", (event) => event.preventDefault());
  labelFilter.addEventListener("change", () => turn(1));
  textFilter.addEventListener("input", () => turn(1));
  previous.addEventListener("click", () => turn(page - 1));
  next.addEventListener("click", () => turn(page + 1));
  onItemClick(at("browse-grid"), actions.choose);

  const refresh = latest(async () => {
    const label = labelFilter.value;
    /** @type {Object<string, string>} */
    const wanted = { collection: collection ?? "", text: textFilter.value, page: String(page) };
    // Options carry the label behind a mark: a label may be empty, or say "all".
    if (label.startsWith("=")) wanted.label = label.slice(1);
    const found = await actions.list(wanted);
    if ("problem" in found) actions.tell(found.problem);
    else draw(found);
  });

  /** @param {number} number */
  function turn(number) {
    page = number;
    refresh();
  }

  /**
   * Show a collection; another one begins at its first page.
   *
   * @param {string} name
   */
  function open(name) {
    if (collection === name) return;
    collection = name;
    page = 1;
    labelFilter.replaceChildren();
    textFilter.value = "";
    refresh();
  }

  /** @param {BrowsePayload} found */
  function draw(found) {
    page = found.page;
    drawLabels(found.labels);
    const noun = found.n_found === 1 ? "picture" : "pictures";
    at("browse-count").textContent =
      `${count(found.n_found)} ${noun}. Choose one to search for it.`;
    at("browse-grid").replaceChildren(...found.items.map((item) => tile(found.collection, item)));
    at("page-number").textContent = `Page ${found.page} of ${found.n_pages}`;
    previous.disabled = found.page <= 1;
    next.disabled = found.page >= found.n_pages;
  }

  /** @param {BrowsePayload["labels"]} labels */
  function drawLabels(labels) {
    if (labelFilter.options.length) return;
    const total = labels.reduce((sum, [, n]) => sum + n, 0);
    labelFilter.replaceChildren(
      make("option", { value: ALL }, `All (${count(total)})`),
      ...labels.map(([name, n]) => make("option", { value: `=${name}` }, `${name || "no label"} (${count(n)})`)),
    );
  }

  return { open };
}

/**
 * @param {string} collection
 * @param {ItemJson} item
 */
function tile(collection, item) {
  const name = nameOfItem(item);
  const button = make(
    "button",
    { type: "button", "data-item": item.item_id, "aria-label": `${name}, ${captionOf(item)}. Search for this picture.` },
    picture(pictureOf(collection, item)),
    make("span", { class: "line" }, foreign(name, "name")),
    make("span", { class: "line" }, foreign(captionOf(item), "name quiet")),
  );
  return make("li", { class: "tile" }, button);
}
