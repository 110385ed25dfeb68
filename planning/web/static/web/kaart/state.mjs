/** What the reader chose, kept in the address so that a link shows exactly the same. */

import { basemapWanted } from "./basemap.mjs";

/**
 * @typedef {object} State
 * @property {number} from first month, position on the bar
 * @property {number} to last month, position on the bar
 * @property {"moment"|"periode"} mode
 * @property {Set<string>} off keys of layers that are off
 * @property {Record<string, number>} opacity group to percent
 * @property {string} place "work:12", "finding:3", "initiative:4" or "lon,lat"; empty for none
 * @property {[number, number]|null} centre lon, lat
 * @property {number|null} zoom
 * @property {string} wijk slug to show on opening
 * @property {boolean} basemap not in the address: a link must not send another reader's browser to another host
 */

/** What is off until somebody asks for it. */
const OFF = "addresses,streets";

/** @param {import("./months.mjs").Months} months @param {{today: string, basemap: boolean}} config @returns {State} */
export function read(months, config) {
  const query = new URLSearchParams(location.search);
  const period = query.has("van") && query.has("tot");
  const from = months.position(query.get(period ? "van" : "m") ?? config.today);
  const to = period ? months.position(query.get("tot")) : from;
  const [lat, lon] = (query.get("c") ?? "").split(",").map(Number);
  const zoom = Number(query.get("z"));
  const opacity = {};
  for (const part of (query.get("dek") ?? "").split(",").filter(Boolean)) {
    const [group, percent] = part.split(":");
    opacity[group] = Math.min(100, Math.max(0, Number(percent) || 0));
  }
  return {
    from: Math.min(from, to), to: Math.max(from, to),
    mode: period ? "periode" : "moment",
    off: new Set((query.get("uit") ?? OFF).split(",").filter(Boolean)),
    opacity, place: query.get("plek") ?? "",
    centre: Number.isFinite(lat) && Number.isFinite(lon) && query.has("c") ? [lon, lat] : null,
    zoom: zoom > 0 && zoom < 23 ? zoom : null,
    wijk: query.get("wijk") ?? "",
    basemap: basemapWanted(config),
  };
}

/** @param {State} state @param {import("./months.mjs").Months} months @returns {string} */
export function address(state, months) {
  const query = new URLSearchParams();
  if (state.mode === "periode") { query.set("van", months.text(state.from)); query.set("tot", months.text(state.to)); }
  else query.set("m", months.text(state.to));
  if (state.centre && state.zoom !== null) {
    query.set("c", `${state.centre[1].toFixed(5)},${state.centre[0].toFixed(5)}`);
    query.set("z", state.zoom.toFixed(2));
  }
  const off = [...state.off].sort().join(",");
  if (off !== OFF) query.set("uit", off);
  const opacity = Object.entries(state.opacity).filter(([, p]) => p !== 100).map(([g, p]) => `${g}:${p}`).join(",");
  if (opacity) query.set("dek", opacity);
  if (state.place) query.set("plek", state.place);
  return `${location.pathname}?${query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
}

/** @param {State} state @param {import("./months.mjs").Months} months @param {boolean} [push] a step to come back to */
export function write(state, months, push = false) {
  const url = address(state, months);
  if (url === location.pathname + location.search) return;
  history[push ? "pushState" : "replaceState"](null, "", url);
}
