/** All pictures of a collection, by page, label and caption; each of them is a query. */

import { pictureOf } from "../common/addresses.js";
import { foreign, make, picture } from "../common/dom.js";
import { captionOf, count, nameOfItem } from "../common/format.js";
import { latest } from "../server/requests.js";

const ALL = "all";

/**
 * @param {HTMLElement} root
 * @param {{list: (wanted: Object) => Promise<Object>, choose: (item: number) => void,
 *     tell: (problem: string) => void}} actions
 */
export function createBrowse(root, actions) {
  const at = (id) => root.querySelector(`#${id}`);
  let collection = null;
  let page = 1;

  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("filter-label").addEventListener("change", () => turn(1));
  at("filter-text").addEventListener("input", () => turn(1));
  at("previous").addEventListener("click", () => turn(page - 1));
  at("next").addEventListener("click", () => turn(page + 1));
  at("browse-grid").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) actions.choose(Number(button.dataset.item));
  });

  const refresh = latest(async () => {
    const label = at("filter-label").value;
    const wanted = { collection: collection ?? "", text: at("filter-text").value, page: String(page) };
    // Options carry the label behind a mark: a label may be empty, or say "all".
    if (label.startsWith("=")) wanted.label = label.slice(1);
    const found = await actions.list(wanted);
    if (found.problem) actions.tell(found.problem);
    else draw(found);
  });

  function turn(number) {
    page = number;
    refresh();
  }

  /** Show a collection; another one begins at its first page. */
  function open(name) {
    if (collection === name) return;
    collection = name;
    page = 1;
    at("filter-label").replaceChildren();
    at("filter-text").value = "";
    refresh();
  }

  function draw(found) {
    page = found.page;
    drawLabels(found.labels);
    const noun = found.n_found === 1 ? "picture" : "pictures";
    at("browse-count").textContent =
      `${count(found.n_found)} ${noun}. Choose one to search for it.`;
    at("browse-grid").replaceChildren(...found.items.map((item) => tile(found.collection, item)));
    at("page-number").textContent = `Page ${found.page} of ${found.n_pages}`;
    at("previous").disabled = found.page <= 1;
    at("next").disabled = found.page >= found.n_pages;
  }

  function drawLabels(labels) {
    const select = at("filter-label");
    if (select.options.length) return;
    const total = labels.reduce((sum, [, n]) => sum + n, 0);
    select.replaceChildren(
      make("option", { value: ALL }, `All (${count(total)})`),
      ...labels.map(([name, n]) => make("option", { value: `=${name}` }, `${name || "no label"} (${count(n)})`)),
    );
  }

  return { open };
}

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
