/** What waits for what: as a list beside the chosen work, drawn between bars, and refused where it runs in a circle. */

import { el } from "../kaart/dom.mjs";
import { ask, field } from "./dialogs.mjs";
import { count, say, words } from "./say.mjs";

export class Ties {
  /** @param {import("./board.mjs").Board} board @param {{announce: (text: string) => void, redraw: () => void}} tools */
  constructor(board, tools) {
    this.board = board;
    this.tools = tools;
    board.addEventListener("select", () => { if (board.circle) { board.circle = null; tools.redraw(); } });
  }

  /** The chosen work's place in the order, with what can be changed about it. @param {import("./content.mjs").Work} work @returns {Node[]} */
  nodes(work) {
    const { board } = this;
    const all = board.draft.dependencies.filter((d) => board.content.works.has(d.predecessor) && board.content.works.has(d.successor));
    const before = all.filter((d) => d.successor === work.id);
    const after = all.filter((d) => d.predecessor === work.id);
    const own = board.content.isOwn(work);
    if (!before.length && !after.length && !own) return [];
    return [el("section.ties", {},
      before.length > 0 && el("h3", {}, say("waits_for")), before.length > 0 && el("ul", {}, ...before.map((d) => this.row(d, d.predecessor, own))),
      after.length > 0 && el("h3", {}, say("followed_by")), after.length > 0 && el("ul", {}, ...after.map((d) => this.row(d, d.successor, board.content.isOwn(board.content.works.get(d.successor))))),
      own && el("button.button.small-button", { type: "button", onclick: () => this.choose(work) }, say("add_tie")))];
  }

  row(dependency, otherId, own) {
    const { board } = this;
    const other = board.content.works.get(otherId);
    return el("li", {}, el("span", {}, el("button.as-link", { type: "button", onclick: () => board.select(other.id, "ties") }, other.name),
      el("span.muted", {}, ` ${words.dependency_types[dependency.type]} · ${this.room(dependency)}${dependency.reason ? ` · ${dependency.reason}` : ""}`)),
    own && el("button.icon-button", { type: "button", "aria-label": say("remove_tie", { name: other.name }), title: say("remove_tie", { name: other.name }), onclick: () => { board.draft.untie(dependency); this.tools.redraw(); } }, "✕"));
  }

  /** How many working days lie between the two ends, beyond what must. */
  room(tie) {
    const { content } = this.board;
    const [p, s] = [tie.predecessor, tie.successor].map((id) => this.board.dates(content.works.get(id)));
    const days = content.calendar.gap(tie, p, s) - tie.minimum;
    if (days < 0) return say("gap_short", { days: count("working_days", -days) });
    return days === 0 ? say("gap_none") : say("gap", { days: count("working_days", days) });
  }

  /** State by hand what a work waits for. @param {import("./content.mjs").Work} work */
  choose(work) {
    const { content } = this.board;
    const near = [...content.works.values()].filter((other) => other.id !== work.id);
    const place = (other) => (other.buurt === work.buurt ? 0 : other.wijk === work.wijk ? 1 : 2);
    near.sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
    const select = el("select", { name: "predecessor", required: true }, el("option", { value: "" }, say("choose_work")),
      ...near.map((other) => el("option", { value: other.id }, `${other.name} · ${content.ownerName(other)}`)));
    this.ask(say("tie_title", { name: work.name }), [field(say("waits_for"), select)], "FS", (form) => [Number(form.predecessor.value), work.id]);
  }

  /** A line was drawn from one bar to another. @param {{id: number, finish: boolean}} from @param {{id: number, finish: boolean}} to */
  drawn(from, to) {
    const { content } = this.board;
    const [p, s] = [content.works.get(from.id), content.works.get(to.id)];
    if (!content.isOwn(s)) return this.refuse(say("tie_not_own", { name: s.name, owner: content.ownerName(s) }));
    if (this.inCircle(p.id, s.id)) return;
    this.ask(say("tie_title", { name: s.name }), [el("p", {}, say("tie_between", { first: p.name, second: s.name }))], `${from.finish ? "F" : "S"}${to.finish ? "F" : "S"}`, () => [p.id, s.id]);
  }

  ask(title, content, type, ends) {
    const types = el("select", { name: "type" }, ...Object.entries(words.dependency_types).map(([value, text]) => el("option", { value, selected: value === type }, text)));
    const number = (name, value) => el("input", { type: "number", name, value, min: -3650, max: 3650, step: 1 });
    ask(title, [...content, field(say("tie_type"), types), field(say("tie_minimum"), number("minimum", "0"), say("tie_days")), field(say("tie_maximum"), number("maximum", ""), say("tie_open")),
      field(say("tie_reason"), el("input", { name: "reason", maxlength: 200 }))], {
      act: say("add_tie"),
      done: (form) => {
        const [predecessor, successor] = ends(form);
        const [minimum, maximum] = [Number(form.minimum.value) || 0, form.maximum.value === "" ? null : Number(form.maximum.value)];
        if (!predecessor) throw new Error(say("choose_work"));
        if (maximum !== null && maximum < minimum) throw new Error(say("tie_order"));
        if (this.board.draft.dependencies.some((d) => d.predecessor === predecessor && d.successor === successor && d.type === form.type.value)) throw new Error(say("tie_known"));
        const circle = this.circleText(predecessor, successor);
        if (circle) throw new Error(circle);
        this.board.draft.tie({ predecessor, successor, type: form.type.value, minimum, maximum, reason: form.reason.value.trim() });
        this.tools.redraw();
        this.tools.announce(say("tie_added"));
        return true;
      },
    });
  }

  /** What to say of the circle that a dependency would close; empty where it closes none. */
  circleText(predecessor, successor) {
    const circle = this.board.draft.circle(predecessor, successor);
    if (!circle) return "";
    this.board.circle = circle;
    this.tools.redraw();
    const name = (id) => this.board.content.works.get(id)?.name ?? say("elsewhere");
    return say("circle", { works: [...circle, circle[0]].map(name).join(" → ") });
  }

  inCircle(predecessor, successor) {
    const text = this.circleText(predecessor, successor);
    if (text) this.refuse(text);
    return Boolean(text);
  }

  /** @param {string} text */
  refuse(text) { ask(say("cannot"), [el("p", {}, text)]); }
}
