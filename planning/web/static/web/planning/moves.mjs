/** Where a bar goes when it is moved or stretched: whole working days, its duration kept. */

/**
 * @typedef {{start: number, finish: number}} Dates
 */

/** Move by working days; nothing moves by none. @param {import("./calendar.mjs").Calendar} calendar @param {Dates} dates @param {number} days @returns {Dates} */
export function moved(calendar, dates, days) {
  if (days === 0) return { start: dates.start, finish: dates.finish };
  return startingAt(calendar, dates, calendar.day(calendar.index(dates.start) + days));
}

/** Begin on a day, or the first working day after it, and last as many working days. @param {import("./calendar.mjs").Calendar} calendar @param {Dates} dates @param {number} day @returns {Dates} */
export function startingAt(calendar, dates, day) {
  if (day === dates.start) return { start: dates.start, finish: dates.finish };
  const length = Math.max(1, calendar.workingDays(dates.start, dates.finish));
  const index = calendar.index(day);
  return { start: calendar.day(index), finish: calendar.finish(index, length) };
}

/** Last until a day, at least one working day. @param {import("./calendar.mjs").Calendar} calendar @param {Dates} dates @param {number} finish the first day after @returns {Dates} */
export function finishingAt(calendar, dates, finish) {
  if (finish === dates.finish) return { start: dates.start, finish };
  const least = calendar.finish(calendar.index(dates.start), 1);
  return { start: dates.start, finish: Math.max(least, calendar.day(Math.max(0, calendar.index(finish) - 1)) + 1) };
}

/** Begin on another day and end where it did, at least one working day. @param {import("./calendar.mjs").Calendar} calendar @param {Dates} dates @param {number} day @returns {Dates} */
export function beginningAt(calendar, dates, day) {
  if (day === dates.start) return { start: dates.start, finish: dates.finish };
  const last = calendar.day(Math.max(0, calendar.index(dates.finish) - 1));
  return { start: Math.min(last, calendar.day(calendar.index(day))), finish: dates.finish };
}

/** Last so many working days. @param {import("./calendar.mjs").Calendar} calendar @param {Dates} dates @param {number} days @returns {Dates} */
export function lasting(calendar, dates, days) {
  return { start: dates.start, finish: calendar.finish(calendar.index(dates.start), Math.max(1, days)) };
}
