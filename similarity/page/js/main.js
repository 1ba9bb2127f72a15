/** The page: asks the server, shows its answers, and passes on what the visitor does. */

import { createBrowse } from "./collection/browse.js";
import { make, show } from "./common/dom.js";
import { count, megabytes, nameOfQuery } from "./common/format.js";
import { createCurve } from "./controls/curve.js";
import { createPrepare } from "./controls/preparation.js";
import { createControls } from "./controls/settings.js";
import { createWalk } from "./history/history.js";
import { createCamera } from "./query/camera.js";
import { createGive } from "./query/inputs.js";
import { createFacts } from "./results/facts.js";
import { createResults } from "./results/grid.js";
import { createServer } from "./server/requests.js";
import { createSession } from "./server/session.js";
import { createProgram } from "./share/program.js";
import { createShare } from "./share/share.js";

const TITLE = "Image similarity";
const PHONE = "(max-width: 760px)";
const VIEWS = ["search", "browse"];

/**
 * Bring the page to life.
 *
 * @param {{element: HTMLElement, server: Object<string, Function>}} gradio what Gradio gives
 */
export function start({ element, server }) {
  const root = element.querySelector(".similarity");
  const at = (id) => root.querySelector(`#${id}`);
  const ask = createServer(server, progress);

  const walk = createWalk(root, { back });
  const session = createSession(ask, receive, walk.entry().params);
  const results = createResults(root, { choose, cut });
  const controls = createControls(root, {
    change: session.change,
    mark: results.mark,
    prepare: (choice) => prepare.choose(choice),
    leave: () => prepare.leave(),
  });
  const prepare = createPrepare(root, {
    begin: (which) => ask("prepare", which),
    look: (which) => ask("preparation", which),
    use: (backbone) => session.change({ backbone }),
    refresh: () => session.change({}),
    release: controls.release,
  });
  const browse = createBrowse(root, {
    list: (wanted) => ask("browse", wanted, "Looking…"),
    choose,
    tell: (problem) => tell([problem]),
  });
  createCamera(root, { file: take });
  const others = [
    prepare,
    createFacts(root),
    createCurve(root, { measure: () => ask("curve", session.shown().params, "Measuring…") }),
    createShare(root, { link: walk.link }),
    createProgram(root),
    createGive(root, { file: take, url: load, choose }),
  ];

  function choose(item) {
    session.search({ item: String(item) }, "Searching…");
  }

  /** Search for a region of the present query, or for the whole of it. */
  function cut(region) {
    const { item, upload } = session.target();
    const subject = upload ? { upload } : { item };
    session.search(region ? { ...subject, region: region.join(",") } : subject, "Embedding the region…");
  }

  function take(file) {
    const limit = session.shown()?.offers.upload_bytes ?? Infinity;
    if (file.size <= limit) session.send("take", { file }, "Embedding your picture…");
    else tell([`${file.name} has ${megabytes(file.size)}; at most ${megabytes(limit)} are read: save it smaller.`]);
  }

  function load(url) {
    session.send("load", { url }, "Fetching the picture…");
  }

  function back(entry) {
    turnTo(entry.view);
    session.goTo(entry.params);
  }

  function receive(payload, task) {
    const shown = session.shown();
    if (shown) controls.draw({ ...shown, params: session.target() });
    if (payload.problem) {
      tell([payload.problem]);
      if (!shown) at("headline").textContent = "There is nothing to search in.";
      return;
    }
    root.classList.remove("waiting");
    results.draw(payload);
    for (const part of others) part.draw(payload);
    tell(payload.notes);
    walk.record(payload, Boolean(task.isNew));
    turnTo(walk.entry().view);
    if (task.isNew) results.focusQuery();
    drawTitles(payload);
  }

  function drawTitles({ params, query, answer, offers }) {
    const { title } = offers.collections.find(({ name }) => name === params.collection);
    at("tagline").textContent = `${count(answer.n_items)} pictures: ${title}`;
    document.title = `${nameOfQuery(query)} · ${TITLE}`;
  }

  function turnTo(view) {
    for (const name of VIEWS) {
      show(at(`${name}-view`), name === view);
      at(`go-${name}`).setAttribute("aria-current", name === view ? "page" : "false");
    }
    if (view === "browse" && session.shown()) browse.open(session.shown().params.collection);
  }

  for (const view of VIEWS) {
    at(`go-${view}`).addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      walk.turnTo(view);
      turnTo(view);
    });
  }

  function tell(sentences) {
    at("notice-text").replaceChildren(...sentences.map((sentence) => make("li", {}, sentence)));
    show(at("notice"), sentences.length > 0);
  }
  at("notice-close").addEventListener("click", () => tell([]));

  function progress(text) {
    show(at("progress"), text !== null);
    at("progress").textContent = text ?? "";
    at("results").setAttribute("aria-busy", String(text !== null));
  }

  for (const id of ["settings", "facts-card"]) at(id).open = !matchMedia(PHONE).matches;
  turnTo(walk.entry().view);
  session.change({});
}
