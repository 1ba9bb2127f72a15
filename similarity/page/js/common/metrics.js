/** What the metrics are called, and what their numbers mean. */

/** @import { AnswerJson } from "../../payload_types.js" */

/** @type {Record<AnswerJson["metric"], {title: string, hint: string, order: string}>} */
export const METRICS = {
  angular: {
    title: "Angular (direction only)",
    hint: "Compares directions, not lengths.",
    order: "Nearest first by angle, which is the order of the similarity.",
  },
  euclidean: {
    title: "Euclidean (straight line)",
    hint: "The straight distance: lengths count.",
    order: "Nearest first by the paler number, the euclidean distance of the embeddings.",
  },
  manhattan: {
    title: "Manhattan (sum of differences)",
    hint: "The sum of differences: lengths count.",
    order: "Nearest first by the paler number, the manhattan distance of the embeddings.",
  },
  dot: {
    title: "Dot product (direction and length)",
    hint: "Prefers embeddings that are long.",
    order: "Nearest first by the paler number, the dot product of the embeddings: larger is nearer.",
  },
};
