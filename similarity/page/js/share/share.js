/** What a visitor takes away: the link, the contact sheet, the JSON. */

import { downloadOf } from "../common/addresses.js";
import { finder, show } from "../common/dom.js";

/** @import { AnswerPayload } from "../../payload_types.js" */

const WITHOUT_UPLOAD = "Your own picture never enters a link: it carries the settings only.";

/**
 * @param {HTMLElement} root
 * @param {{link: () => string}} actions
 */
export function createShare(root, actions) {
  const at = finder(root);
  const text = at("copy-text", HTMLInputElement);
  let isUpload = false;

  at("copy").addEventListener("click", async () => {
    const link = actions.link();
    show(text, false);
    try {
      await navigator.clipboard.writeText(link);
      say("Link copied.");
    } catch {
      // Framed by another site, a page may not write to the clipboard.
      text.value = link;
      show(text, true);
      text.select();
      say("Copy this link:");
    }
  });

  /** @param {string} sentence */
  function say(sentence) {
    at("copy-hint").textContent = isUpload ? `${sentence} ${WITHOUT_UPLOAD}` : sentence;
  }

  /** @param {AnswerPayload} payload */
  function draw({ params, offers, answer }) {
    const isEmpty = answer.neighbors.length === 0;
    isUpload = Boolean(params.upload);
    show(text, false);
    at("copy-hint").textContent = isUpload ? WITHOUT_UPLOAD : "";
    show(at("sheet"), offers.has_pictures && !isEmpty);
    show(at("json"), !isEmpty);
    at("sheet", HTMLAnchorElement).href = downloadOf("similar.png", params);
    at("json", HTMLAnchorElement).href = downloadOf("similar.json", params);
  }

  return { draw };
}
