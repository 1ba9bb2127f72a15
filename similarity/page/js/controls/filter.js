/** Which pictures are searched: those with one of some labels, and with a text in what they are called. */

import { finder, show } from "../common/dom.js";
import { amongOf } from "../common/format.js";
import { createLabels } from "./labels.js";

/** @import { AnswerPayload } from "../../payload_types.js" */
/** @import { Params } from "../server/session.js" */

/**
 * @param {HTMLElement} root
 * @param {{change: (params: Params) => void}} actions
 */
export function createFilter(root, actions) {
  const at = finder(root);
  const text = at("among-text", HTMLInputElement);
  const clearRow = at("among-clear-row");
  const labels = createLabels(root, {
    change: (chosen) => actions.change({ labels: chosen.length ? JSON.stringify(chosen) : "" }),
  });

  text.addEventListener("input", () => actions.change({ text: text.value.trim() }));
  at("among-clear").addEventListener("click", () => {
    clear();
    text.focus();
  });

  function clear() {
    text.value = "";
    actions.change({ labels: "", text: "" });
  }

  /**
   * Show what is searched, and what is wanted, which runs ahead of it.
   *
   * @param {AnswerPayload} payload
   * @param {Params} wanted
   */
  function draw(payload, wanted) {
    const { filter, offers } = payload;
    at("among-amount").textContent = amongOf(payload);
    // A space at the end of what is typed is not asked for, and stays.
    if (text.value.trim() !== (wanted.text ?? "")) text.value = wanted.text ?? "";
    show(at("among-labels-field"), offers.labels.some(([label]) => label !== ""));
    labels.draw(offers.labels, labelsOf(wanted));
    show(clearRow, Boolean(wanted.labels || wanted.text) || filter.n_allowed !== null);
  }

  return { draw, clear };
}

/**
 * @param {Params} params as an answer or the choice of labels wrote them
 * @returns {Array<string>}
 */
function labelsOf({ labels }) {
  return labels ? JSON.parse(labels) : [];
}
