/** What was chosen, kept in the address so that a link shows exactly the same board. */

import { toDay, toISO } from "./days.mjs";
import { LEAST, MOST } from "./scale.mjs";

/** Names in the address of the page, and what the API calls them. */
const FILTERS = { wijk: "wijk", wie: "owner", soort: "kind", van: "from", tot: "to", bevindingen: "with_findings", sloop: "after_demolition", groep: "group" };
const GROUPINGS = { plek: "ground", buurt: "buurt", eigenaar: "owner", project: "project" };

/** Who comes without a wish sees two years back and four and a half ahead. */
export const BEFORE = 730;
export const SHOWN = 2380;

/** @param {string} search of an address @param {number} today */
export function read(search, today) {
  const query = new URLSearchParams(search);
  const filters = {};
  for (const name of Object.keys(FILTERS)) { const values = query.getAll(name).filter(Boolean); if (values.length) filters[name] = values.join(","); }
  const perDay = Number(query.get("schaal"));
  const day = toDay(query.get("op") ?? "");
  const selected = Number(query.get("werk"));
  return {
    filters,
    perDay: perDay >= LEAST && perDay <= MOST ? perDay : null,
    day: Number.isFinite(day) ? day : today - BEFORE,
    selected: Number.isSafeInteger(selected) && selected > 0 ? selected : null,
    followers: query.get("volgers") === "afstand" ? "keep" : query.get("volgers") === "blijven" ? "stay" : "push",
    hidden: (query.get("zonder") ?? "").split(",").filter(Boolean),
  };
}

/** @param {Record<string, string>} filters @returns {Record<string, string>} as the API asks */
export function asked(filters) {
  return Object.fromEntries(Object.entries(filters).map(([name, value]) => [FILTERS[name], name === "groep" ? GROUPINGS[value] ?? value : value]));
}

/** Put it in the address. @param {ReturnType<typeof read>} state @param {boolean} [push] a step to come back to */
export function write(state, push = false) {
  const query = new URLSearchParams(state.filters);
  // Until the timeline has opened there is no scale to keep.
  if (state.perDay !== null) query.set("schaal", String(Number(state.perDay.toFixed(3))));
  query.set("op", toISO(state.day));
  if (state.selected !== null) query.set("werk", String(state.selected));
  if (state.followers !== "push") query.set("volgers", state.followers === "keep" ? "afstand" : "blijven");
  if (state.hidden.length) query.set("zonder", state.hidden.join(","));
  const url = `${location.pathname}?${query.toString().replaceAll("%2C", ",")}`;
  const table = new URLSearchParams(state.filters);
  table.set("vorm", "tabel");
  /** @type {HTMLAnchorElement} */ (document.getElementById("als-tabel")).href = `?${table}`;
  if (url !== location.pathname + location.search) history[push ? "pushState" : "replaceState"](null, "", url);
}
