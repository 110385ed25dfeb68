/** The board together with others: who else looks, and what they change. */

import { byId, debounce, el, fill } from "../kaart/dom.mjs";
import { listen } from "../live.mjs";
import { config, say } from "./say.mjs";

/** Tables whose changes show on the board. */
const SHOWN = ["*", "works_work", "works_project", "works_dependency", "coordination_finding", "coordination_finding_works"];

/** @param {import("./board.mjs").Board} board @param {{announce: (text: string) => void}} tools */
export function together(board, { announce }) {
  let waiting = false;
  const refresh = debounce(() => {
    // A bar in somebody's hand stays where it is; the news comes when it is put down.
    if (board.held) { waiting = true; return; }
    waiting = false;
    document.dispatchEvent(new CustomEvent("planning:refresh"));
    announce(say("updated"));
  }, 250);
  board.addEventListener("held", () => { if (waiting && !board.held) refresh(); });
  listen("planning", {
    change: (tables) => { if (SHOWN.some((table) => tables.has(table))) refresh(); },
    people: (people) => {
      const others = people.filter((person) => person.id !== config.user);
      byId("samen").hidden = others.length === 0;
      fill(byId("samen"), others.length > 0 && `${say("together")} `, ...others.map((person) => el("span.person", { title: person.organisation }, person.organisation ? `${person.name} (${person.organisation})` : person.name)));
    },
    lost: (lost) => { byId("samen").dataset.lost = String(lost); },
  });
}
