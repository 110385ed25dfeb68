/** Days as whole numbers since 1 January 1970, as the service counts them; a period is [start, finish). */

const DAY_MS = 86_400_000;

/** @param {string} iso as 2027-05-31 @returns {number} NaN for anything else */
export const toDay = (iso) => (/^\d{4}-\d{2}-\d{2}$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) / DAY_MS : NaN);

/** @param {number} day @returns {string} as 2027-05-31 */
export const toISO = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** @param {number} year @param {number} [month] from 0, may run over @param {number} [date] */
export const dayOf = (year, month = 0, date = 1) => Date.UTC(year, month, date) / DAY_MS;

/** @param {number} day @returns {{year: number, month: number, date: number}} month from 0 */
export function parts(day) {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), date: date.getUTCDate() };
}

/** @param {number} day @returns {number} 0 for Monday to 6 for Sunday */
export const weekday = (day) => (((day + 3) % 7) + 7) % 7;

/** @param {number} day @returns {number} number of the week, ISO 8601 */
export function isoWeek(day) {
  const thursday = day - weekday(day) + 3;
  return 1 + Math.floor((thursday - dayOf(parts(thursday).year)) / 7);
}
