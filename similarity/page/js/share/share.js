/** What a visitor takes away: the link, the contact sheet, the JSON. */

import { downloadOf } from "../common/addresses.js";
import { show } from "../common/dom.js";

/**
 * @param {HTMLElement} root
 * @param {{link: () => string}} actions
 */
export function createShare(root, actions) {
  const at = (id) => root.querySelector(`#${id}`);
  let isUpload = false;

  at("copy").addEventListener("click", async () => {
    const link = actions.link();
    const text = at("copy-text");
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

  function say(text) {
    at("copy-hint").textContent = isUpload ? `${text} ${WITHOUT_UPLOAD}` : text;
  }

  function draw({ params, offers }) {
    isUpload = Boolean(params.upload);
    show(at("copy-text"), false);
    at("copy-hint").textContent = isUpload ? WITHOUT_UPLOAD : "";
    show(at("sheet"), offers.has_pictures);
    at("sheet").href = downloadOf("similar.png", params);
    at("json").href = downloadOf("similar.json", params);
  }

  return { draw };
}

const WITHOUT_UPLOAD = "Your own picture never enters a link: it carries the settings only.";
