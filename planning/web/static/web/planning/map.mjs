/** The map beside the timeline: the works on the board, each choosing in the other. */

import { basemapWanted } from "../kaart/basemap.mjs";
import { addImages, colours, style, WORK_LAYERS } from "../kaart/style.mjs";
import { byId, debounce } from "../kaart/dom.mjs";
import { config } from "./say.mjs";

const HIDDEN = ["findings-conflict", "findings-opportunity", "addresses", "addresses-number", "meetings"];
const CHOSEN = ["chosen-under", "chosen"];
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class BoardMap {
  /** @param {import("./board.mjs").Board} board */
  constructor(board) {
    this.board = board;
    this.ready = false;
    board.addEventListener("content", () => this.follow());
    // Who runs through the rows by keys is followed when at rest.
    const later = debounce((by) => this.choose(by !== "map"), 150);
    board.addEventListener("select", (event) => {
      this.map?.stop();
      later(/** @type {CustomEvent} */ (event).detail.by);
    });
  }

  async start() {
    try {
      const maplibregl = await import("../../maplibre-gl/maplibre-gl.mjs");
      // Labels are drawn with the page's own letter, which must be there first.
      await document.fonts.load("16px Buurtletter").catch(() => []);
      this.map = new maplibregl.Map({
        container: byId("bordkaart"), style: style(colours(), basemapWanted(config)), center: [6.56, 52.995], zoom: 11.5, minZoom: 9, maxZoom: 19,
        attributionControl: { compact: true }, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, validateStyle: false,
      });
      this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    } catch { byId("kaart-melding").hidden = false; return; }
    window.boardMap = this.map;
    this.map.once("load", () => byId("bordkaart").querySelector(".maplibregl-compact-show")?.classList.remove("maplibregl-compact-show"));
    this.map.touchZoomRotate.disableRotation();
    this.map.on("style.load", () => this.dress());
    this.map.on("error", (event) => { if (!String(event.error?.message ?? "").includes("service.pdok.nl")) console.warn(event.error?.message); });
    this.map.on("click", (event) => this.click(event));
    this.map.on("mousemove", (event) => { this.map.getCanvas().style.cursor = this.at(event.point).length ? "pointer" : ""; });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.ready = false; this.map.setStyle(style(colours(), basemapWanted(config)), { diff: false, validate: false }); });
    this.fit(false);
  }

  dress() {
    const c = colours();
    addImages(this.map, c);
    for (const id of HIDDEN) this.map.setLayoutProperty(id, "visibility", "none");
    const layer = { type: "line", source: "works", "source-layer": "works", filter: ["==", ["get", "id"], -1], layout: { "line-join": "round", "line-cap": "round" } };
    this.map.addLayer({ ...layer, id: "chosen-under", paint: { "line-color": c.surface, "line-width": 7 } });
    this.map.addLayer({ ...layer, id: "chosen", paint: { "line-color": c.ink, "line-width": 3 } });
    this.ready = true;
    this.follow();
    this.choose(true);
  }

  /** Show the works that are on the board. */
  follow() {
    if (!this.ready || !this.board.content) return;
    const ids = [...this.board.content.works.keys()];
    const on = ["in", ["get", "id"], ["literal", ids]];
    for (const id of WORK_LAYERS) this.map.setFilter(id, ["all", this.map.getLayer(id).metadata.base, on]);
    if (this.board.selected === null) this.fit(!STILL.matches);
  }

  /** Draw anew what the service holds now. */
  reload() {
    const source = this.map?.getSource("works");
    if (source) source.setUrl(`${location.origin}/tiles/works.json?${Date.now()}`);
  }

  /** Mark the chosen work and, where it was chosen elsewhere, go there. @param {boolean} go */
  choose(go) {
    if (!this.ready) return;
    const work = this.board.chosen;
    for (const id of CHOSEN) this.map.setFilter(id, ["==", ["get", "id"], work?.id ?? -1]);
    if (work && go) this.to(work.bounds, 16.2);
  }

  /** Show all works on the board. @param {boolean} moving */
  fit(moving) {
    const boxes = [...this.board.content?.works.values() ?? []].map((work) => work.bounds);
    if (!boxes.length || !this.map) return;
    this.to([Math.min(...boxes.map((b) => b[0])), Math.min(...boxes.map((b) => b[1])), Math.max(...boxes.map((b) => b[2])), Math.max(...boxes.map((b) => b[3]))], 16, moving);
  }

  to([west, south, east, north], maxZoom, moving = !STILL.matches) {
    this.map.fitBounds([[west, south], [east, north]], { padding: 36, maxZoom, duration: moving ? 500 : 0 });
  }

  /** The work at a point, the smallest where several lie there. @param {{x: number, y: number}} point */
  at({ x, y }) {
    if (!this.ready) return [];
    const found = this.map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: WORK_LAYERS.filter((id) => this.map.getLayer(id)) });
    const works = [...new Set(found.map((feature) => feature.properties.id))].map((id) => this.board.content?.works.get(id)).filter(Boolean);
    const size = ({ bounds: [w, s, e, n] }) => (e - w) * (n - s);
    return works.sort((a, b) => size(a) - size(b));
  }

  click(event) {
    const works = this.at(event.point);
    if (!works.length) return;
    // Works lie on each other through the years: each click goes on to the next.
    const next = works[(works.findIndex((work) => work.id === this.board.selected) + 1) % works.length];
    this.board.select(next.id, "map");
  }
}
