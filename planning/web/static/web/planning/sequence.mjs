/** A better sequence: asked for here, searched in the background, shown on the timeline while it gets better. */

import { ask as fetchJSON } from "../kaart/api.mjs";
import { byId, el, fill } from "../kaart/dom.mjs";
import { toDay, toISO } from "./days.mjs";
import { ask, field } from "./dialogs.mjs";
import { ownerField } from "./proposing.mjs";
import { send } from "./post.mjs";
import { config, count, say, words } from "./say.mjs";

const EVERY_MS = 1000;
/** Works that can be named in one question. */
const MOST = 1000;

export class Sequence {
  /** @param {import("./board.mjs").Board} board @param {() => Record<string, string>} filters @param {{announce: (text: string) => void, reveal: (id: number) => void}} tools */
  constructor(board, filters, { announce, reveal }) {
    this.board = board;
    this.filters = filters;
    this.announce = announce;
    this.reveal = reveal;
    this.node = byId("volgorde");
    /** @type {any} the scenario that is searched for */
    this.scenario = null;
    this.timer = 0;
  }

  /** Ask what may move and how long to look. */
  open() {
    const { content } = this.board;
    const where = document.querySelector("#keuze select[name=wijk]")?.selectedOptions[0]?.textContent.trim() ?? "";
    const seconds = el("select", { name: "seconds" }, ...[10, 30, 60, 300].map((n) => el("option", { value: n, selected: n === 30 }, n < 60 ? count("seconds", n) : count("minutes", n / 60))));
    const radio = (value, text, checked = false) => el("label.check", {}, el("input", { type: "radio", name: "which", value, checked }), text);
    ask(say("sequence"), [
      el("p", {}, say("sequence_said")),
      el("fieldset.plain", {}, el("legend", {}, say("may_move")), radio("shown", count("on_board", content.works.size), true), radio("own", say("only_own")), radio("all", say("everything"))),
      field(say("search_for"), seconds),
      field(say("scenario_called"), el("input", { name: "name", required: true, maxlength: 120, value: say("sequence_name", { where }) })),
      ownerField(content),
    ], { act: say("search_start"), done: (form) => this.start(form) });
  }

  /** @param {HTMLFormElement} form */
  async start(form) {
    const { content, draft } = this.board;
    const { wijk } = this.filters();
    const pinned = [...draft.pinned].map((id) => content.works.get(id)).filter((work) => work && content.canMove(work));
    const which = new FormData(form).get("which");
    const works = which === "all" ? null : [...content.works.values()].filter((work) => !content.isFirm(work) && (which === "shown" || content.isOwn(work))).map((work) => work.id);
    if (works && works.length > MOST) throw new Error(say("too_many"));
    const scenario = await send("scenario", "/api/scenarios/", {
      name: form.elements.namedItem("name").value.trim(), ...(form.owner ? { owner: form.owner.value } : {}), ...(wijk ? { wijk } : {}),
      dates: pinned.map((work) => ({ work: work.id, start: toISO(work.start), finish: toISO(work.finish), pinned: true })),
    });
    if (!scenario) return false;
    await send("search", `/api/scenarios/${scenario.id}/search/`, { seconds: Number(form.seconds.value), ...(works ? { works } : {}) });
    this.scenario = scenario;
    this.follow();
    return true;
  }

  async follow() {
    clearTimeout(this.timer);
    try {
      const search = await fetchJSON("search", `/api/scenarios/${this.scenario.id}/search/`);
      if (!search) return;
      this.show(search);
      if (search.ended) this.announce(search.headline[0] ?? search.state_label);
      else this.timer = window.setTimeout(() => this.follow(), EVERY_MS);
    } catch { this.timer = window.setTimeout(() => this.follow(), 4 * EVERY_MS); }
  }

  /** @param {any} search how far it is */
  show(search) {
    const { board } = this;
    const first = board.better.size === 0;
    board.compare(new Map(search.dates.map(({ work, start, finish }) => [work, { start: toDay(start), finish: toDay(finish) }])));
    if (first && search.dates.length) this.reveal(search.dates[0].work);
    const { before, after } = search.figures;
    const line = ([name, label]) => after && el("div", {}, el("dt", {}, label), el("dd", {}, figure(before[name]), " → ", el(tone(name, before, after), {}, figure(after[name]))));
    const waiting = search.state === "waiting" && !search.worker;
    fill(this.node,
      el("header", {}, el("h2", {}, this.scenario.name), el("p.muted", { role: "status" }, waiting ? say("no_worker") : search.silent_s > 0 ? say("silent") : [search.state_label, search.progress.seconds && count("seconds", Math.round(search.progress.seconds)), search.progress.groups && say("groups", { done: search.progress.done, all: search.progress.groups })].filter(Boolean).join(" · "))),
      el("dl.figures", {}, ...Object.entries(words.figures).map(line)),
      search.reason && el("p.worse", {}, search.reason),
      search.headline.length > 0 && el("ul.why", {}, ...search.headline.map((sentence) => el("li", {}, sentence))),
      el("div.draft-buttons", {},
        !search.ended && el("button.button", { type: "button", onclick: () => this.stop() }, say("search_stop")),
        search.ended && search.dates.length > 0 && el("button.button", { type: "button", onclick: () => this.take() }, say("take_over")),
        search.ended && el("a.button.primary", { href: this.scenario.url }, say("open_scenario")),
        search.ended && el("button.button", { type: "button", onclick: () => this.close() }, say("close"))));
    this.node.hidden = false;
  }

  async stop() {
    await send("stop", `/api/scenarios/${this.scenario.id}/search/stop/`, {});
    this.follow();
  }

  /** Put what was found in the draft, to go on by hand. */
  take() {
    const { board } = this;
    board.draft.move([...board.better].map(([id, dates]) => ({ id, ...dates })));
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.board.compare(new Map());
    this.node.hidden = true;
  }
}

/** Less is better for all but what moves, which is neither. */
function tone(name, before, after) {
  if (name === "moved" || after[name] === before[name]) return "strong";
  return after[name] < before[name] ? "strong.better" : "strong.worse";
}

/** @param {number} value */
const figure = (value) => value.toLocaleString(config.language);
