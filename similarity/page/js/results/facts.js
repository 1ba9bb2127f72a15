/** How good and how fast an answer is, and what it was found in. */

import { finder, make, show } from "../common/dom.js";
import { amongOf, count, megabytes, recallOf, wantedOf } from "../common/format.js";
import { METRICS } from "../common/metrics.js";

/** @import { AnswerJson, AnswerPayload } from "../../payload_types.js" */

/** @type {Array<keyof AnswerJson["milliseconds"]>} */
const PARTS = ["decode", "preprocess", "embed", "search"];

/** @param {HTMLElement} root */
export function createFacts(root) {
  const at = finder(root);

  /** @param {AnswerPayload} payload */
  function draw(payload) {
    const { answer, index, missed, origin, annoy_problem: problem } = payload;
    const recall = recallOf(payload);
    show(at("annoy-problem"), problem !== null);
    at("annoy-problem").textContent = problem ?? "";
    const wanted = wantedOf(payload);
    const total = PARTS.reduce((sum, part) => sum + answer.milliseconds[part], 0);
    at("headline").replaceChildren(...headline(payload, total));
    show(at("legend"), answer.neighbors.length > 0);
    show(at("facts-card"), answer.neighbors.length > 0);
    at("legend").textContent =
      "The number on a picture is the cosine similarity of its embedding and the query's: 1 is " +
      `the same direction, 0 unrelated. ${METRICS[answer.metric].order}`;
    at("facts").replaceChildren(
      ...fact(
        `Recall@${wanted}`,
        recall.toFixed(3),
        `${wanted - missed.length} of the ${wanted} nearest of an exact search were found`,
      ),
      ...fact("Time", milliseconds(total), timesOf(answer)),
      ...fact(
        "Examined",
        `${count(answer.n_candidates)} candidates`,
        `at search_k ${count(answer.search_k)}; ${count(Math.min(answer.rerank, answer.n_candidates))} ` +
          "ranked by full embeddings",
      ),
      ...fact(
        "Index",
        `${count(answer.n_items)} items`,
        `${dims(answer, index)}, ${answer.n_trees} trees, ${megabytes(index.bytes)}`,
      ),
      ...wideFact(
        "Weights",
        index.weights,
        index.verified ? "the published file, by its digest" : "not verified by a published digest",
      ),
      ...(origin ? wideFact("From the Hub", origin.repo_id, `commit ${origin.commit}`) : []),
    );
  }

  return { draw };
}

/**
 * How much was found in how much, and how well.
 *
 * @param {AnswerPayload} payload
 * @param {number} total milliseconds
 */
function headline(payload, total) {
  const { answer, missed, filter } = payload;
  const found = answer.neighbors.length;
  if (!found && filter.n_allowed !== null) {
    return [make("b", {}, "Nothing found"), `: the filter leaves ${amongOf(payload)}.`];
  }
  return [
    make("b", {}, `${count(found)} most similar`),
    filter.n_allowed === null ? " of " : " among ",
    `${amongOf(payload)} in `,
    make("b", {}, milliseconds(total)),
    `; recall@${wantedOf(payload)} is `,
    make("b", {}, recallOf(payload).toFixed(2)),
    missed.length ? `: the index missed ${count(missed.length)}.` : ": the exact answer.",
  ];
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} more
 * @param {string} className
 */
function fact(name, value, more, className = "") {
  const said = make("dd", {}, make("b", {}, value), make("span", {}, more));
  return [make("div", { class: className }, make("dt", {}, name), said)];
}

/**
 * A fact with a long name in it.
 *
 * @param {string} name
 * @param {string} value
 * @param {string} more
 */
function wideFact(name, value, more) {
  return fact(name, value, more, "wide");
}

/**
 * @param {AnswerJson} answer
 * @param {AnswerPayload["index"]} index
 */
function dims(answer, index) {
  const own = `${count(answer.dim)} dims`;
  return index.projected_dim ? `${own}, projected to ${index.projected_dim}` : own;
}

/**
 * The parts of the time; an indexed picture needs no more than the search.
 *
 * @param {AnswerJson} answer
 */
function timesOf({ milliseconds: spent }) {
  return PARTS.filter((part) => spent[part] > 0)
    .map((part) => `${part} ${milliseconds(spent[part])}`)
    .join(", ");
}

/** @param {number} number */
function milliseconds(number) {
  return `${number >= 100 ? number.toFixed(0) : number.toPrecision(2)} ms`;
}
