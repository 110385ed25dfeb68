/**
 * The timeline by keyboard: arrows choose a bar and move the view; Enter takes the bar in hand, arrows then move it by
 * days and weeks, with Shift its end; Enter puts it down, Escape puts it back.
 */

import { count, periodText, say, shiftText, spanText } from "./say.mjs";
import { finishingAt, moved, startingAt } from "./moves.mjs";

const WEEK = 7;
const MONTH = 28;

export class Keys {
  /** @param {import("./timeline.mjs").Timeline} timeline @param {{announce: (text: string) => void, help: () => void}} tools */
  constructor(timeline, tools) {
    this.timeline = timeline;
    this.board = timeline.board;
    this.tools = tools;
    /** @type {{start: number, finish: number}|null} where the bar in hand came from */
    this.from = null;
    timeline.root.addEventListener("keydown", (event) => this.key(event));
    timeline.root.addEventListener("focusout", (event) => { if (this.from && !timeline.root.contains(/** @type {Node|null} */ (event.relatedTarget)) && document.hasFocus()) this.put(false); });
    document.addEventListener("keydown", (event) => this.anywhere(event));
  }

  /** Keys that hold on the whole page. @param {KeyboardEvent} event */
  anywhere(event) {
    const typing = /** @type {HTMLElement} */ (event.target).closest?.("input, textarea, select, [contenteditable], dialog");
    if (typing || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const act = control && event.key.toLowerCase() === "z" ? () => this.step(event.shiftKey)
      : control && event.key.toLowerCase() === "y" ? () => this.step(true)
        : !control && event.key === "?" ? this.tools.help
          : !control && (event.key === "+" || event.key === "=") ? () => this.timeline.zoom(this.timeline.scale.step(1).perDay)
            : !control && event.key === "-" ? () => this.timeline.zoom(this.timeline.scale.step(-1).perDay) : null;
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {boolean} forward */
  step(forward) {
    if (this.from) return;
    const step = forward ? this.board.draft.redo() : this.board.draft.undo();
    this.tools.announce(say(step ? (forward ? "redone" : "undone") : "nothing_to_undo"));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const row = /** @type {HTMLElement} */ (event.target).closest(".row.work");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const work = this.board.content.works.get(Number(/** @type {HTMLElement} */ (row).dataset.work));
    const done = this.from ? this.holding(event, work) : this.reading(event, work);
    if (done) { event.preventDefault(); event.stopPropagation(); }
  }

  reading(event, work) {
    const { timeline, board } = this;
    const rows = timeline.rows.filter((row) => row.work);
    const at = rows.findIndex((row) => row.work.id === work.id);
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: rows.length - 1 }[event.key];
    if (go !== undefined) { this.focus(rows[Math.min(Math.max(go, 0), rows.length - 1)].work.id); return true; }
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") { timeline.root.scrollBy((event.key === "ArrowLeft" ? -1 : 1) * timeline.view / 4, 0); return true; }
    if (event.key === "Enter" || event.key === " ") {
      board.select(work.id, "timeline");
      if (board.content.canMove(work)) this.take(work); else this.tools.announce(say("cannot_move"));
      return true;
    }
    if (event.key === "Escape" && board.selected !== null) { board.select(null, "timeline"); return true; }
    return false;
  }

  /** @param {number} id */
  focus(id) {
    this.board.select(id, "keys");
    this.timeline.reveal(id);
    this.timeline.rowOf(id)?.focus({ preventScroll: true });
  }

  take(work) {
    const { start, finish } = this.board.dates(work);
    this.from = { start, finish };
    this.board.hold(work.id, start, finish);
    this.timeline.root.classList.add("holding");
    this.timeline.reveal(work.id);
    this.tools.announce(say("taken", { name: work.name, period: periodText(start, finish) }));
  }

  holding(event, work) {
    const { calendar } = this.board.content;
    const held = this.board.held;
    if (!held) { this.from = null; return false; }
    if (event.key === "Enter" || event.key === " ") { this.put(true); return true; }
    if (event.key === "Escape") { this.put(false); return true; }
    if (event.key === "Tab") { this.put(false); return false; }
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -WEEK, ArrowDown: WEEK, PageUp: -MONTH, PageDown: MONTH }[event.key];
    if (days === undefined) return false;
    const one = Math.abs(days) === 1;
    const dates = event.shiftKey || work.actual_start !== null
      ? finishingAt(calendar, held, one ? calendar.day(calendar.index(held.finish) - 1 + days) + 1 : held.finish + days)
      : one ? moved(calendar, held, days) : startingAt(calendar, held, held.start + days);
    this.board.hold(work.id, dates.start, dates.finish);
    this.timeline.reveal(work.id);
    this.tools.announce([periodText(dates.start, dates.finish), shiftText(dates.start - this.from.start), count("working_days", calendar.workingDays(dates.start, dates.finish))].filter(Boolean).join(", "));
    return true;
  }

  /** @param {boolean} down whether it stays here */
  put(down) {
    const { held } = this.board;
    this.from = null;
    this.timeline.root.classList.remove("holding");
    if (!held) return;
    if (down) this.board.drop(); else this.board.release();
    this.tools.announce(say(down ? "put_down" : "put_back", { period: periodText(held.start, held.finish), span: spanText(0) }));
  }
}
