/** What an edit would do, worked out by the service before anything is saved; the last answer wins. */

import { debounce } from "../kaart/dom.mjs";
import { toDay, toISO } from "./days.mjs";
import { send } from "./post.mjs";
import { NOTHING } from "./board.mjs";

const PAUSE_MS = 60;

export class WhatIf extends EventTarget {
  /** @param {import("./board.mjs").Board} board @param {() => "push"|"keep"|"stay"} followers what works do that come after */
  constructor(board, followers) {
    super();
    this.board = board;
    this.followers = followers;
    const later = debounce(() => this.ask(), PAUSE_MS);
    board.addEventListener("held", later);
    board.draft.addEventListener("change", later);
  }

  async ask() {
    const { board } = this;
    if (!board.content) return;
    const dates = new Map([...board.draft.edits].filter(([id]) => board.content.works.has(id)));
    if (board.held) dates.set(board.held.id, board.held);
    if (!dates.size) { if (board.outcome !== NOTHING) board.worked(NOTHING); return; }
    try {
      const answer = await send("check", "/api/plan/check/", {
        dates: [...dates].map(([work, { start, finish }]) => ({ work, start: toISO(start), finish: toISO(finish) })),
        pinned: [...board.draft.pinned].filter((id) => board.content.works.has(id)),
        followers: { push: "push", keep: "keep_gap", stay: "stay" }[this.followers()],
      });
      if (answer) board.worked(outcomeOf(answer, dates));
    } catch (error) { board.worked({ ...NOTHING, failed: error instanceof TypeError ? "" : /** @type {Error} */ (error).message }); }
  }
}

/** @param {any} answer @param {Map<number, unknown>} given works that were moved by hand */
function outcomeOf(answer, given) {
  const { findings, moves, breaks, figures } = answer;
  return {
    moved: new Map(moves.filter((move) => !given.has(move.work)).map((move) => [move.work, { start: toDay(move.start), finish: toDay(move.finish) }])),
    reasons: new Map(moves.filter((move) => move.follows).map((move) => [move.work, move.sentence])),
    fresh: findings.new,
    changed: new Map(findings.changed.map((finding) => [finding.key, finding])),
    gone: new Set(findings.gone.map((finding) => finding.key)),
    breaks, figures,
  };
}
