/**
 * Elements, found and made. Text becomes text nodes, so that a label stays a label
 * whatever it says; nothing on this page is ever parsed as markup.
 */

/** @typedef {Object<string, string|number|boolean>} Attributes false leaves one out, true sets it empty */

/**
 * Make what finds the elements of page.html by their ids.
 *
 * @param {ParentNode} root
 */
export function finder(root) {
  /**
   * @overload
   * @param {string} id
   * @returns {HTMLElement}
   */
  /**
   * @template {HTMLElement} Kind
   * @overload
   * @param {string} id
   * @param {new () => Kind} kind
   * @returns {Kind}
   */
  /**
   * @param {string} id
   * @param {new () => HTMLElement} kind
   * @returns {HTMLElement}
   */
  function at(id, kind = HTMLElement) {
    const element = root.querySelector(`#${id}`);
    if (!(element instanceof kind)) throw new TypeError(`page.html has no ${kind.name} #${id}`);
    return element;
  }
  return at;
}

/**
 * Tell which items' buttons are clicked.
 *
 * @param {HTMLElement} list
 * @param {(item: number) => void} choose
 */
export function onItemClick(list, choose) {
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-item]");
    if (button instanceof HTMLElement) choose(Number(button.dataset.item));
  });
}

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {...(Node|string)} children
 */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Make an SVG element, as `make` does.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {...(Node|string)} children
 */
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
 * Make a picture of a known shape, so that nothing moves when it arrives.
 *
 * @param {string} src
 */
export function image(src) {
  return make("img", { src, alt: "", width: 200, height: 200, decoding: "async", draggable: "false" });
}

/**
 * Make a picture as `image` does, or a blank where there is none.
 *
 * @param {string|null} src
 */
export function picture(src) {
  return src === null ? make("span", { class: "blank" }) : image(src);
}

/**
 * Show or hide.
 *
 * @param {HTMLElement} element
 * @param {boolean} isShown
 */
export function show(element, isShown) {
  element.toggleAttribute("hidden", !isShown);
}

/**
 * @template {Element} Kind
 * @param {Kind} element
 * @param {Attributes} attributes
 * @param {Array<Node|string>} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== "") element.setAttribute(name, value === true ? "" : String(value));
  }
  // A picture without meaning has an empty description, not none.
  if (attributes.alt === "") element.setAttribute("alt", "");
  element.append(...children);
  return element;
}
