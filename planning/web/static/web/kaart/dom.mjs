/** Small helpers to build pages from data: text is always text, never markup. */

/**
 * Make an element.
 * @param {string} tag name, with classes behind dots: "p.muted.small"
 * @param {Record<string, unknown>} [attributes] attributes; on… are listeners, `dataset` its data
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (key === "dataset") Object.assign(node.dataset, value);
    else if (key === "checked" || key === "value" || key === "hidden") node[key] = value;
    else node.setAttribute(key, String(value === true ? "" : value));
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/**
 * Put children in place of what was there; what is not there is left out.
 * @param {HTMLElement} node @param {...(Node|string|null|undefined|false)} children
 */
export function fill(node, ...children) {
  node.replaceChildren(...children.filter((c) => c !== null && c !== undefined && c !== false));
}

/** @param {string} id @returns {HTMLElement} */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Wait for a pause before calling.
 * @template {unknown[]} A
 * @param {(...a: A) => void} fn @param {number} ms
 * @returns {(...a: A) => void}
 */
export function debounce(fn, ms) {
  let timer = 0;
  return (...args) => { clearTimeout(timer); timer = window.setTimeout(() => fn(...args), ms); };
}
