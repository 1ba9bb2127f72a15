/** Addresses of pictures and downloads, and the page's own. */

/**
 * Where an item's picture is; null for one of given embeddings, which has none.
 *
 * @param {string} collection
 * @param {{item_id: number, file: string}} item
 */
export function pictureOf(collection, item) {
  if (!item.file) return null;
  const name = item.file.slice(item.file.lastIndexOf("/") + 1);
  return local(`pictures/${encodeURIComponent(collection)}/${item.item_id}/${encodeURIComponent(name)}`);
}

/** @param {string} token */
export function uploadOf(token) {
  return local(`uploads/${encodeURIComponent(token)}.jpg`);
}

/** @param {string} name @param {Object<string, string>} params */
export function downloadOf(name, params) {
  return local(`download/${name}?${new URLSearchParams(params)}`);
}

/** Where the picture is that was searched for; null as for `pictureOf`. */
export function queryPictureOf(payload) {
  const { upload } = payload.params;
  return upload ? uploadOf(upload) : pictureOf(payload.params.collection, payload.query.item);
}

/** @param {Object<string, string>} params */
export function linkTo(params) {
  return local(`?${new URLSearchParams(params)}`);
}

function local(path) {
  return new URL(path, document.baseURI).href;
}
