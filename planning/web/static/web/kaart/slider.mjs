/** The time bar: a moment or a period by month, a histogram behind it, play and today. */

import { byId, el } from "./dom.mjs";

const STEP_MS = 700;

export class TimeBar {
  /**
   * @param {import("./months.mjs").Months} months @param {any} config @param {any} text
   * @param {{state: import("./state.mjs").State, moved: (done: boolean) => void}} app
   */
  constructor(months, config, text, app) {
    Object.assign(this, { months, text, app, today: months.position(config.today), timer: 0 });
    this.to = /** @type {HTMLInputElement} */ (byId("schuif"));
    this.from = /** @type {HTMLInputElement} */ (byId("schuif-van"));
    for (const input of [this.to, this.from]) {
      input.max = String(months.count - 1);
      input.addEventListener("input", () => this.drag(input));
      input.addEventListener("change", () => app.moved(true));
      input.addEventListener("keydown", (event) => this.page(event, input));
    }
    for (const button of document.querySelectorAll("[data-mode]")) button.addEventListener("click", () => this.mode(button.dataset.mode));
    byId("vandaag").addEventListener("click", () => { this.stop(); this.show(this.app.state.mode === "moment" ? this.today : this.app.state.from, this.today); app.moved(true); });
    byId("afspelen").addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    document.querySelector(".time .years").append(...Array.from({ length: months.count / 12 }, (_, i) => el("span", {}, String(months.year + i))));
    this.paint();
  }

  /** @param {{month: string, works: number}[]} rows */
  histogram(rows) {
    const svg = byId("histogram");
    const most = Math.max(1, ...rows.map((row) => row.works));
    svg.setAttribute("viewBox", `0 0 ${rows.length} 100`);
    svg.replaceChildren(...rows.map((row, i) => {
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const height = (row.works / most) * 100;
      for (const [name, value] of Object.entries({ x: i + .12, width: .76, y: 100 - height, height })) bar.setAttribute(name, String(value));
      return bar;
    }));
    this.paint();
  }

  /** Show months without telling anyone. @param {number} from @param {number} to */
  show(from, to) {
    Object.assign(this.app.state, { from: Math.min(from, to), to: Math.max(from, to) });
    this.paint();
  }

  drag(input) {
    this.stop();
    const { state } = this.app;
    const at = Number(input.value);
    if (state.mode === "moment") this.show(at, at);
    else if (input === this.from) this.show(Math.min(at, state.to), state.to);
    else this.show(state.from, Math.max(at, state.from));
    this.app.moved(false);
  }

  /** A year with Page Up and Page Down; the browser's own step there is a tenth of the bar. */
  page(event, input) {
    if (event.key !== "PageUp" && event.key !== "PageDown") return;
    event.preventDefault();
    input.value = String(Number(input.value) + (event.key === "PageUp" ? 12 : -12));
    this.drag(input);
    this.app.moved(true);
  }

  mode(mode) {
    const { state } = this.app;
    if (state.mode === mode) return;
    this.stop();
    state.mode = mode;
    if (mode === "moment") this.show(state.to, state.to);
    else this.show(Math.max(0, state.to - 5), Math.min(this.months.count - 1, state.to + 6));
    this.app.moved(true);
  }

  play() {
    const { state } = this.app;
    if (state.to >= this.months.count - 1) this.show(0, state.mode === "moment" ? 0 : state.to - state.from);
    this.timer = window.setInterval(() => {
      if (state.to >= this.months.count - 1) return this.stop();
      this.show(state.from + 1, state.to + 1);
      this.app.moved(false);
    }, STEP_MS);
    this.paint();
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.paint();
    this.app.moved(true);
  }

  /** @returns {string} the months in words */
  label() {
    const { state } = this.app;
    return state.mode === "moment" ? this.months.name(state.to) : `${this.months.name(state.from)} – ${this.months.name(state.to)}`;
  }

  paint() {
    const { state } = this.app;
    const share = (at) => (at + .5) / this.months.count;
    this.to.value = String(state.to);
    this.from.value = String(state.from);
    this.from.hidden = state.mode === "moment";
    this.to.setAttribute("aria-label", state.mode === "moment" ? this.text.month : this.text.lastMonth);
    this.to.setAttribute("aria-valuetext", this.months.name(state.to));
    this.from.setAttribute("aria-valuetext", this.months.name(state.from));
    const label = byId("maand");
    label.textContent = this.label();
    const track = /** @type {HTMLElement} */ (document.querySelector(".time .track"));
    track.style.setProperty("--at", String(share((state.from + state.to) / 2)));
    track.style.setProperty("--from", String(state.from / this.months.count));
    track.style.setProperty("--to", String((state.to + 1) / this.months.count));
    track.style.setProperty("--today", String(share(this.today)));
    byId("histogram").querySelectorAll("rect").forEach((bar, i) => bar.classList.toggle("on", i >= state.from && i <= state.to));
    for (const button of document.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === state.mode));
    const play = byId("afspelen");
    play.setAttribute("aria-pressed", String(Boolean(this.timer)));
    play.setAttribute("aria-label", this.timer ? this.text.pause : this.text.play);
    play.firstElementChild.textContent = this.timer ? "❚❚" : "▶";
  }
}
