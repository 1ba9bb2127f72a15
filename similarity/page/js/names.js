/** What a person calls things. */

/** @param {{item_id: number, label: string}} item */
export function nameOfItem(item) {
  return item.label || `item ${item.item_id}`;
}

/** A caption without the label, where it repeats it as a folder's name. */
export function captionOf(item) {
  const folder = `${item.label}/`;
  return item.caption.startsWith(folder) ? item.caption.slice(folder.length) : item.caption;
}

/** @param {{upload: string|null, item: Object|null}} query */
export function nameOfQuery(query) {
  return query.upload ?? nameOfItem(query.item);
}

/** @param {number} number */
export function count(number) {
  return number.toLocaleString("en-US");
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
