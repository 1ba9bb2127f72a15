/** How good and how fast an answer is, and what it was found in. */

import { make, show } from "../common/dom.js";
import { count, megabytes } from "../common/format.js";

const ORDERS = {
  angular: "Nearest first by angle, which is the order of the similarity.",
  euclidean: "Nearest first by the paler number, the euclidean distance of the embeddings.",
  manhattan: "Nearest first by the paler number, the manhattan distance of the embeddings.",
  dot: "Nearest first by the paler number, the dot product of the embeddings: larger is nearer.",
};

const PARTS = ["decode", "preprocess", "embed", "search"];

/** @param {HTMLElement} root */
export function createFacts(root) {
  const at = (id) => root.querySelector(`#${id}`);

  function draw({ answer, index, missed, origin, annoy_problem: problem }) {
    show(at("annoy-problem"), problem !== null);
    at("annoy-problem").textContent = problem ?? "";
    const found = answer.neighbors.length;
    const exact = answer.k - missed.length;
    const total = PARTS.reduce((sum, part) => sum + answer.milliseconds[part], 0);
    at("headline").replaceChildren(
      make("b", {}, `${count(found)} most similar`),
      ` of ${count(answer.n_items)} pictures in `,
      make("b", {}, milliseconds(total)),
      "; recall@",
      `${answer.k} is `,
      make("b", {}, answer.recall_at_k.toFixed(2)),
      missed.length ? `: the index missed ${count(missed.length)}.` : ": the exact answer.",
    );
    at("legend").textContent =
      "The number on a picture is the cosine similarity of its embedding and the query's: 1 is " +
      `the same direction, 0 unrelated. ${ORDERS[answer.metric]}`;
    at("facts").replaceChildren(
      ...fact(
        `Recall@${answer.k}`,
        answer.recall_at_k.toFixed(3),
        `${exact} of the ${answer.k} nearest of an exact search were found`,
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

function fact(name, value, more, className = "") {
  const said = make("dd", {}, make("b", {}, value), make("span", {}, more));
  return [make("div", { class: className }, make("dt", {}, name), said)];
}

/** A fact with a long name in it. */
function wideFact(name, value, more) {
  return fact(name, value, more, "wide");
}

function dims(answer, index) {
  const own = `${count(answer.dim)} dims`;
  return index.projected_dim ? `${own}, projected to ${index.projected_dim}` : own;
}

/** The parts of the time; an indexed picture needs no more than the search. */
function timesOf({ milliseconds: spent }) {
  return PARTS.filter((part) => spent[part] > 0)
    .map((part) => `${part} ${milliseconds(spent[part])}`)
    .join(", ");
}

function milliseconds(number) {
  return `${number >= 100 ? number.toFixed(0) : number.toPrecision(2)} ms`;
}
