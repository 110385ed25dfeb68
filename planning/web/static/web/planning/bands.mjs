/** Behind the rows: seasons and holidays as bands, lines between the years, and today. */

import { el } from "../kaart/dom.mjs";
import { words } from "./say.mjs";

/** Pixels per day from which single days off can be told apart. */
const DAYS_FROM = 4;

/**
 * @param {HTMLElement} node @param {import("./timeline.mjs").Timeline} timeline
 */
export function drawBands(node, timeline) {
  const { board, scale } = timeline;
  const { content } = board;
  const [from, to] = timeline.days;
  const inside = ([first, after]) => first < to && after > from;
  const put = (tag, [first, after], text = "") => {
    const band = el(tag, {}, text && el("span", {}, text));
    band.style.left = `${scale.x(first)}px`;
    band.style.width = `${(after - first) * scale.perDay}px`;
    return band;
  };
  const marks = scale.marks(from, to, board.words);
  const lines = [...marks.minor.map(({ day }) => [day, "line"]), ...marks.major.map(({ day }) => [day, "line.major"])].map(([day, tag]) => put(`i.${tag}`, [day, day]));
  const seasons = content.bands.filter((band) => board.showsBand(band)).flatMap((band) => {
    const mark = board.chosen === null ? "" : content.bandsOf.get(board.selected)?.includes(band) ? ".applies" : ".aside";
    return band.spans.filter(inside).map((span) => put(`div.band.${band.rule}${mark}`, span, seasonName(band)));
  });
  const days = scale.perDay < DAYS_FROM ? [] : daysOff(content, from, to).map((span) => put("div.band.off", span));
  const today = put("i.today", [content.today, content.today]);
  node.replaceChildren(...seasons, ...days, ...lines, today);
}

/** What people call a season; a rule without a name of its own is called by its title. @param {{rule: string, title: string}} band */
export const seasonName = (band) => words.seasons[band.rule] ?? band.title;

/** Weekends and holidays between two days, joined where they touch. */
function daysOff(content, from, to) {
  /** @type {[number, number][]} */
  const found = [];
  const { calendar, daysOff: off } = content;
  const resting = (day) => off.rests.some(([first, after]) => day >= first && day < after);
  for (let day = from; day < to; day += 1) {
    if (calendar.working[day - calendar.first] || (resting(day) && !isWeekend(day))) continue;
    const last = found[found.length - 1];
    if (last && last[1] === day) last[1] = day + 1; else found.push([day, day + 1]);
  }
  return found;
}

const isWeekend = (day) => (((day + 3) % 7) + 7) % 7 > 4;
