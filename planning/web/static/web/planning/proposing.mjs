/** From a draft to a scenario: other dates that all partners can look at, and that become a proposal to the owners. */

import { el } from "../kaart/dom.mjs";
import { toISO } from "./days.mjs";
import { ask, field } from "./dialogs.mjs";
import { send } from "./post.mjs";
import { changeRow } from "./saving.mjs";
import { say } from "./say.mjs";

/** A choice of own organisations, only for who plans for more than one. @param {import("./content.mjs").Content} content */
export function ownerField(content) {
  const own = [...content.mayChange];
  if (own.length < 2) return null;
  return field(say("on_behalf"), el("select", { name: "owner" }, ...own.map((slug) => el("option", { value: slug }, content.owners[slug] ?? slug))));
}

export class Proposing {
  /** @param {import("./board.mjs").Board} board @param {() => Record<string, string>} filters what stands on the board */
  constructor(board, filters) {
    this.board = board;
    this.filters = filters;
  }

  /** Ask for a name and a reason, and what is to be in it. */
  open() {
    const { board } = this;
    const { changes } = board;
    const byOwner = new Map();
    for (const change of changes) byOwner.set(change.work.owner, [...byOwner.get(change.work.owner) ?? [], change]);
    const name = el("input", { name: "name", maxlength: 120, required: true, value: say("scenario_name", { name: changes[0].work.name }).slice(0, 120) });
    ask(say("propose_title"), [
      el("p", {}, say("propose_said")),
      ...[...byOwner].flatMap(([owner, rows]) => [el("h3", {}, board.content.owners[owner] ?? owner), el("ul.change-list", {}, ...rows.map(changeRow))]),
      field(say("scenario_called"), name),
      field(say("why_change"), el("textarea", { name: "note", rows: 2, maxlength: 5000 }), say("propose_why")),
      ownerField(board.content),
    ], { act: say("make_scenario"), done: (form) => this.make(form, changes) });
  }

  /** @param {HTMLFormElement} form @param {import("./board.mjs").Board["changes"]} changes */
  async make(form, changes) {
    const { board } = this;
    const moved = new Set(changes.map(({ work }) => work.id));
    const pinned = [...board.draft.pinned].filter((id) => !moved.has(id)).map((id) => board.content.works.get(id)).filter((work) => work && board.content.canMove(work));
    const scenario = await send("scenario", "/api/scenarios/", {
      name: form.elements.namedItem("name").value.trim(), note: form.note.value.trim(), ...(form.owner ? { owner: form.owner.value } : {}), ...(this.filters().wijk ? { wijk: this.filters().wijk } : {}),
      dates: [
        ...changes.map(({ work, start, finish }) => ({ work: work.id, start: toISO(start), finish: toISO(finish), pinned: board.draft.pinned.has(work.id) })),
        ...pinned.map((work) => ({ work: work.id, start: toISO(work.start), finish: toISO(work.finish), pinned: true })),
      ],
    });
    // What is in the scenario is kept there; the board shows the plan again.
    board.draft.forget();
    location.assign(scenario.url);
    return true;
  }
}
