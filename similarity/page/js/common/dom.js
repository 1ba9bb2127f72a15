/**
 * Elements made by hand. Text becomes text nodes, so that a label stays a label
 * whatever it says; nothing on this page is ever parsed as markup.
 */

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Object<string, string|number|boolean>} attributes false leaves one out, true sets it empty
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an SVG element, as `make` does. */
export function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * Wrap text from outside: right-to-left marks in it do not reach its neighbors.
 *
 * @param {string} text
 * @param {string} className
 */
export function foreign(text, className = "") {
  return make("bdi", { class: className, title: text }, text);
}

/**
 * Make a picture of a known shape, so that nothing moves when it arrives; a blank without one.
 *
 * @param {string|null} src
 */
export function picture(src) {
  if (src === null) return make("span", { class: "blank" });
  return make("img", { src, alt: "", width: 200, height: 200, decoding: "async", draggable: "false" });
}

/** Show or hide. */
export function show(element, isShown) {
  element.hidden = !isShown;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== "") element.setAttribute(name, value === true ? "" : value);
  }
  // A picture without meaning has an empty description, not none.
  if (attributes.alt === "") element.alt = "";
  element.append(...children);
  return element;
}
