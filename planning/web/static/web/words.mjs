/** The words that a page brings along for its script (planning/web/script_words.py, in the language of the page). */

/** @param {string} text @param {any[]} values */
const filled = (text, values) => text.replace(/\{(\d)\}/g, (_whole, at) => String(values[at]));

/** What to say of a number: one or many. @param {Record<string, any>} given @param {string} name @param {any} n @returns {string} */
export const counted = (given, name, n) => (n === 1 && given[`${name}_one`]) || given[name];

/**
 * Words by name; what has places for values, {0} and {1}, becomes a function of these, and of one or many by the first.
 * @param {Record<string, any>} given @returns {Record<string, any>}
 */
export const words = (given) => Object.fromEntries(Object.entries(given).map(([name, text]) => [name, /\{\d\}/.test(text)
  ? (...values) => filled(counted(given, name, values[0]), values) : text]));
