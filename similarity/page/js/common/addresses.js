/** Addresses of pictures and downloads, and the page's own. */

/** @import { AnswerPayload, ChoiceParams, ItemJson } from "../../payload_types.js" */

/**
 * Where an item's picture is; null for one of given embeddings, which has none.
 *
 * @param {string} collection
 * @param {Pick<ItemJson, "item_id"|"file">} item
 */
export function pictureOf(collection, item) {
  if (!item.file) return null;
  const name = item.file.slice(item.file.lastIndexOf("/") + 1);
  return local(`pictures/${encodeURIComponent(collection)}/${item.item_id}/${encodeURIComponent(name)}`);
}

/** @param {string} token */
function uploadOf(token) {
  return local(`uploads/${encodeURIComponent(token)}.jpg`);
}

/**
 * @param {string} name
 * @param {ChoiceParams} params
 */
export function downloadOf(name, params) {
  return local(`download/${name}?${written(params)}`);
}

/**
 * Where the picture is that was searched for; null as for `pictureOf`.
 *
 * @param {Pick<AnswerPayload, "params"|"query">} payload
 */
export function queryPictureOf({ params, query }) {
  if (params.upload !== undefined) return uploadOf(params.upload);
  return query.item && pictureOf(params.collection, query.item);
}

/** @param {Partial<ChoiceParams>} params */
export function linkTo(params) {
  return local(`?${written(params)}`);
}

/** @param {Partial<ChoiceParams>} params */
function written(params) {
  return new URLSearchParams(Object.entries(params));
}

/** @param {string} path */
function local(path) {
  return new URL(path, document.baseURI).href;
}
