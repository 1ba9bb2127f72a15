/**
 * A backbone that is not ready: what choosing it means, how far it is, and what came of it.
 *
 * One backbone at a time is followed here; the server goes on with all that were begun.
 */

import { show } from "../common/dom.js";
import { count, wholeMegabytes } from "../common/format.js";

const PAUSE_MS = 1000;

/**
 * @param {HTMLElement} root
 * @param {{begin: (which: Object) => Promise<Object>, look: (which: Object) => Promise<Object>,
 *     use: (backbone: string) => void, refresh: () => void, release: () => void}} actions `begin`
 *     and `look` are asked with {collection, backbone}; `refresh` asks for the answer once more;
 *     `release` gives the choice back to the backbone in use
 */
export function createPreparation(root, actions) {
  const at = (id) => root.querySelector(`#${id}`);
  const panel = at("prepare");
  let present = null;
  let isAsking = false;
  let followed = null; // {which, title, isWanted, status}
  let accept = null; // what the first button does

  at("prepare-yes").addEventListener("click", () => {
    const todo = accept;
    close();
    todo();
  });
  at("prepare-no").addEventListener("click", close);

  /** A visitor chose a backbone that is not ready: ask, or join those who wait for it. */
  function choose(choice) {
    if (choice.state === "running") {
      actions.release();
      follow(choice, true, actions.look);
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
      follow(choice, true, actions.begin),
    );
  }

  /** A visitor chose one that is ready, and does not wait for another any more. */
  function leave() {
    if (followed) followed.isWanted = false;
    if (isAsking) close();
  }

  /** Follow an answer: what is made ready for others, or was begun before a reload, is shown. */
  function draw(payload) {
    present = payload;
    if (followed && followed.which.collection !== payload.params.collection) {
      followed = null;
      close();
    }
    const running = payload.offers.backbones.find(({ state }) => state === "running");
    if (running && !followed) follow(running, false, actions.look);
  }

  async function follow(choice, isWanted, ask) {
    const which = { collection: present.params.collection, backbone: choice.name };
    const mine = { which, title: choice.title, isWanted, status: {} };
    followed = mine;
    drawProgress();
    let status = await ask(which);
    if (!status.state) status.state = "failed";
    while (followed === mine && status.state === "running") {
      mine.status = status;
      if (!isAsking) drawProgress();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const next = await actions.look(which);
      // Without a state, the server was out of reach for a moment.
      status = next.state ? next : { ...status, problem: next.problem };
    }
    if (followed === mine) finish(mine, status);
  }

  function finish({ which, title, isWanted }, { state, problem }) {
    followed = null;
    if (isAsking) return;
    if (state === "ready" && isWanted) {
      close();
      actions.use(which.backbone);
      return;
    }
    actions.refresh();
    if (state === "ready") {
      say(`${title} is ready.`);
      offer("Use it", "Close", () => actions.use(which.backbone));
    } else {
      say(problem ?? `The server was started anew, and ${title} is not ready: choose it again.`);
      offer(null, "Close");
    }
  }

  function close() {
    const hadFocus = panel.contains(document.activeElement);
    isAsking = false;
    actions.release();
    if (followed) drawProgress();
    else show(panel, false);
    if (hadFocus) at("backbone").focus();
  }

  function drawProgress() {
    const { problem, progress = {} } = followed.status;
    const { description = "Starting", done = 0, total = 0, unit } = progress;
    say(problem ?? `${followed.title}: ${description}`);
    const bar = at("prepare-bar");
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

  /** Stages are spoken by a screen reader; numbers, which change each second, are not. */
  function say(text) {
    show(panel, true);
    if (at("prepare-text").textContent !== text) at("prepare-text").textContent = text;
  }

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
