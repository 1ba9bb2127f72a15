/** The page: asks the server, shows its answers, and passes on what the visitor does. */

import { createBrowse } from "./collection/browse.js";
import { finder, make, show } from "./common/dom.js";
import { amongOf, megabytes, nameOfQuery, titleOf } from "./common/format.js";
import { createCurve } from "./controls/curve.js";
import { createFilter } from "./controls/filter.js";
import { createPreparation } from "./controls/preparation.js";
import { createSettings } from "./controls/settings.js";
import { createHistory } from "./history/history.js";
import { createCamera } from "./query/camera.js";
import { createInputs } from "./query/inputs.js";
import { createFacts } from "./results/facts.js";
import { createGrid } from "./results/grid.js";
import { createAsk } from "./server/requests.js";
import { createSession } from "./server/session.js";
import { createProgram } from "./share/program.js";
import { createShare } from "./share/share.js";

/** @import { AnswerPayload, Problem } from "../payload_types.js" */
/** @import { Entry, View } from "./history/history.js" */
/** @import { Sides } from "./query/region.js" */
/** @import { Server } from "./server/requests.js" */
/** @import { Task } from "./server/session.js" */

const TITLE = "Image similarity";
const PHONE = "(max-width: 760px)";
/** @type {Array<View>} */
const VIEWS = ["search", "browse"];

/**
 * Bring the page to life.
 *
 * @param {{element: HTMLElement, server: Server}} gradio what Gradio gives
 */
export function start({ element, server }) {
  const root = finder(element)("similarity");
  const at = finder(root);
  const ask = createAsk(server, progress);

  const pageHistory = createHistory(root, { back });
  const session = createSession(ask, receive, pageHistory.entry().params);
  const filter = createFilter(root, { change: session.change });
  const grid = createGrid(root, { choose, crop, clear: filter.clear });
  const settings = createSettings(root, {
    change: session.change,
    mark: grid.mark,
    prepare: (choice) => preparation.choose(choice),
    leave: () => preparation.leave(),
  });
  const preparation = createPreparation(root, {
    begin: (which) => ask("prepare", which),
    look: (which) => ask("preparation", which),
    use: (backbone) => session.change({ backbone }),
    refresh: () => session.change({}),
    release: settings.release,
  });
  const browse = createBrowse(root, {
    list: (wanted) => ask("browse", wanted, "Looking…"),
    choose,
    tell: (problem) => tell([problem]),
  });
  createCamera(root, { file: take });
  const others = [
    preparation,
    createFacts(root),
    createCurve(root, { measure: (params) => ask("curve", params, "Measuring…") }),
    createShare(root, { link: pageHistory.link }),
    createProgram(root),
    createInputs(root, { file: take, url: load, choose }),
  ];

  /** @param {number} item */
  function choose(item) {
    session.search({ item: String(item) }, "Searching…");
  }

  /**
   * Search for a region of the present query, or for the whole of it.
   *
   * @param {Sides|null} region
   */
  function crop(region) {
    const { item, upload } = session.target();
    const subject = upload ? { upload } : { item };
    session.search(region ? { ...subject, region: region.join(",") } : subject, "Embedding the region…");
  }

  /** @param {File} file */
  function take(file) {
    const limit = session.shown()?.offers.upload_bytes ?? Infinity;
    if (file.size <= limit) session.send("take", { file }, "Embedding your picture…");
    else tell([`${file.name} has ${megabytes(file.size)}; at most ${megabytes(limit)} are read: save it smaller.`]);
  }

  /** @param {string} url */
  function load(url) {
    session.send("load", { url }, "Fetching the picture…");
  }

  /** @param {Entry} entry */
  function back(entry) {
    turnTo(entry.view);
    session.goTo(entry.params);
  }

  /**
   * @param {AnswerPayload|Problem} payload
   * @param {Task} task
   */
  function receive(payload, task) {
    const shown = session.shown();
    if (shown) {
      settings.draw({ ...shown, params: { ...shown.params, ...session.target() } });
      filter.draw(shown, session.target());
    }
    if ("problem" in payload) {
      tell([payload.problem]);
      if (!shown) at("headline").textContent = "There is nothing to search in.";
      return;
    }
    root.classList.remove("waiting");
    grid.draw(payload);
    for (const part of others) part.draw(payload);
    tell(payload.notes);
    pageHistory.record(payload, Boolean(task.isNew));
    turnTo(pageHistory.entry().view);
    if (task.isNew) grid.focusQuery();
    drawTitles(payload);
  }

  /** @param {AnswerPayload} payload */
  function drawTitles(payload) {
    const { params, query, offers } = payload;
    const title = titleOf(offers.collections, params.collection);
    at("tagline").textContent = `${amongOf(payload)}: ${title}`;
    document.title = `${nameOfQuery(query)} · ${TITLE}`;
  }

  /** @param {View} view */
  function turnTo(view) {
    for (const name of VIEWS) {
      show(at(`${name}-view`), name === view);
      at(`go-${name}`).setAttribute("aria-current", name === view ? "page" : "false");
    }
    const shown = session.shown();
    if (view === "browse" && shown) browse.open(shown.params.collection);
  }

  for (const view of VIEWS) {
    at(`go-${view}`).addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      pageHistory.turnTo(view);
      turnTo(view);
    });
  }

  /** @param {Array<string>} sentences */
  function tell(sentences) {
    at("notice-text").replaceChildren(...sentences.map((sentence) => make("li", {}, sentence)));
    show(at("notice"), sentences.length > 0);
  }
  at("notice-close").addEventListener("click", () => tell([]));

  /** @param {string|null} text */
  function progress(text) {
    show(at("progress"), text !== null);
    at("progress").textContent = text ?? "";
    at("results").setAttribute("aria-busy", String(text !== null));
  }

  for (const id of ["among", "settings", "facts-card"]) {
    at(id, HTMLDetailsElement).open = !matchMedia(PHONE).matches;
  }
  turnTo(pageHistory.entry().view);
  session.change({});
}
