/** What a person calls things. */

/** @import { AnswerPayload, ItemJson } from "../../payload_types.js" */

/** @param {Pick<ItemJson, "item_id"|"label">} item */
export function nameOfItem(item) {
  return item.label || `item ${item.item_id}`;
}

/**
 * A caption without the label, where it begins with it: as a folder's name, or as a subject.
 *
 * @param {Pick<ItemJson, "label"|"caption">} item
 */
export function captionOf({ label, caption }) {
  const repeated = [`${label}/`, `${label}, `].find((start) => label && caption.startsWith(start));
  return repeated ? caption.slice(repeated.length) : caption;
}

/**
 * The title of what is offered under a name.
 *
 * @param {Array<{name: string, title: string}>} offers
 * @param {string} name
 */
export function titleOf(offers, name) {
  return offers.find((offered) => offered.name === name)?.title ?? name;
}

/** @param {AnswerPayload["query"]} query */
export function nameOfQuery(query) {
  return query.upload === null ? nameOfItem(query.item) : query.upload;
}

/**
 * How many neighbors an exact answer has: k, or all where fewer are searched.
 *
 * @param {Pick<AnswerPayload, "answer"|"missed">} payload
 */
export function wantedOf({ answer, missed }) {
  return Math.min(answer.k, answer.neighbors.length + missed.length);
}

/**
 * Recall@k of an answer, in [0, 1]; 1 where there was nothing to find.
 *
 * @param {Pick<AnswerPayload, "answer"|"missed">} payload
 */
export function recallOf(payload) {
  return 1 - payload.missed.length / Math.max(1, wantedOf(payload));
}

/**
 * The pictures that were searched, of those that there are.
 *
 * @param {Pick<AnswerPayload, "answer"|"filter">} payload
 */
export function amongOf({ answer, filter }) {
  const all = `${count(answer.n_items)} pictures`;
  return filter.n_allowed === null ? all : `${count(filter.n_allowed)} of ${all}`;
}

const COUNTS = new Intl.NumberFormat("en-US");

/** @param {number} number */
export function count(number) {
  return COUNTS.format(number);
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} bytes */
export function wholeMegabytes(bytes) {
  return `${count(Math.round(bytes / 1e6))} MB`;
}
