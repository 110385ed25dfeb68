/** Days to pixels and back, and the marks that fit between them. */

import { dayOf, isoWeek, parts, weekday } from "./days.mjs";

/** Pixels per day at which each level of marks is at ease. */
export const LEVELS = { years: .3, quarters: .9, months: 2.6, weeks: 9, days: 26 };
export const LEAST = .12;
export const MOST = 40;
const STEP = 1.25;

export class Scale {
  /** @param {number} first @param {number} last days at the ends @param {number} perDay pixels */
  constructor(first, last, perDay) {
    this.first = first;
    this.last = last;
    this.perDay = perDay;
  }

  get width() { return Math.ceil((this.last - this.first) * this.perDay); }

  /** @param {number} day */
  x(day) { return (day - this.first) * this.perDay; }

  /** @param {number} x */
  day(x) { return Math.floor(this.first + x / this.perDay); }

  /** @param {number} perDay @returns {Scale} */
  at(perDay) { return new Scale(this.first, this.last, Math.min(MOST, Math.max(LEAST, perDay))); }

  /** @param {1|-1} direction one step nearer or further away */
  step(direction) { return this.at(this.perDay * STEP ** direction); }

  /** @returns {"years"|"quarters"|"months"|"weeks"|"days"} what the marks are */
  get level() {
    if (this.perDay < .55) return "years";
    if (this.perDay < 1.5) return "quarters";
    if (this.perDay < 5) return "months";
    return this.perDay < 18 ? "weeks" : "days";
  }

  /** @returns {number} by how many days a bar is dragged: the eye sees no single days from afar */
  get grain() { return this.perDay < 1.2 ? 7 : 1; }

  /**
   * The two lines of marks between two days.
   * @param {number} from @param {number} to @param {any} words
   * @returns {{major: {day: number, text: string}[], minor: {day: number, text: string}[]}}
   */
  marks(from, to, words) {
    const { level } = this;
    const years = walk(from, to, (day) => dayOf(parts(day).year), (day) => dayOf(parts(day).year + 1));
    const months = () => walk(from, to, monthOf, (day) => addMonths(monthOf(day), 1));
    const year = (day) => ({ day, text: String(parts(day).year) });
    const quarter = (day) => ({ day, text: words.quarter.replace("{n}", String(Math.floor(parts(day).month / 3) + 1)) });
    const short = (day) => ({ day, text: words.short_months[parts(day).month] });
    const named = (day) => ({ day, text: `${words.months[parts(day).month]} ${parts(day).year}` });
    const week = (day) => ({ day, text: words.week.replace("{n}", String(isoWeek(day))) });
    const date = (day) => ({ day, text: String(parts(day).date) });
    if (level === "years") return { major: years.map(year), minor: quarters(from, to).map((day) => ({ day, text: "" })) };
    if (level === "quarters") return { major: years.map(year), minor: quarters(from, to).map(quarter) };
    if (level === "months") return { major: years.map(year), minor: months().map(short) };
    if (level === "weeks") return { major: months().map(named), minor: walk(from, to, (day) => day - weekday(day), (day) => day - weekday(day) + 7).map(week) };
    return { major: months().map(named), minor: walk(from, to, (day) => day, (day) => day + 1).map(date) };
  }
}

const monthOf = (day) => dayOf(parts(day).year, parts(day).month);
const addMonths = (day, count) => dayOf(parts(day).year, parts(day).month + count);
const quarterOf = (day) => dayOf(parts(day).year, Math.floor(parts(day).month / 3) * 3);
const quarters = (from, to) => walk(from, to, quarterOf, (day) => addMonths(quarterOf(day), 3));

/** @param {number} from @param {number} to @param {(day: number) => number} start of the unit @param {(day: number) => number} next */
function walk(from, to, start, next) {
  const found = [];
  for (let day = start(from); day < to; day = next(day)) found.push(day);
  return found;
}
