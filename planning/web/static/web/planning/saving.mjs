/** Saving one's own changes with a reason; where somebody was there before, both versions are shown and nothing is lost. */

import { el } from "../kaart/dom.mjs";
import { toDay, toISO } from "./days.mjs";
import { ask, field } from "./dialogs.mjs";
import { Refused, send } from "./post.mjs";
import { count, periodText, say, shiftText } from "./say.mjs";

export class Saving {
  /** @param {import("./board.mjs").Board} board @param {{reload: () => Promise<void>, announce: (text: string) => void}} tools */
  constructor(board, tools) {
    this.board = board;
    this.tools = tools;
    this.reason = "";
  }

  /** Ask why, and what is promised must be confirmed. */
  open() {
    const { board } = this;
    const own = board.changes.filter(({ work }) => board.content.isOwn(work));
    const firm = own.filter(({ work }) => board.content.isFirm(work));
    const others = board.changes.length - own.length;
    const ties = board.draft.added.length + board.draft.removed.size;
    const reason = el("textarea", { name: "reason", rows: 2, maxlength: 500, required: true });
    reason.value = this.reason;
    ask(say("save_title"), [
      el("ul.change-list", {}, ...own.map((change) => changeRow(change)), ties > 0 && el("li", {}, count("tie_changes", ties))),
      ...this.consequences(),
      others > 0 && el("p.muted", {}, count("others_stay", others)),
      field(say("why_change"), reason, say("why_help")),
      firm.length > 0 && el("label.check", {}, el("input", { type: "checkbox", name: "confirmed", required: true }), count("confirm", firm.length, { names: firm.map(({ work }) => work.name).join(", ") })),
    ], {
      act: say("save", { n: own.length + ties }),
      done: async (form) => {
        this.reason = form.reason.value.trim();
        if (!this.reason) throw new Error(say("why_needed"));
        return this.save(own, this.reason, firm.length > 0);
      },
    });
  }

  /** What it brings, in sentences; the worst first. */
  consequences() {
    const { fresh, breaks } = this.board.outcome;
    const said = [...breaks.map((each) => each.sentence), ...fresh.map((finding) => finding.sentence)];
    return said.length ? [el("div.found.conflict", {}, el("p", {}, el("strong", {}, say("brings"))), el("ul", {}, ...said.slice(0, 5).map((text) => el("li", {}, text))), said.length > 5 && el("p", {}, say("and_more", { n: said.length - 5 })))] : [];
  }

  /** @param {ReturnType<import("./board.mjs").Board["changes"]["slice"]>} own @param {string} reason @param {boolean} confirmed */
  async save(own, reason, confirmed) {
    const { draft } = this.board;
    const rest = this.board.changes.filter(({ work }) => !this.board.content.isOwn(work));
    try {
      await send("save", "/api/board/changes/", {
        reason, confirmed,
        works: own.map(({ work, version, start, finish }) => ({ work: work.id, version, start: toISO(start), finish: toISO(finish) })),
        tie: draft.added.map(({ predecessor, successor, type, minimum, maximum, reason: why }) => ({ predecessor, successor, type, minimum, maximum, reason: why })),
        untie: [...draft.removed.keys()],
      });
    } catch (error) {
      if (error instanceof Refused && error.problem.conflicts?.length) { this.settle(error.problem.conflicts); return true; }
      throw error;
    }
    this.reason = "";
    // What others would have to do stays, to be proposed to them: it no longer follows from anything unsaved.
    draft.move(rest.map(({ work, start, finish }) => ({ id: work.id, start, finish })));
    await this.tools.reload();
    this.tools.announce(say("saved"));
    document.dispatchEvent(new CustomEvent("planning:saved", { detail: { works: own.map(({ work }) => work.id) } }));
    return true;
  }

  /** Somebody was there before: both versions, and a choice for each work. @param {any[]} conflicts */
  settle(conflicts) {
    const rows = conflicts.map(({ work: id, name, theirs, also }) => {
      const mine = this.board.changes.find(({ work }) => work.id === id);
      const option = (value, text, period) => el("label.check", {}, el("input", { type: "radio", name: `keuze-${id}`, value, required: true }), el("span", {}, el("strong", {}, text), " ", period));
      return el("fieldset.conflict-choice", {}, el("legend", {}, name),
        el("p.muted.small", {}, say("changed_by", { who: theirs.by || say("somebody"), when: theirs.at.replace("T", ", ").slice(0, 17), why: theirs.reason || say("no_reason") })),
        mine && el("p.small", {}, say("before_both", { period: periodText(mine.work.start, mine.work.finish) })),
        mine && option("mine", say("mine"), periodText(mine.start, mine.finish)),
        option("theirs", say("theirs"), periodText(toDay(theirs.planned_start), toDay(theirs.planned_finish))),
        also.length > 0 && el("p.muted.small", {}, say("also_changed", { fields: also.join(", ") })));
    });
    ask(say("conflict_title"), [el("p", {}, say("conflict_said")), ...rows], {
      act: say("go_on"),
      done: async (form) => {
        const chosen = new Map(conflicts.map(({ work }) => [work, new FormData(form).get(`keuze-${work}`)]));
        await this.tools.reload();
        for (const [work, choice] of chosen) this.board.draft.settle(work, choice === "mine");
        if (this.board.draft.size) setTimeout(() => this.open());
        return true;
      },
    });
  }
}

/** @param {{work: import("./content.mjs").Work, start: number, finish: number, byHand: boolean}} change */
export function changeRow({ work, start, finish, byHand }) {
  return el("li", {}, el("strong", {}, work.name), " ", periodText(work.start, work.finish), " → ", periodText(start, finish), " ", el("span.muted", {}, [shiftText(start - work.start), !byHand && say("follows")].filter(Boolean).join(", ")));
}
