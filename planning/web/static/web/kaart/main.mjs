/** The layered map: ties the map, the legend, the time bar, the search and the panel to one state. */

import { inLanguage } from "../address.mjs";
import * as maplibregl from "../../maplibre-gl/maplibre-gl.mjs";
import "../exports.mjs";
import { ask } from "./api.mjs";
import { chooseBasemap } from "./basemap.mjs";
import { chosen, fileQuery } from "./chosen.mjs";
import { byId, debounce } from "./dom.mjs";
import { Legend } from "./legend.mjs";
import { Months } from "./months.mjs";
import { showFailure, showList, showPlace } from "./panel.mjs";
import { startSearch } from "./search.mjs";
import { TimeBar } from "./slider.mjs";
import { read, write } from "./state.mjs";
import { addImages, applyFilters, applyOpacity, colours, style } from "./style.mjs";
import { words } from "../words.mjs";

const config = JSON.parse(byId("kaart-config").textContent ?? "{}");
const text = words(config.words);
const months = new Months(config.first, config.months, text.months);
const state = read(months, config);
/** A link that says a place and no view: the map goes there. */
const toPlace = state.place !== "" && !state.centre;
/** One that says a month keeps it, also where nothing happens then. */
const saysWhen = new URLSearchParams(location.search).has("m") || state.mode === "periode";
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 50em)");
/** @type {import("maplibre-gl").Map|null} */
let map = null;
let ready = false;
/** @type {Legend|null} */
let legend = null;

const period = () => ({ from: months.date(state.from), to: months.date(state.to + 1) });
const days = () => ({ from: months.day(state.from), to: months.day(state.to + 1) });

function redraw() {
  if (map && ready) { applyFilters(map, state, days()); applyOpacity(map, state.opacity); }
}

/** @type {any} the overview of the period, as the server gave it */
let overview = null;

const refresh = debounce(async () => {
  try {
    overview = await ask("overview", "/api/overview/", period()) ?? overview;
    if (!overview) return;
    legend?.update(overview.counts);
    list();
  } catch { showFailure("lijst", text, refresh); }
}, 160);

/** Show the list: what happens in the period, without what the legend leaves out. */
function list() {
  if (!overview) return;
  const data = chosen(overview, state.off);
  showList(data, state.mode === "moment" ? text.inMonth(bar.label()) : bar.label(), tools);
  byId("melding").textContent = text.announce(data.works_total, bar.label());
}

/** @param {boolean} done */
function moved(done) {
  redraw();
  refresh();
  if (done) write(state, months);
}

async function share() {
  write(state, months);
  try { await navigator.clipboard.writeText(location.href); byId("melding").textContent = text.copied; toast(text.copied); }
  catch { toast(location.href); }
}

/** @param {string} message */
function toast(message) {
  const node = byId("kaart-melding");
  node.textContent = message;
  node.hidden = false;
  setTimeout(() => { node.hidden = true; }, 4000);
}

/** @param {string} place @param {boolean} [move] fly there @param {boolean} [inTime] show months in which it happens */
async function choose(place, move = true, inTime = true) {
  state.place = place;
  write(state, months, true);
  const [kind, id] = place.split(":");
  const at = place.split(",").map(Number);
  const asked = id ? { [kind]: id } : { lon: at[0], lat: at[1], zoom: (map?.getZoom() ?? 15).toFixed(1) };
  byId("lijst").hidden = true;
  byId("plek").hidden = false;
  byId("plek").textContent = text.loading;
  open("paneel");
  try {
    const data = await ask("place", "/api/place/", asked);
    if (!data) return;
    showPlace(data, { ...tools, back });
    byId("paneel").scrollTop = 0;
    /** @type {HTMLElement|null} */ (byId("plek").querySelector("h2"))?.focus({ preventScroll: true });
    mark(data);
    if (move) goTo(data.lon, data.lat);
    if (inTime && kind === "work") showWhen(data.works.find((work) => String(work.id) === id));
  } catch { showFailure("plek", text, () => choose(place, move, inTime)); }
}

/** Move the months that show to where a work begins, unless it happens in them. @param {any} work */
function showWhen(work) {
  if (!work) return;
  const begins = months.position(work.start);
  const ends = months.position(work.finish) - Number(work.finish.endsWith("-01"));
  if (begins <= state.to && ends >= state.from) return;
  bar.show(begins, Math.min(begins + state.to - state.from, months.count - 1));
  moved(true);
}

/** Ring the place on the map. @param {{lon: number, lat: number}} at */
function mark(at) {
  if (!map || !ready) return;
  const geometry = { type: "Point", coordinates: [at.lon, at.lat] };
  map.getSource("selected").setData({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry }] });
}

function back() {
  state.place = "";
  write(state, months);
  byId("plek").hidden = true;
  byId("lijst").hidden = false;
  if (map && ready) map.getSource("selected").setData({ type: "FeatureCollection", features: [] });
}

