/** What a person calls things. */

/** @param {{item_id: number, label: string}} item */
export function nameOfItem(item) {
  return item.label || `item ${item.item_id}`;
}

/** A caption without the label, where it begins with it: as a folder's name, or as a subject. */
export function captionOf({ label, caption }) {
  const repeated = [`${label}/`, `${label}, `].find((start) => label && caption.startsWith(start));
  return repeated ? caption.slice(repeated.length) : caption;
}

/** @param {{upload: string|null, item: Object|null}} query */
export function nameOfQuery(query) {
  return query.upload ?? nameOfItem(query.item);
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
