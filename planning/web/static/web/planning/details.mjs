/** Beside the timeline: all that is to be said of the chosen work, and why it is when it is. */

import { inLanguage } from "../address.mjs";
import { ask } from "../kaart/api.mjs";
import { byId, debounce, el, fill } from "../kaart/dom.mjs";
import { count, dayText, periodText, say, shiftText, words } from "./say.mjs";

export class Details {
  /** @param {import("./board.mjs").Board} board @param {{tools: (work: import("./content.mjs").Work) => Node[], ties: (work: import("./content.mjs").Work) => Node[]}} parts what others add */
  constructor(board, parts) {
    this.board = board;
    this.parts = parts;
    this.node = byId("details");
    /** @type {{id: number, sentences: string[]}|null} */
    this.why = null;
    for (const name of ["select", "content", "outcome"]) board.addEventListener(name, () => this.draw());
    board.addEventListener("dates", () => this.draw());
    // Who runs through the rows by keys asks for what is chosen at rest.
    board.addEventListener("select", debounce(() => this.ask(), 150));
    board.addEventListener("content", () => { this.why = null; this.ask(); });
  }

  /** Fetch why it is planned then; asked for only when somebody looks. */
  async ask() {
    const work = this.board.chosen;
    if (!work || this.why?.id === work.id) return;
    try {
      const answer = await ask("why", `/api/board/works/${work.id}/`);
      if (!answer) return;
      this.why = { id: work.id, ...answer };
      this.draw();
    } catch { /* Without the reasons the rest still stands. */ }
  }

  /** What a work that follows is moved by. @param {import("./content.mjs").Work} work @returns {Node[]} */
  follows(work) {
    const sentence = this.board.draft.edits.has(work.id) ? undefined : this.board.outcome.reasons.get(work.id);
    return [sentence && el("p.shift", {}, sentence), ...this.board.outcome.breaks.filter((each) => each.works.includes(work.id)).map((each) => el("p.found.conflict.fresh", {}, each.sentence))].filter(Boolean);
  }

  draw() {
    const { board } = this;
    const work = board.chosen;
    byId("details").classList.toggle("empty", !work);
    if (!board.content) return;
    if (!work) { fill(this.node, el("p.muted", {}, say("choose")), board.content.mayChange.size > 0 && el("p.muted.small", {}, say("can_drag"))); return; }
    if (this.node.contains(document.activeElement) && this.shown === work.id && document.activeElement?.matches("input, select")) return;
    this.shown = work.id;
    const dates = board.dates(work);
    const changed = board.isChanged(work.id);
    const findings = board.findingsOf(work.id);
    const why = this.why?.id === work.id ? this.why : null;
    const row = (label, ...value) => value.some(Boolean) && el("div", {}, el("dt", {}, label), el("dd", {}, ...value));
    const { calendar } = board.content;
    fill(this.node,
      el("button.icon-button.only-narrow", { type: "button", "aria-label": say("close"), onclick: () => board.select(null, "details") }, "✕"),
      el("header", {}, el(`span.swatch.${work.kind}.${work.status}`, { "aria-hidden": "true" }), el("h2", { id: "details-naam", tabindex: "-1" }, work.name)),
      el("p.when", {}, periodText(dates.start, dates.finish), " · ", board.content.ownerName(work)),
      changed && el("p.shift", {}, say("was", { period: periodText(work.start, work.finish) }), " ", shiftText(dates.start - work.start)),
      ...findings.map((finding) => el(`p.found.${finding.kind}${board.isFresh(finding) ? ".fresh" : ""}`, {}, board.isFresh(finding) && el("strong", {}, `${say("new")}: `), finding.sentence)),
      why && !changed && why.sentences.length > 0 && el("div.why", {}, ...why.sentences.map((sentence) => el("p", {}, sentence))),
      ...this.parts.tools(work),
      el("dl.facts", {},
        row(say("kind"), words.kinds[work.kind], work.dwellings ? ` · ${count("dwellings", work.dwellings)}` : ""),
        row(say("status"), words.statuses[work.status]),
        row(say("duration"), count("working_days", calendar.workingDays(dates.start, dates.finish))),
        row(say("place"), [work.wijk, work.buurt].filter(Boolean).join(" › ")),
        row(say("project"), work.project_name),
        row(say("window"), [work.earliest_start !== null && say("window_from", { day: dayText(work.earliest_start) }), work.latest_finish !== null && say("window_to", { day: dayText(work.latest_finish) })].filter(Boolean).join(", ")),
        row(say("actual"), [work.actual_start !== null && say("actual_from", { day: dayText(work.actual_start) }), work.actual_finish !== null && say("actual_to", { day: dayText(work.actual_finish - 1) })].filter(Boolean).join(", "))),
      ...this.parts.ties(work),
      why?.description && el("p.note", {}, why.description),
      el("p.links", {}, el("a", { href: inLanguage(`/planning/werken/${work.id}/`) }, say("open_work")), el("a", { href: inLanguage(`/kaart/?plek=work:${work.id}`) }, say("on_map"))),
    );
  }
}
