/**
 * A backbone that is not ready: what choosing it means, how far it is, and what came of it.
 *
 * One backbone at a time is followed here; the server goes on with all that were begun.
 */

import { finder, show } from "../common/dom.js";
import { count, wholeMegabytes } from "../common/format.js";

/** @import { AnswerPayload, Answers, ProgressPayload, UnreadyBackboneOffer } from "../../payload_types.js" */

/** @typedef {Answers["preparation"]} Status */
/** @typedef {{collection: string, backbone: string}} Which */
/** @typedef {(which: Which) => Promise<Status>} Look */

/**
 * @typedef {Object} Followed
 * @property {Which} which
 * @property {string} title of the backbone
 * @property {boolean} isWanted whether the visitor waits for it
 * @property {ProgressPayload} progress
 * @property {string|null} problem why nothing is known of it at the moment
 */

const PAUSE_MS = 1000;

/** @type {ProgressPayload} */
const STARTING = { description: "Starting", done: 0, total: 0, unit: "pictures" };

/**
 * @param {HTMLElement} root
 * @param {{begin: Look, look: Look, use: (backbone: string) => void, refresh: () => void,
 *     release: () => void}} actions `refresh` asks for the answer once more; `release` gives the
 *     choice back to the backbone in use
 */
export function createPreparation(root, actions) {
  const at = finder(root);
  const panel = at("prepare");
  /** @type {AnswerPayload|null} */
  let present = null;
  let isAsking = false;
  /** @type {Followed|null} */
  let followed = null;
  /** @type {(() => void)|null} what the first button does */
  let accept = null;

  at("prepare-yes").addEventListener("click", () => {
    const todo = accept;
    close();
    todo?.();
  });
  at("prepare-no").addEventListener("click", close);

  /**
   * A visitor chose a backbone that is not ready: ask, or join those who wait for it.
   *
   * @param {UnreadyBackboneOffer} choice
   */
  function choose(choice) {
    if (!present) return;
    const { collection } = present.params;
    if (choice.state === "running") {
      actions.release();
      follow(choice, collection, true, actions.look);
      return;
    }
    const pictures = `${count(present.answer.n_items)} pictures`;
    const todo =
      choice.state === "downloads"
        ? `Download ${wholeMegabytes(choice.bytes)} and index ${pictures}?`
        : `Its weights are here. Index ${pictures}?`;
    isAsking = true;
    say(`${choice.title} is not ready yet. ${todo} You can go on searching meanwhile.`);
    offer(choice.state === "downloads" ? "Download" : "Index", "Not now", () =>
      follow(choice, collection, true, actions.begin),
    );
  }

  /** A visitor chose one that is ready, and does not wait for another any more. */
  function leave() {
    if (followed) followed.isWanted = false;
    if (isAsking) close();
  }

  /**
   * Follow an answer: what is made ready for others, or was begun before a reload, is shown.
   *
   * @param {AnswerPayload} payload
   */
  function draw(payload) {
    present = payload;
    const { collection } = payload.params;
    if (followed && followed.which.collection !== collection) {
      followed = null;
      close();
    }
    const running = payload.offers.backbones.find((offered) => offered.state === "running");
    if (running && !followed) follow(running, collection, false, actions.look);
  }

  /**
   * @param {{name: string, title: string}} choice
   * @param {string} collection
   * @param {boolean} isWanted
   * @param {Look} ask how to begin
   */
  async function follow({ name, title }, collection, isWanted, ask) {
    const which = { collection, backbone: name };
    /** @type {Followed} */
    const mine = { which, title, isWanted, progress: STARTING, problem: null };
    followed = mine;
    drawProgress(mine);
    let status = await ask(which);
    if (!("state" in status)) status = { ...status, state: "failed" };
    // Later, without a state, the server is out of reach for a moment.
    while (followed === mine && (!("state" in status) || status.state === "running")) {
      mine.problem = "problem" in status ? status.problem : null;
      if ("progress" in status) mine.progress = status.progress;
      if (!isAsking) drawProgress(mine);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      status = await actions.look(which);
    }
    if (followed === mine) finish(mine, status);
  }

  /**
   * @param {Followed} ended
   * @param {Status} status
   */
  function finish({ which, title, isWanted }, status) {
    followed = null;
    if (isAsking) return;
    const isReady = "state" in status && status.state === "ready";
    if (isReady && isWanted) {
      close();
      actions.use(which.backbone);
      return;
    }
    actions.refresh();
    if (isReady) {
      say(`${title} is ready.`);
      offer("Use it", "Close", () => actions.use(which.backbone));
    } else {
      const restarted = `The server was started anew, and ${title} is not ready: choose it again.`;
      say("problem" in status ? status.problem : restarted);
      offer("", "Close");
    }
  }

  function close() {
    const hadFocus = panel.contains(document.activeElement);
    isAsking = false;
    actions.release();
    if (followed) drawProgress(followed);
    else show(panel, false);
    if (hadFocus) at("backbone").focus();
  }

  /** @param {Followed} shown */
  function drawProgress({ title, progress, problem }) {
    const { description, done, total, unit } = progress;
    say(problem ?? `${title}: ${description}`);
    const bar = at("prepare-bar", HTMLProgressElement);
    if (total) {
      bar.max = total;
      bar.value = done;
    } else {
      bar.removeAttribute("value");
    }
    const format = unit === "bytes" ? wholeMegabytes : count;
    at("prepare-amount").textContent = total ? `${format(done)} of ${format(total)}` : "";
    show(at("prepare-going"), true);
    show(at("prepare-buttons"), false);
  }

  /**
   * Stages are spoken by a screen reader; numbers, which change each second, are not.
   *
   * @param {string} text
   */
  function say(text) {
    show(panel, true);
    if (at("prepare-text").textContent !== text) at("prepare-text").textContent = text;
  }

  /**
   * @param {string} yes what the first button says
   * @param {string} no what the second one says
   * @param {(() => void)|null} todo what the first one does; without, there is none
   */
  function offer(yes, no, todo = null) {
    accept = todo;
    at("prepare-yes").textContent = yes;
    at("prepare-no").textContent = no;
    show(at("prepare-yes"), todo !== null);
    show(at("prepare-going"), false);
    show(at("prepare-buttons"), true);
  }

  return { choose, draw, leave };
}
