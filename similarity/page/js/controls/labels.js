/**
 * A choice of labels: a text that narrows a list of them down, and what was chosen as chips.
 *
 * The keyboard stays in the text and moves through the list by `aria-activedescendant`, the
 * ARIA pattern of a combobox with a list from which more than one can be chosen.
 */

import { finder, foreign, make, show } from "../common/dom.js";
import { count } from "../common/format.js";

/** @import { AnswerPayload } from "../../payload_types.js" */

/** @typedef {AnswerPayload["offers"]["labels"]} Counts of pictures that have a label */

/** More would make the list slow to draw, and nobody reads on. */
const MOST_OPTIONS = 200;

/**
 * @param {HTMLElement} root
 * @param {{change: (labels: Array<string>) => void}} actions `change` is called with all that are
 *     chosen
 */
export function createLabels(root, actions) {
  const at = finder(root);
  const box = at("among-labels-box");
  const input = at("among-labels", HTMLInputElement);
  const popup = at("among-labels-popup");
  const list = at("among-labels-list");
  const chips = at("among-labels-chosen");
  /** @type {Counts} */
  let offered = [];
  /** @type {Array<string>} */
  let chosen = [];
  /** @type {Array<string>} labels in the list */
  let listed = [];
  let active = -1;

  input.addEventListener("click", open);
  input.addEventListener("input", () => {
    open();
    activate(input.value && listed.length ? 0 : -1);
  });
  input.addEventListener("keydown", onKey);
  box.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && box.contains(event.relatedTarget))) close();
  });
  // The keyboard stays in the text while the list is scrolled or clicked.
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element && event.target.closest("[role=option]");
    if (option) toggle([...list.children].indexOf(option));
  });
  chips.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button");
    if (button) remove([...chips.children].findIndex((item) => item.contains(button)));
  });

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.isComposing) return;
    const isOpen = !popup.hidden;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && isOpen && active >= 0) toggle(active);
    else if (event.key === "Escape" && (isOpen || input.value)) leave(isOpen);
    else return;
    event.preventDefault();
  }

  /** @param {number} direction */
  function step(direction) {
    if (popup.hidden) open();
    if (!listed.length) return;
    const from = active < 0 && direction < 0 ? 0 : active;
    activate((from + direction + listed.length) % listed.length);
  }

  /** @param {boolean} isOpen */
  function leave(isOpen) {
    if (isOpen) close();
    else input.value = "";
  }

  function open() {
    listed = matching(offered, input.value);
    const counts = new Map(offered);
    list.replaceChildren(...listed.map((label, i) => optionOf(label, counts.get(label) ?? 0, i)));
    list.scrollTop = 0;
    at("among-labels-hint").textContent = hintOf(offered, input.value, listed.length);
    show(list, listed.length > 0);
    show(popup, true);
    place();
    input.setAttribute("aria-expanded", "true");
    activate(-1);
    drawSelected();
  }

  /** Put the list above the text where there is more room than below. */
  function place() {
    const { top, bottom } = input.getBoundingClientRect();
    const below = window.innerHeight - bottom;
    popup.classList.toggle("above", below < popup.offsetHeight && below < top);
  }

  function close() {
    show(popup, false);
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  /** @param {number} index */
  function activate(index) {
    list.children[active]?.classList.remove("active");
    active = index;
    const option = list.children[index];
    if (option) {
      option.classList.add("active");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  /**
   * Choose a label of the list, or give it up; the list stays for the next one.
   *
   * @param {number} index
   */
  function toggle(index) {
    const label = listed[index];
    // In the order of the list, as the server writes them.
    become(
      offered.map(([other]) => other).filter((other) => chosen.includes(other) !== (other === label)),
    );
    if (input.value) {
      input.value = "";
      open();
    }
    activate(listed.indexOf(label));
  }

  /** @param {number} index of a chip */
  function remove(index) {
    become(chosen.filter((_, i) => i !== index));
    // The keyboard goes to the chip that took its place.
    const next = chips.children[Math.min(index, chosen.length - 1)]?.querySelector("button");
    (next ?? input).focus();
  }

  /** @param {Array<string>} labels */
  function become(labels) {
    chosen = labels;
    drawChips();
    drawSelected();
    actions.change(labels);
  }

  /**
   * Show what can be chosen and what is.
   *
   * @param {Counts} counts
   * @param {Array<string>} labels
   */
  function draw(counts, labels) {
    const isOther = JSON.stringify(counts) !== JSON.stringify(offered);
    offered = counts;
    input.placeholder = `any of ${count(counts.length)} labels`;
    if (isOther) {
      input.value = "";
      close();
    }
    if (JSON.stringify(labels) !== JSON.stringify(chosen)) {
      chosen = labels;
      drawChips();
      drawSelected();
    }
  }

  function drawChips() {
    chips.replaceChildren(...chosen.map(chip));
    show(chips, chosen.length > 0);
  }

  function drawSelected() {
    for (const [i, label] of listed.entries()) {
      list.children[i]?.setAttribute("aria-selected", String(chosen.includes(label)));
    }
  }

  drawChips();
  return { draw };
}

/**
 * Labels that contain a text, those that begin with it first.
 *
 * @param {Counts} offered
 * @param {string} text
 */
function matching(offered, text) {
  const wanted = text.trim().toLowerCase();
  const labels = offered.map(([label]) => label).filter((label) => nameOf(label).toLowerCase().includes(wanted));
  const isFirst = (/** @type {string} */ label) => nameOf(label).toLowerCase().startsWith(wanted);
  return [...labels.filter(isFirst), ...labels.filter((label) => !isFirst(label))].slice(0, MOST_OPTIONS);
}

/**
 * @param {Counts} offered
 * @param {string} text
 * @param {number} n in the list
 */
function hintOf(offered, text, n) {
  if (n === 0) return `No label contains “${text.trim()}”.`;
  if (n === MOST_OPTIONS) return `Type to find others of the ${count(offered.length)} labels.`;
  return "";
}

/**
 * @param {string} label
 * @param {number} n pictures that have it
 * @param {number} index
 */
function optionOf(label, n, index) {
  return make(
    "li",
    { role: "option", id: `among-label-${index}`, "aria-selected": "false" },
    foreign(nameOf(label), "name"),
    " ",
    make("span", { class: "number" }, count(n)),
  );
}

/** @param {string} label */
function chip(label) {
  const button = make(
    "button",
    { type: "button", class: "chip", "aria-label": `${nameOf(label)}: remove` },
    foreign(nameOf(label), "name"),
    make("span", { class: "cross", "aria-hidden": "true" }, "×"),
  );
  return make("li", {}, button);
}

/** @param {string} label */
function nameOf(label) {
  return label || "no label";
}