/** Room that panels take from the map. */
const padding = () => (narrow.matches ? { top: 20, bottom: Math.round(innerHeight * .45), left: 20, right: 20 } : { top: 40, bottom: 140, left: 270, right: 400 });

function goTo(lon, lat) {
  map?.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 15.5), padding: padding(), duration: still.matches ? 0 : 700 });
}

function fit(box) {
  map?.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: padding(), maxZoom: 17, duration: still.matches ? 0 : 700 });
}

/** @param {string} id */
function open(id) { for (const sheet of ["lagen", "paneel"]) byId(sheet).classList.toggle("open", sheet === id); }

const tools = {
  text, choose, share,
  exportLinks: () => {
    const wijk = state.wijk ? `&wijk=${encodeURIComponent(state.wijk)}` : "";
    const { from, to } = period();
    const off = state.off.size ? `&uit=${encodeURIComponent([...state.off].sort().join(","))}` : "";
    const files = config.files.map(({ layer, title, forms }) => ({ layer, title, forms, query: fileQuery(layer, state.off, { from, to }) }));
    return { map: inLanguage(`/kaart/export/?van=${from}&tot=${to}${wijk}${off}`), files: files.filter((file) => file.query) };
  },
};
const bar = new TimeBar(months, config, text, { state, moved });

function startMap() {
  try {
    map = new maplibregl.Map({
      container: "kaart", style: style(colours(), state.basemap), center: state.centre ?? [6.56, 52.995], zoom: state.zoom ?? 12,
      minZoom: 9, maxZoom: 19, attributionControl: { compact: narrow.matches }, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
      canvasContextAttributes: { preserveDrawingBuffer: true }, validateStyle: false,
    });
  } catch { return noMap(); }
  window.kaart = map;
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), narrow.matches ? "top-right" : "bottom-right");
  const dress = () => { addImages(map, colours()); ready = true; redraw(); };
  map.on("style.load", dress);
  map.on("error", (event) => { if (!String(event.error?.message ?? "").includes("service.pdok.nl")) console.warn(event.error?.message); });
  map.on("moveend", () => { const c = map.getCenter(); state.centre = [c.lng, c.lat]; state.zoom = map.getZoom(); write(state, months); });
  map.on("click", (event) => choose(`${event.lngLat.lng.toFixed(6)},${event.lngLat.lat.toFixed(6)}`, false));
  map.on("mousemove", (event) => {
    const ids = ["works-fill", "works-pattern", "works-under", "works-dot", "initiatives", "centres", "meetings"].filter((id) => map.getLayer(id));
    map.getCanvas().style.cursor = ready && map.queryRenderedFeatures(event.point, { layers: ids }).length ? "pointer" : "";
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
  if (!state.centre) {
    const wijk = config.wijken.find((w) => w.slug === state.wijk);
    const boxes = wijk ? [wijk.bbox] : config.wijken.map((w) => w.bbox);
    if (boxes.length) map.fitBounds([[Math.min(...boxes.map((b) => b[0])), Math.min(...boxes.map((b) => b[1]))], [Math.max(...boxes.map((b) => b[2])), Math.max(...boxes.map((b) => b[3]))]], { padding: padding(), duration: 0 });
  }
}

function restyle() { ready = false; map?.setStyle(style(colours(), state.basemap), { diff: false, validate: false }); }

function noMap() { const node = byId("kaart-melding"); node.textContent = text.noMap; node.hidden = false; open("paneel"); }

async function start() {
  // Labels are drawn with the page's own letter, which must be there first.
  await document.fonts.load('16px Buurtletter').catch(() => []);
  startMap();
  startSearch(text, (result) => {
    if (result.type === "work" || result.type === "initiative") return choose(`${result.type}:${result.id}`);
    if (result.bbox && (result.type === "wijk" || result.type === "buurt")) return fit(result.bbox);
    return choose(`${result.lon},${result.lat}`);
  });
  for (const button of document.querySelectorAll("[data-open]")) button.addEventListener("click", () => open(byId(button.dataset.open).classList.contains("open") ? "" : button.dataset.open));
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => open(""));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { if (state.place) back(); open(""); } });
  addEventListener("popstate", () => location.reload());
  const whole = { from: months.date(0), to: months.date(months.count) };
  try {
    const [all, histogram] = await Promise.all([
      ask("all", "/api/overview/", whole), ask("histogram", "/api/histogram/", { from: months.text(0), to: months.text(months.count) })]);
    legend = new Legend(all, config, text, { state, change: () => { redraw(); list(); write(state, months); }, basemap: (on) => { state.basemap = on; chooseBasemap(on); restyle(); } });
    bar.histogram(histogram.months);
  } catch { showFailure("lijst", text, () => location.reload()); }
  refresh();
  if (state.place) choose(state.place, toPlace, !saysWhen);
}

start();
