/** Sentences and spans from the words that the page brings along. */

import { byId } from "../kaart/dom.mjs";
import { parts } from "./days.mjs";

export const config = JSON.parse(byId("bord-config").textContent ?? "{}");
export const words = config.words;

/** @param {string} key @param {Record<string, string|number>} [values] */
export const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** One or many. @param {string} key @param {number} n @param {Record<string, string|number>} [values] */
export const count = (key, n, values = {}) => say(n === 1 ? `${key}_one` : key, { n: n.toLocaleString(config.language), ...values });

/** @param {number} day @returns {string} as 3 mei 2027 */
export function dayText(day) {
  const { year, month, date } = parts(day);
  return `${date} ${words.short_months[month]} ${year}`;
}

/** @param {number} start @param {number} finish the first day after @returns {string} as 3 mei – 31 okt 2027 */
export function periodText(start, finish) {
  const [a, b] = [parts(start), parts(Math.max(finish - 1, start))];
  if (start >= finish - 1) return dayText(start);
  const last = dayText(finish - 1);
  if (a.year !== b.year) return say("until", { first: dayText(start), last });
  return say("until", { first: a.month === b.month ? String(a.date) : `${a.date} ${words.short_months[a.month]}`, last });
}

/** A span of calendar days in weeks, or in days where it is less. @param {number} days */
export const spanText = (days) => (Math.abs(days) >= 7 ? count("weeks", Math.round(Math.abs(days) / 7)) : count("days", Math.abs(days)));

/** How far a start moved. @param {number} days */
export const shiftText = (days) => (days === 0 ? "" : say(days > 0 ? "later" : "earlier", { span: spanText(days) }));
