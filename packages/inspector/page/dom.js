/** Elements from data. Texts become text nodes, never markup. */

/** An element. `text` is its text, `on` its listeners, `data` its dataset; anything else is an attribute. */
export function el(tag, { text, on = {}, data = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  Object.assign(element.dataset, data);
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener);
  if (text !== undefined) element.textContent = text;
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** An SVG element. */
export function svgEl(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  if (text !== undefined) element.textContent = text;
  element.append(...children.flat());
  return element;
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** The element of that id. */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element "${id}"`);
  return element;
}

/**
 * Keeps a parent's children in step with a list: an item that is the same object keeps its element, a changed one is
 * rendered anew, with its details left open.
 */
export class KeyedList {
  #parent;
  #render;
  #known = new Map();

  constructor(parent, render) {
    this.#parent = parent;
    this.#render = render;
  }

  update(items) {
    const kept = new Map();
    let place = this.#parent.firstChild;
    for (const item of items) {
      const old = this.#known.get(item.key)?.node;
      const node = this.#nodeFor(item);
      kept.set(item.key, { item, node });
      if (old !== undefined && old !== node) {
        if (place === old) place = node;
        old.replaceWith(node);
      }
      if (node === place) place = place.nextSibling;
      else this.#parent.insertBefore(node, place);
    }
    for (const [key, { node }] of this.#known) if (kept.get(key)?.node !== node) node.remove();
    this.#known = kept;
  }

  #nodeFor(item) {
    const known = this.#known.get(item.key);
    if (known?.item === item) return known.node;
    const node = this.#render(item);
    if (known?.node.querySelector("details[open]")) node.querySelector("details")?.setAttribute("open", "");
    return node;
  }
}
