/** The bar under the timeline: what was changed and not yet saved, what that does, and the buttons to keep it or not. */

import { byId, el, fill } from "../kaart/dom.mjs";
import { count, say, spanText } from "./say.mjs";

export class Changes {
  /** @param {import("./board.mjs").Board} board @param {{save: () => void, propose: () => void}} tools */
  constructor(board, tools) {
    this.board = board;
    this.tools = tools;
    this.node = byId("wijzigingen");
    for (const name of ["content", "outcome", "held"]) board.addEventListener(name, () => this.draw());
    board.draft.addEventListener("change", () => this.draw());
    addEventListener("beforeunload", (event) => { if (this.lost) event.preventDefault(); });
  }

  /** Whether leaving would lose something: a draft that this device does not keep. */
  get lost() { return this.board.draft.size > 0 && !this.board.draft.isKept; }

  draw() {
    const { board } = this;
    const { draft, outcome } = board;
    this.node.hidden = !board.content || (draft.size === 0 && !board.held && draft.done.length === 0 && draft.undone.length === 0);
    if (this.node.hidden) return;
    const changes = board.held ? [] : board.changes;
    const own = changes.filter(({ work }) => board.content.isOwn(work));
    const others = changes.filter(({ work }) => !board.content.isOwn(work));
    const ties = draft.added.length + draft.removed.size;
    const button = (text, act, options = {}) => el(`button.button${options.primary ? ".primary" : ""}`, { type: "button", onclick: act, disabled: options.disabled }, text);
    fill(this.node,
      el("div.draft-steps", { role: "group", "aria-label": say("steps") },
        el("button.icon-button", { type: "button", "aria-label": say("undo"), title: `${say("undo")} (Ctrl+Z)`, disabled: draft.done.length === 0, onclick: () => draft.undo() }, "↶"),
        el("button.icon-button", { type: "button", "aria-label": say("redo"), title: `${say("redo")} (Ctrl+Shift+Z)`, disabled: draft.undone.length === 0, onclick: () => draft.redo() }, "↷")),
      el("p.draft-said", { role: "status" }, this.said(own.length, others.length, ties), " ", ...this.effect(outcome)),
      el("div.draft-buttons", {},
        draft.size > 0 && button(say("drop"), () => draft.drop()),
        changes.length > 0 && button(say("propose", { n: changes.length }), this.tools.propose, { primary: own.length + ties === 0 }),
        own.length + ties > 0 && button(say("save", { n: own.length + ties }), this.tools.save, { primary: true })));
  }

  said(own, others, ties) {
    if (this.board.held) return el("strong", {}, say("trying"));
    const parts = [own && count("own_changes", own), others && count("other_changes", others), ties && count("tie_changes", ties)].filter(Boolean);
    return el("strong", {}, parts.length ? parts.join(", ") : say("no_changes"));
  }

  /** What it does, in figures. @param {import("./board.mjs").Outcome} outcome @returns {Node[]} */
  effect({ fresh, gone, moved, breaks, figures, failed }) {
    if (failed !== undefined) return [el("span.worse", {}, failed || say("offline"))];
    const part = (tag, text) => el(tag, {}, text);
    const weeks = figures ? figures.after.fallow_weeks - figures.before.fallow_weeks : 0;
    return [
      moved.size > 0 && part("span", count("followers", moved.size)),
      fresh.length > 0 && part("span.worse", count("fresh", fresh.length)),
      gone.size > 0 && part("span.better", count("gone", gone.size)),
      breaks.length > 0 && part("span.worse", count("breaks", breaks.length)),
      weeks !== 0 && part(weeks < 0 ? "span.better" : "span.worse", say(weeks < 0 ? "less_fallow" : "more_fallow", { span: spanText(weeks * 7) })),
    ].filter(Boolean);
  }
}
