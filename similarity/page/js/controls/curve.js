/** Recall and time over search_k for the present query, measured when it is asked for. */

import { finder, make, makeSvg } from "../common/dom.js";
import { count, recallOf } from "../common/format.js";

const WIDTH = 260;
const HEIGHT = 76;
const LEFT = 34;
const RIGHT = 6;
const TOP = 16;

/** @import { AnswerPayload, CurvePayload, CurvePoint, Problem } from "../../payload_types.js" */

/** @typedef {(point: {search_k: number}) => number} Scale where a search_k lies, in pixels */

/**
 * @param {HTMLElement} root
 * @param {{measure: (params: AnswerPayload["params"]) => Promise<CurvePayload|Problem>}} actions
 */
export function createCurve(root, actions) {
  const at = finder(root);
  const details = at("curve", HTMLDetailsElement);
  const body = at("curve-body");
  /** @type {{key: string|null, points: Array<CurvePoint>}} */
  let measured = { key: null, points: [] };
  /** @type {AnswerPayload|null} */
  let present = null;

  details.addEventListener("toggle", () => {
    if (details.open) refresh();
  });

  /**
   * Follow an answer: another query or index is measured anew, another search_k moves the mark.
   *
   * @param {AnswerPayload} payload
   */
  function draw(payload) {
    present = payload;
    if (details.open) refresh();
  }

  async function refresh() {
    if (!present) return;
    const key = JSON.stringify({ ...present.params, search_k: null });
    if (measured.key !== key) {
      measured = { key, points: [] };
      say("Measuring…");
      const found = await actions.measure(present.params);
      if (measured.key !== key) return;
      if ("problem" in found) {
        measured = { key: null, points: [] };
        say(found.problem);
        return;
      }
      measured = { key, points: found.points };
    }
    if (measured.points.length) body.replaceChildren(...charts(measured.points, present));
  }

  /** @param {string} text */
  function say(text) {
    body.replaceChildren(make("p", { class: "hint" }, text));
  }

  return { draw };
}

/**
 * @param {Array<CurvePoint>} points
 * @param {AnswerPayload} payload
 */
function charts(points, payload) {
  const { answer } = payload;
  const x = scaleOf(points);
  const slowest = Math.max(...points.map((point) => point.milliseconds));
  const now = {
    search_k: answer.search_k,
    recall: recallOf(payload),
    // One search is timed too roughly to lie on the curve, whose points are the best of some.
    milliseconds: between(points, answer.search_k),
  };
  return [
    chart("Recall", points, now, x, (point) => point.recall, 1, (value) => value.toFixed(1)),
    chart("Milliseconds", points, now, x, (point) => point.milliseconds, slowest, (value) => value.toPrecision(2)),
    axis(points, x),
    table(points),
  ];
}

/**
 * @param {string} title
 * @param {Array<CurvePoint>} points
 * @param {CurvePoint} now the present answer
 * @param {Scale} x
 * @param {(point: CurvePoint) => number} valueOf
 * @param {number} top the largest value
 * @param {(value: number) => string} format
 */
function chart(title, points, now, x, valueOf, top, format) {
  /** @param {CurvePoint} point */
  const y = (point) => TOP + (HEIGHT - TOP - 4) * (1 - valueOf(point) / (top || 1));
  const line = points.map((point) => `${x(point)},${y(point)}`).join(" ");
  return makeSvg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    makeSvg("text", { x: 0, y: 10, class: "chart-title" }, title),
    makeSvg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: TOP, y2: TOP, class: "rule" }),
    makeSvg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: HEIGHT - 4, y2: HEIGHT - 4, class: "rule" }),
    makeSvg("text", { x: LEFT - 5, y: TOP + 4, class: "tick end" }, format(top)),
    makeSvg("text", { x: LEFT - 5, y: HEIGHT, class: "tick end" }, "0"),
    makeSvg("polyline", { points: line, class: "line" }),
    makeSvg("line", { x1: x(now), x2: x(now), y1: TOP, y2: HEIGHT - 4, class: "now" }),
    makeSvg("circle", { cx: x(now), cy: y(now), r: 4.5, class: "now-dot" }),
  );
}

/**
 * @param {Array<CurvePoint>} points
 * @param {Scale} x
 */
function axis(points, x) {
  const ends = [points[0], points[points.length - 1]];
  return makeSvg(
    "svg",
    { viewBox: `0 0 ${WIDTH} 14`, "aria-hidden": "true" },
    ...ends.map((point, i) =>
      makeSvg(
        "text",
        { x: x(point), y: 10, class: i ? "tick end" : "tick" },
        `${i ? "" : "search_k "}${count(point.search_k)}`,
      ),
    ),
  );
}

/**
 * The same as numbers, for those who do not see the curve.
 *
 * @param {Array<CurvePoint>} points
 */
function table(points) {
  const head = ["search_k", "recall", "milliseconds"].map((name) => make("th", { scope: "col" }, name));
  const rows = points.map((point) =>
    make(
      "tr",
      {},
      make("td", {}, String(point.search_k)),
      make("td", {}, point.recall.toFixed(2)),
      make("td", {}, point.milliseconds.toPrecision(2)),
    ),
  );
  return make(
    "table",
    { class: "unseen" },
    make("caption", {}, "Recall and time for this query over search_k"),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...rows),
  );
}

/**
 * Milliseconds at a search_k, on the line between the two measured points around it.
 *
 * @param {Array<CurvePoint>} points
 * @param {number} searchK
 */
function between(points, searchK) {
  const after = points.findIndex((point) => point.search_k >= searchK);
  const right = points[after < 0 ? points.length - 1 : after];
  const left = points[Math.max(0, points.indexOf(right) - 1)];
  const span = Math.log(right.search_k / left.search_k);
  const share = span > 0 ? Math.log(searchK / left.search_k) / span : 1;
  return left.milliseconds + Math.max(0, Math.min(1, share)) * (right.milliseconds - left.milliseconds);
}

/**
 * @param {Array<CurvePoint>} points
 * @returns {Scale}
 */
function scaleOf(points) {
  const low = Math.log(points[0].search_k);
  const high = Math.log(points[points.length - 1].search_k);
  return (point) => {
    const share = high > low ? (Math.log(point.search_k) - low) / (high - low) : 1;
    return LEFT + Math.max(0, Math.min(1, share)) * (WIDTH - LEFT - RIGHT);
  };
}
