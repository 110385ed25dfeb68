/** Working days, counted as `planning.sequencing.calendars` does; a test holds the two to each other. */

import { weekday } from "./days.mjs";

export class Calendar {
  /** @param {{first: number, after: number, holidays: number[], rests: [number, number][]}} off days that nobody works, besides weekends */
  constructor(off) {
    const length = off.after - off.first;
    const working = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) working[i] = weekday(off.first + i) < 5 ? 1 : 0;
    const rest = (from, to) => { for (let day = Math.max(from, off.first); day < Math.min(to, off.after); day += 1) working[day - off.first] = 0; };
    for (const day of off.holidays) rest(day, day + 1);
    for (const [from, to] of off.rests) rest(from, to);
    this.first = off.first;
    this.working = working;
    /** Working days before each day, one entry more than there are days. */
    this.before = new Int32Array(length + 1);
    for (let i = 0; i < length; i += 1) this.before[i + 1] = this.before[i] + working[i];
    /** Each working day. */
    this.days = new Int32Array(this.before[length]);
    for (let i = 0; i < length; i += 1) if (working[i]) this.days[this.before[i]] = off.first + i;
  }

  /** @param {number} day @returns {number} working days before it: the index of the first one on or after it; kept within the calendar */
  index(day) { return this.before[Math.min(Math.max(day - this.first, 0), this.working.length)]; }

  /** @param {number} index @returns {number} the day, kept within the calendar */
  day(index) { return this.days[Math.min(Math.max(index, 0), this.days.length - 1)]; }

  /** @param {number} index where it starts @param {number} duration working days, at least 1 @returns {number} the first day after */
  finish(index, duration) { return this.day(index + duration - 1) + 1; }

  /** @param {number} start @param {number} finish @returns {number} working days in [start, finish) */
  workingDays(start, finish) { return this.index(finish) - this.index(start); }

  /** Working days between the ends that a dependency ties, below 0 where the successor's comes first.
   * @param {{type: string}} tie @param {{start: number, finish: number}} predecessor @param {{start: number, finish: number}} successor */
  gap({ type }, predecessor, successor) {
    return this.workingDays(type[0] === "F" ? predecessor.finish : predecessor.start, type[1] === "F" ? successor.finish : successor.start);
  }
}
