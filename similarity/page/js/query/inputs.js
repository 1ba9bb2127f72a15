/** Ways to give a picture: a file, a drop, a paste, a web address, an example. */

import { pictureOf } from "../common/addresses.js";
import { make, picture, show } from "../common/dom.js";
import { nameOfItem } from "../common/format.js";

/**
 * @param {HTMLElement} root
 * @param {{file: (file: File) => void, url: (url: string) => void, choose: (item: number) => void}} actions
 */
export function createInputs(root, actions) {
  const at = (id) => root.querySelector(`#${id}`);
  const input = at("file");
  const form = at("address");
  const toggle = at("address-open");
  let drags = 0;

  input.addEventListener("change", () => {
    if (input.files.length) actions.file(input.files[0]);
    input.value = ""; // the same file can be chosen again
  });

  toggle.addEventListener("click", () => {
    show(form, form.hidden);
    toggle.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) at("url").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (at("url").value.trim()) actions.url(at("url").value.trim());
  });

  at("examples").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) actions.choose(Number(button.dataset.item));
  });

  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (!file) return;
    event.preventDefault();
    actions.file(file);
  });

  // A drag enters and leaves each element on its way; only the balance says whether it is here.
  const turnDrags = (change) => {
    drags = Math.max(0, drags + change);
    show(at("drop-anywhere"), drags > 0);
  };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => hasFiles(event) && turnDrags(1));
  document.addEventListener("dragleave", (event) => hasFiles(event) && turnDrags(-1));
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    turnDrags(-drags);
    if (event.dataTransfer.files.length) actions.file(event.dataTransfer.files[0]);
  });

  /** Show the examples of a collection. */
  function draw({ params, offers }) {
    const list = at("examples");
    if (list.dataset.collection === params.collection) return;
    list.dataset.collection = params.collection;
    list.replaceChildren(
      ...offers.examples.map((item) => {
        const name = nameOfItem(item);
        const attributes = { type: "button", "data-item": item.item_id, "aria-label": name, title: name };
        return make("li", {}, make("button", attributes, picture(pictureOf(params.collection, item))));
      }),
    );
  }

  return { draw };
}
