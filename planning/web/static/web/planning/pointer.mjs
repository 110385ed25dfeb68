/** Mouse, pen and finger on the timeline: choose, drag, stretch, draw a dependency, and push the whole view along. */

import { beginningAt, finishingAt, startingAt } from "./moves.mjs";

const STILL = 4;
const EDGE = 44;

export class Pointer {
  /** @param {import("./timeline.mjs").Timeline} timeline @param {{tie: (from: {id: number, finish: boolean}, to: {id: number, finish: boolean}) => void}} tools */
  constructor(timeline, tools) {
    this.timeline = timeline;
    this.board = timeline.board;
    this.tools = tools;
    /** @type {any} what the pointer does */
    this.act = null;
    const { root } = timeline;
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    root.addEventListener("pointerup", (event) => this.up(event));
    root.addEventListener("pointercancel", () => this.cancel());
    root.addEventListener("click", (event) => this.click(event));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.act?.going) { event.preventDefault(); event.stopImmediatePropagation(); this.cancel(); } }, true);
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button !== 0 || this.act) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const row = /** @type {HTMLElement|null} */ (target.closest(".row.work"));
    const work = row ? this.board.content.works.get(Number(row.dataset.work)) : null;
    const bar = target.closest(".bar");
    const touch = event.pointerType === "touch";
    // A finger scrolls until a bar is chosen: nobody moves a work by reading.
    if (bar && work && this.board.content.canMove(work) && !(touch && this.board.selected !== work.id)) {
      const { knob, grip } = target.dataset;
      this.act = { kind: knob ? "tie" : grip ?? "move", work, finish: knob === "finish", from: { start: this.board.dates(work).start, finish: this.board.dates(work).finish } };
    } else if (!touch && !target.closest(".name, .mark")) {
      this.act = { kind: "pan", left: this.timeline.root.scrollLeft, top: this.timeline.root.scrollTop };
    } else return;
    Object.assign(this.act, { id: event.pointerId, x: event.clientX, y: event.clientY, origin: this.timeline.point(event.clientX, event.clientY), going: false });
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { act } = this;
    if (!act || event.pointerId !== act.id) return;
    if (!act.going) {
      if (Math.hypot(event.clientX - act.x, event.clientY - act.y) < STILL) return;
      act.going = true;
      this.timeline.root.setPointerCapture(event.pointerId);
      document.documentElement.classList.add(`is-${act.kind === "pan" ? "panning" : act.kind === "tie" ? "tying" : "dragging"}`);
      if (act.work) this.board.select(act.work.id, "timeline");
    }
    event.preventDefault();
    if (act.kind === "pan") { this.timeline.root.scrollLeft = act.left - (event.clientX - act.x); this.timeline.root.scrollTop = act.top - (event.clientY - act.y); return; }
    act.last = { x: event.clientX, y: event.clientY };
    if (act.kind === "tie") this.drawTie(act); else this.drag(act);
    this.edge(act);
  }

  /** The bar follows the day under the pointer. */
  drag(act) {
    const { scale } = this.timeline;
    const { calendar } = this.board.content;
    const here = this.timeline.point(act.last.x, act.last.y);
    const raw = (here.x - act.origin.x) / scale.perDay;
    const days = Math.round(raw / scale.grain) * scale.grain;
    const { from } = act;
    const kind = act.work.actual_start === null ? act.kind : "finish";
    const dates = kind === "move" ? startingAt(calendar, from, from.start + days)
      : kind === "start" ? beginningAt(calendar, from, from.start + days) : finishingAt(calendar, from, from.finish + days);
    this.board.hold(act.work.id, dates.start, dates.finish);
  }

  drawTie(act) {
    const { timeline, board } = this;
    const at = timeline.place.get(act.work.id);
    const here = timeline.point(act.last.x, act.last.y);
    board.drawing = { from: timeline.arrows.end(act.work, at, act.finish), to: { x: here.x + timeline.sizes.label, y: here.y } };
    const over = this.over(act.last);
    for (const node of timeline.body.querySelectorAll(".tie-target")) node.classList.remove("tie-target");
    if (over && over.work.id !== act.work.id) timeline.rowOf(over.work.id)?.classList.add("tie-target");
    timeline.arrows.draw();
  }

  /** The row under a point, and which half of its bar. */
  over({ x, y }) {
    const { timeline, board } = this;
    const here = timeline.point(x, y);
    const work = timeline.rows[timeline.rowAt(here.y)]?.work;
    if (!work || here.y < 0) return null;
    const { start, finish } = board.dates(work);
    return { work, finish: here.day >= (start + finish) / 2 };
  }

  /** Near the edge the view goes along. */
  edge(act) {
    cancelAnimationFrame(act.frame ?? 0);
    const frame = this.timeline.root.getBoundingClientRect();
    const step = (at, low, high) => (at < low + EDGE ? at - low - EDGE : at > high - EDGE ? at - high + EDGE : 0) / 3;
    const [dx, dy] = [step(act.last.x, frame.left + this.timeline.sizes.label, frame.right), act.kind === "tie" ? step(act.last.y, frame.top + EDGE, frame.bottom) : 0];
    if (!dx && !dy) return;
    act.frame = requestAnimationFrame(() => {
      if (this.act !== act) return;
      this.timeline.root.scrollBy(dx, dy);
      if (act.kind === "tie") this.drawTie(act); else this.drag(act);
      this.edge(act);
    });
  }

  /** @param {PointerEvent} event */
  up(event) {
    const { act } = this;
    if (!act || event.pointerId !== act.id) return;
    this.end();
    if (!act.going) return;
    // The click that follows belongs to the drag.
    this.passed = true;
    setTimeout(() => { this.passed = false; });
    if (act.kind === "tie") {
      const over = this.over(act.last);
      this.timeline.arrows.draw();
      if (over && over.work.id !== act.work.id) this.tools.tie({ id: act.work.id, finish: act.finish }, { id: over.work.id, finish: over.finish && !this.isBefore(act, over) });
    } else if (act.kind !== "pan") this.board.drop();
  }

  /** From a finish to a bar that starts later people mean its start, wherever on it they let go. */
  isBefore(act, over) { return act.finish && this.board.dates(over.work).start >= this.board.dates(act.work).finish; }

  cancel() {
    const { act } = this;
    if (!act) return;
    this.end();
    if (act.kind === "tie") this.timeline.arrows.draw(); else if (act.kind !== "pan") this.board.release();
  }

  end() {
    cancelAnimationFrame(this.act.frame ?? 0);
    this.act = null;
    this.board.drawing = null;
    document.documentElement.classList.remove("is-panning", "is-tying", "is-dragging");
    for (const node of this.timeline.body.querySelectorAll(".tie-target")) node.classList.remove("tie-target");
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (this.passed) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const row = /** @type {HTMLElement|null} */ (target.closest(".row.work"));
    if (!row) return;
    this.board.select(Number(row.dataset.work), "timeline");
    this.timeline.rowOf(Number(row.dataset.work))?.focus({ preventScroll: true });
    const finding = /** @type {HTMLElement|null} */ (target.closest("[data-finding]"));
    if (finding) this.board.tell("finding", { id: finding.dataset.finding });
  }
}
