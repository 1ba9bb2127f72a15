/** Ways to give a picture: a file, a drop, a paste, a web address, an example. */

import { pictureOf } from "../common/addresses.js";
import { finder, make, onItemClick, picture, show } from "../common/dom.js";
import { nameOfItem } from "../common/format.js";

/** @import { AnswerPayload } from "../../payload_types.js" */

/**
 * @param {HTMLElement} root
 * @param {{file: (file: File) => void, url: (url: string) => void, choose: (item: number) => void}} actions
 */
export function createInputs(root, actions) {
  const at = finder(root);
  const input = at("file", HTMLInputElement);
  const form = at("address", HTMLFormElement);
  const url = at("url", HTMLInputElement);
  const toggle = at("address-open");
  let drags = 0;

  input.addEventListener("change", () => {
    if (input.files?.length) actions.file(input.files[0]);
    input.value = ""; // the same file can be chosen again
  });

  toggle.addEventListener("click", () => {
    show(form, form.hidden);
    toggle.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) url.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (url.value.trim()) actions.url(url.value.trim());
  });

  onItemClick(at("examples"), actions.choose);

  document.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (!file) return;
    event.preventDefault();
    actions.file(file);
  });

  // A drag enters and leaves each element on its way; only the balance says whether it is here.
  /** @param {number} change */
  const turnDrags = (change) => {
    drags = Math.max(0, drags + change);
    show(at("drop-anywhere"), drags > 0);
  };
  /** @param {DragEvent} event */
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => hasFiles(event) && turnDrags(1));
  document.addEventListener("dragleave", (event) => hasFiles(event) && turnDrags(-1));
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    turnDrags(-drags);
    const file = event.dataTransfer?.files[0];
    if (file) actions.file(file);
  });

  /**
   * Show the examples of a collection.
   *
   * @param {AnswerPayload} payload
   */
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
