/** The timeline: rows under headings along an axis of days; only what is on the screen is in the page. */

import { el } from "../kaart/dom.mjs";
import { Arrows } from "./arrows.mjs";
import { drawBands } from "./bands.mjs";
import { say } from "./say.mjs";
import { headRow, workRow } from "./rows.mjs";
import { Scale } from "./scale.mjs";
import { SHOWN } from "./state.mjs";

/** Heights in pixels; on a narrow screen words stand above the bar. */
const WIDE = { row: 34, head: 34, label: 292 };
const NARROW = { row: 86, head: 40, label: 0 };
/** Width of a sheet of A4, in pixels. */
const SHEET = 1040;
export const HEADER = 38;
const BEYOND = 6;
const YEAR = 366;

export class Timeline extends EventTarget {
  /** @param {HTMLElement} root scroll container @param {import("./board.mjs").Board} board */
  constructor(root, board) {
    super();
    this.root = root;
    this.board = board;
    this.narrow = matchMedia("(max-width: 50em)");
    this.scale = new Scale(0, 1, 1);
    /** @type {Map<number, HTMLElement>} position to row */
    this.shown = new Map();
    this.tops = [0];
    this.frame = 0;
    this.plot = el("div.plot", { role: "presentation" });
    this.header = el("div.axis", { "aria-hidden": "true" });
    this.bands = el("div.bands", { "aria-hidden": "true" });
    this.body = el("div.rows", { role: "rowgroup" });
    this.arrows = new Arrows(this);
    this.plot.append(this.header, this.bands, this.body, this.arrows.svg);
    root.append(this.plot);
    root.addEventListener("scroll", () => this.soon(), { passive: true });
    root.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => this.soon()).observe(root);
    this.narrow.addEventListener("change", () => { this.measure(); this.redraw(); });
    /** @type {{scale: Scale, left: number, top: number}|null} what was on the screen before it went to paper */
    this.screen = null;
    addEventListener("beforeprint", () => this.toPaper());
    addEventListener("afterprint", () => this.toScreen());
  }

  get sizes() { return this.narrow.matches && !this.screen ? NARROW : WIDE; }
  get rows() { return this.board.content?.rows ?? []; }

  /** New content: measure anew. @param {number|null} perDay a scale of its own where null @param {number} day at the left edge */
  open(perDay, day) {
    const [first, last] = this.board.content.span;
    this.scale = new Scale(first - YEAR / 2, last + 2 * YEAR, 1).at(perDay ?? this.view / SHOWN);
    this.measure();
    this.root.scrollLeft = this.scale.x(day);
    this.redraw();
  }

  measure() {
    const { row, head } = this.sizes;
    this.tops = [0];
    for (const { work } of this.rows) this.tops.push(this.tops[this.tops.length - 1] + (work ? row : head));
    this.place = new Map(this.rows.flatMap(({ work }, at) => (work ? [[work.id, at]] : [])));
    this.resize();
  }

  resize() {
    const width = this.sizes.label + this.scale.width;
    const height = this.tops[this.tops.length - 1];
    this.plot.style.width = `${width}px`;
    this.plot.style.height = `${height + HEADER}px`;
    this.root.style.setProperty("--label", `${this.sizes.label}px`);
    this.root.style.setProperty("--row", `${this.sizes.row}px`);
    this.root.style.setProperty("--head", `${this.sizes.head}px`);
    this.root.setAttribute("aria-rowcount", String(this.rows.length + 1));
  }

  /** Width of the axis on the screen. */
  get view() { return Math.max(80, this.root.clientWidth - this.sizes.label); }

  /** First and last day on the screen. @returns {[number, number]} */
  get days() { return this.screen ? [this.scale.first, this.scale.last] : [this.scale.day(this.root.scrollLeft), this.scale.day(this.root.scrollLeft + this.view) + 1]; }

  /** First and last row on the screen. @returns {[number, number]} */
  get visible() {
    if (this.screen) return [0, this.rows.length];
    const top = this.root.scrollTop;
    return [this.rowAt(top), Math.min(this.rows.length, this.rowAt(top + this.root.clientHeight - HEADER) + 1)];
  }

  /** @param {number} y from the first row @returns {number} */
  rowAt(y) {
    let [low, high] = [0, Math.max(0, this.rows.length - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= y) low = middle; else high = middle - 1;
    }
    return low;
  }

  soon() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
  }

  /** Draw all rows anew, for what they show has changed. */
  redraw() {
    for (const node of this.shown.values()) node.remove();
    this.shown.clear();
    this.draw();
  }

  /** Draw some works anew where they are on the screen. @param {Iterable<number>} ids */
  refresh(ids) {
    for (const id of ids) {
      const at = this.place?.get(id);
      const node = at === undefined ? undefined : this.shown.get(at);
      if (node) workRow(this.rows[at].work, this, node);
    }
    this.arrows.draw();
  }

  draw() {
    if (!this.board.content) return;
    const [from, to] = this.visible;
    const [first, last] = [Math.max(0, from - BEYOND), Math.min(this.rows.length, to + BEYOND)];
    for (const [at, node] of this.shown) if ((at < first || at >= last) && !node.contains(document.activeElement)) { node.remove(); this.shown.delete(at); }
    for (let at = first; at < last; at += 1) {
      if (this.shown.has(at)) continue;
      const node = this.make(at);
      this.shown.set(at, node);
      this.body.append(node);
    }
    this.drawAxis();
    drawBands(this.bands, this);
    this.arrows.draw();
    this.dispatchEvent(new Event("view"));
  }

  /** @param {number} at @returns {HTMLElement} */
  make(at) {
    const { group, work } = this.rows[at];
    const node = work ? workRow(work, this) : headRow(group);
    node.style.top = `${this.tops[at]}px`;
    node.setAttribute("aria-rowindex", String(at + 2));
    return node;
  }

  drawAxis() {
    const [from, to] = this.days;
    const marks = this.scale.marks(from, to, this.board.words);
    const at = (day) => `${this.scale.x(day)}px`;
    const mark = (kind) => ({ day, text }) => { const node = el(`span.${kind}`, {}, text); node.style.left = at(Math.max(day, kind === "major" ? from : day)); return node; };
    const line = el("span.today", {}, say("today"));
    line.style.left = at(this.board.content.today);
    // The first has no room where the next begins at once.
    const major = marks.major.filter(({ day }, i, all) => i > 0 || all.length < 2 || (all[1].day - Math.max(day, from)) * this.scale.perDay > 56);
    this.header.replaceChildren(...major.map(mark("major")), ...marks.minor.map(mark("minor")), line);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const frame = this.root.getBoundingClientRect();
    this.zoom(this.scale.perDay * Math.exp(-event.deltaY * .0022), event.clientX - frame.left - this.sizes.label);
  }

  /** All rows, and the days that are on the screen, on the width of a sheet. */
  toPaper() {
    if (!this.board.content || this.screen) return;
    const [first, last] = this.days;
    this.screen = { scale: this.scale, left: this.root.scrollLeft, top: this.root.scrollTop };
    this.scale = new Scale(first, last, (SHEET - WIDE.label) / (last - first));
    this.measure();
    this.redraw();
  }

  toScreen() {
    if (!this.screen) return;
    const { scale, left, top } = this.screen;
    this.screen = null;
    this.scale = scale;
    this.measure();
    this.root.scrollTo(left, top);
    this.redraw();
  }

  /** Zoom so that the day under a point of the screen stays there. @param {number} perDay @param {number} [x] pixels from the left of the axis; its middle where left out */
  zoom(perDay, x = this.view / 2) {
    const day = this.scale.first + (this.root.scrollLeft + x) / this.scale.perDay;
    this.scale = this.scale.at(perDay);
    this.resize();
    this.root.scrollLeft = this.scale.x(day) - x;
    this.redraw();
  }

  /** Show all days between two. @param {number} first @param {number} last */
  fit(first, last) {
    this.scale = this.scale.at(this.view / Math.max(30, (last - first) * 1.08));
    this.resize();
    this.root.scrollLeft = this.scale.x(first - (last - first) * .04);
    this.redraw();
  }

  /** Bring a work on the screen: its row always, its bar where it is outside. @param {number} id @param {boolean} [sideways] */
  reveal(id, sideways = true) {
    const at = this.place?.get(id);
    if (at === undefined) return;
    const [top, height] = [this.tops[at], this.root.clientHeight - HEADER];
    const { head, row } = this.sizes;
    // On a narrow screen the sheet with the details lies over the lower half.
    if (top < this.root.scrollTop + head || this.narrow.matches) this.root.scrollTop = top - head;
    else if (top + row > this.root.scrollTop + height) this.root.scrollTop = top + row - height + 8;
    const { start, finish } = this.board.dates(this.rows[at].work);
    const [left, right] = [this.scale.x(start), this.scale.x(finish)];
    if (sideways && (right < this.root.scrollLeft + 20 || left > this.root.scrollLeft + this.view - 20)) this.root.scrollLeft = left - this.view / 4;
    this.draw();
  }

  /** @param {number} id @returns {HTMLElement|null} */
  rowOf(id) { return this.shown.get(this.place?.get(id) ?? -1) ?? null; }

  /** Where a point of the screen is: day, and position from the first row. @param {number} clientX @param {number} clientY */
  point(clientX, clientY) {
    const frame = this.root.getBoundingClientRect();
    const x = clientX - frame.left - this.sizes.label + this.root.scrollLeft;
    return { x, day: this.scale.day(x), y: clientY - frame.top - HEADER + this.root.scrollTop };
  }
}
