/** The sequencing board: ties the timeline, the map, the choices, the details and the findings to one state. */

import { ask } from "../kaart/api.mjs";
import { byId, debounce, el, fill } from "../kaart/dom.mjs";
import { Board } from "./board.mjs";
import { Cards } from "./cards.mjs";
import { Changes } from "./changes.mjs";
import { Content } from "./content.mjs";
import { DateFields } from "./dates.mjs";
import { Details } from "./details.mjs";
import { Filters } from "./filters.mjs";
import { help } from "./help.mjs";
import { Keys } from "./keys.mjs";
import { BoardMap } from "./map.mjs";
import { Proposing } from "./proposing.mjs";
import { Pointer } from "./pointer.mjs";
import { Saving } from "./saving.mjs";
import { config, count, say } from "./say.mjs";
import { LEVELS } from "./scale.mjs";
import { Sequence } from "./sequence.mjs";
import { asked, read, write } from "./state.mjs";
import { Ties } from "./ties.mjs";
import { Timeline } from "./timeline.mjs";
import { together } from "./together.mjs";
import { WhatIf } from "./whatif.mjs";

const board = new Board();
const filters = new Filters();
const timeline = new Timeline(byId("tijdlijn"), board);
const map = new BoardMap(board);
let state = read(location.search, config.today);
board.hiddenBands = new Set(state.hidden);

const announce = debounce((text) => { byId("melding").textContent = text; }, 60);
const keep = debounce(() => {
  Object.assign(state, { perDay: timeline.scale.perDay, day: timeline.days[0], selected: board.selected, hidden: [...board.hiddenBands] });
  write(state);
}, 200);

/** Fetch the content for the choices; the place on the timeline stays. @param {boolean} asFirst open as the address says */
async function load(asFirst) {
  // Who chooses before anything came stops the first question; this one then opens the board in its place.
  const first = asFirst || !board.content;
  const at = first ? state : { perDay: timeline.scale.perDay, day: timeline.days[0] };
  notice(first ? say("loading") : "");
  try {
    const data = await ask("board", "/api/board/", asked(state.filters));
    if (!data) return;
    const content = new Content(data);
    if (first) board.selected = state.selected;
    board.show(content);
    timeline.open(at.perDay, at.day);
    if (first && board.selected !== null) timeline.reveal(board.selected);
    figures(content.figures);
    notice(content.leftOut ? count("left_out", content.leftOut) : "");
    empty(content);
    for (const node of document.querySelectorAll("[data-editors]")) node.hidden = content.mayChange.size === 0;
    announce(say("announce", { works: count("works", content.works.size), findings: count("findings", content.findings.length) }));
    document.dispatchEvent(new CustomEvent("planning:loaded"));
  } catch (error) {
    notice(`${say(navigator.onLine ? "failed" : "offline")} ${error instanceof TypeError ? "" : /** @type {Error} */ (error).message}`, () => load(first));
  }
}

function figures({ fallow_weeks: weeks, conflicts, opportunities }) {
  for (const [name, value] of Object.entries({ weken: weeks, botsingen: conflicts, kansen: opportunities })) byId(`cijfer-${name}`).textContent = value.toLocaleString(config.language);
  byId("cijfers").hidden = false;
}

/** @param {string} text @param {() => void} [again] */
function notice(text, again) {
  byId("bord-melding").hidden = !text;
  fill(byId("bord-melding"), text, again && el("button.button", { type: "button", onclick: again }, say("retry")));
}

function empty(content) {
  const none = content.works.size === 0;
  byId("leeg").hidden = !none;
  const chosen = Object.keys(state.filters).length > 0;
  if (none) fill(byId("leeg"), el("p", {}, say(chosen ? "empty" : "empty_all")), chosen && el("button.button", { type: "button", onclick: () => filters.clear() }, say("empty_do")));
}

filters.addEventListener("change", () => {
  state.filters = filters.values;
  write(state, true);
  load(false);
});
board.addEventListener("dates", (event) => timeline.refresh(/** @type {CustomEvent} */ (event).detail));
board.addEventListener("select", (event) => {
  const { id, old, by } = /** @type {CustomEvent} */ (event).detail;
  timeline.refresh([id, old].filter((one) => one !== null));
  // Who chooses by keys has brought it on the screen already.
  if (id !== null && by !== "keys" && (by !== "timeline" || timeline.narrow.matches)) {
    if (timeline.narrow.matches) timeline.root.scrollIntoView({ block: "start" });
    timeline.reveal(id);
  }
  keep();
  document.dispatchEvent(new CustomEvent("planning:selected", { detail: { id } }));
});
timeline.addEventListener("view", keep);
addEventListener("popstate", () => {
  state = read(location.search, config.today);
  filters.values = state.filters;
  load(true);
});
/** The plan changed: look again, keep the place and the draft. */
async function again() { await load(false); map.reload(); }
// Whoever learns that the plan changed, by this page or by another's, says so here.
document.addEventListener("planning:refresh", again);

const ties = new Ties(board, { announce, redraw: () => timeline.draw() });
const fields = new DateFields(board);
const saving = new Saving(board, { reload: again, announce });
const details = new Details(board, { tools: (work) => [...details.follows(work), ...fields.nodes(work)], ties: (work) => ties.nodes(work) });
new Cards(board, { choose: (id) => board.select(id, "cards") });
const proposing = new Proposing(board, () => state.filters);
new Changes(board, { save: () => saving.open(), propose: () => proposing.open() });
const sequence = new Sequence(board, () => state.filters, { announce, reveal: (id) => timeline.reveal(id) });
byId("zoek-volgorde").addEventListener("click", () => sequence.open());
new Pointer(timeline, { tie: (from, to) => ties.drawn(from, to) });
new Keys(timeline, { announce, help });
const whatif = new WhatIf(board, () => state.followers);

byId("hulp").addEventListener("click", help);
const followers = /** @type {HTMLSelectElement} */ (byId("volgers"));
followers.value = state.followers;
followers.addEventListener("change", () => { state.followers = /** @type {any} */ (followers.value); whatif.ask(); keep(); });
addEventListener("online", () => { if (!board.content) load(true); else notice(""); });
addEventListener("offline", () => notice(say("offline")));

for (const button of document.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    const [to] = [button.dataset.zoom];
    if (to === "alles") timeline.fit(...board.content.span);
    else if (to === "vandaag") { timeline.root.scrollLeft = timeline.scale.x(board.content.today) - timeline.view / 3; timeline.draw(); }
    else timeline.zoom(to === "in" ? timeline.scale.step(1).perDay : to === "uit" ? timeline.scale.step(-1).perDay : LEVELS[to]);
  });
}
timeline.addEventListener("view", () => { for (const button of document.querySelectorAll("[data-level]")) button.setAttribute("aria-pressed", String(button.dataset.level === timeline.scale.level)); });

load(true).then(() => { map.start(); if (config.user) together(board, { announce }); });
