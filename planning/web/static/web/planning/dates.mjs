/** The chosen work's dates as fields: the same edits as dragging, exact to the day. */

import { el } from "../kaart/dom.mjs";
import { toDay, toISO } from "./days.mjs";
import { lasting, startingAt } from "./moves.mjs";
import { say } from "./say.mjs";

export class DateFields {
  /** @param {import("./board.mjs").Board} board */
  constructor(board) { this.board = board; }

  /** @param {import("./content.mjs").Work} work @returns {Node[]} */
  nodes(work) {
    const { board } = this;
    const { content, draft } = board;
    if (!content.canMove(work)) return [];
    const dates = board.dates(work);
    const set = (next) => draft.move([{ id: work.id, ...next }]);
    const date = (name, day, act) => el("input", { type: "date", name, value: toISO(day), disabled: name === "start" && work.actual_start !== null, onchange: (event) => { const value = toDay(event.target.value); if (Number.isFinite(value)) act(value); } });
    return [el("form.dates", { onsubmit: (event) => event.preventDefault() },
      el("label", {}, say("start"), date("start", dates.start, (day) => set(startingAt(content.calendar, dates, day)))),
      el("label", {}, say("last_day"), date("finish", dates.finish - 1, (day) => { if (day >= dates.start) set({ start: dates.start, finish: day + 1 }); })),
      el("label", {}, say("working_days_label"), el("input", { type: "number", name: "days", min: 1, max: 4000, value: String(content.calendar.workingDays(dates.start, dates.finish)),
        onchange: (event) => { const days = Math.floor(Number(event.target.value)); if (days >= 1 && days <= 4000) set(lasting(content.calendar, dates, days)); } })),
      el("label.check", {}, el("input", { type: "checkbox", name: "pin", checked: draft.pinned.has(work.id), onchange: (event) => draft.pin(work.id, event.target.checked) }), say("pin")),
      draft.edits.has(work.id) && el("button.as-link", { type: "button", onclick: () => set({ start: work.start, finish: work.finish }) }, say("put_this_back")),
      !content.isOwn(work) && el("p.muted.small", {}, say("of_another", { owner: content.ownerName(work) })))];
  }
}
