/** Months as whole numbers from the first month of the time bar; days as in the tiles. */

export class Months {
  /** @param {string} first as 2017-01 @param {number} count @param {string[]} names */
  constructor(first, count, names) {
    this.year = Number(first.slice(0, 4));
    this.month = Number(first.slice(5, 7)) - 1;
    this.count = count;
    this.names = names;
  }

  /** @param {string} text as 2024-01 or 2024-01-15 @returns {number} position, kept within the bar */
  position(text) {
    const [year, month] = text.split("-").map(Number);
    const at = (year - this.year) * 12 + (month - 1) - this.month;
    return Number.isFinite(at) ? Math.min(Math.max(at, 0), this.count - 1) : 0;
  }

  /** @param {number} position @returns {string} first day of the month, as 2024-01-01 */
  date(position) {
    const at = this.month + position;
    return `${this.year + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}-01`;
  }

  /** @param {number} position @returns {string} as 2024-01 */
  text(position) { return this.date(position).slice(0, 7); }

  /** @param {number} position @returns {string} as januari 2024 */
  name(position) {
    const [year, month] = this.text(position).split("-");
    return `${this.names[Number(month) - 1]} ${year}`;
  }

  /** @param {number} position @returns {number} days since 1 January 1970, as tiles count */
  day(position) { return Date.parse(`${this.date(position)}T00:00:00Z`) / 86400000; }
}
