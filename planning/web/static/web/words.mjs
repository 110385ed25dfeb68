/** The words that a page brings along for its script (planning/web/script_words.py, in the language of the page). */

/**
 * Words by name; what has places for values, {0} and {1}, becomes a function of these.
 * @param {Record<string, any>} given @returns {Record<string, any>}
 */
export const words = (given) => Object.fromEntries(Object.entries(given).map(([name, text]) => [name, /\{\d\}/.test(text)
  ? (...values) => text.replace(/\{(\d)\}/g, (_whole, at) => String(values[at])) : text]));
