/** The map of a draft: its rows by what they would do, how changed ones look now, and what left the file. */

import * as maplibregl from "../../maplibre-gl/maplibre-gl.mjs";
import { basemapWanted } from "../kaart/basemap.mjs";

const OUTCOMES = ["new", "changed", "unchanged", "refused"];
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(["accent", "amber", "alert", "muted", "land", "surface", "line", "ink", "paper"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** @param {Record<string, string>} c */
function byOutcome(c) {
  const named = { new: c.accent, changed: c.amber, unchanged: c.muted, refused: c.alert };
  return ["match", ["get", "outcome"], ...OUTCOMES.flatMap((outcome) => [outcome, named[outcome]]), c.muted];
}

/** @param {any} config */
function style(config) {
  const c = colours();
  const basemap = basemapWanted(config);
  const colour = byOutcome(c);
  const tiles = (id, url, extra = {}) => [id, { type: "vector", tiles: [new URL(url, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")], minzoom: 0, maxzoom: 16, ...extra }];
  const areas = (id) => [id, { type: "vector", url: new URL(`/tiles/${id}.json`, location.href).href }];
  const chosen = ["==", ["get", "number"], -1];
  /** Outlines of works are drawn from close by; from afar a dot says more. */
  const close = { minzoom: 13.2 };
  const line = (id, source, layer, paint, more = {}) => ({ id, type: "line", source, "source-layer": layer, paint, ...more });
  return {
    version: 8,
    sources: {
      ...Object.fromEntries([tiles("rows", config.tiles.rows), tiles("before", config.tiles.before), tiles("gone", config.tiles.gone), areas("buurten"), areas("wijken")]),
      basemap: { type: "raster", tileSize: 256, maxzoom: 19, attribution: "Kaart © Kadaster", tiles: ["https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"] },
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": c.land } },
      ...(basemap ? [{ id: "basemap", type: "raster", source: "basemap", paint: { "raster-opacity": .85 } }] : []),
      { id: "wijken-fill", type: "fill", source: "wijken", "source-layer": "wijken", paint: { "fill-color": c.surface, "fill-opacity": basemap ? .2 : .8 } },
      line("buurten-line", "buurten", "buurten", { "line-color": c.line, "line-width": 1 }),
      line("wijken-line", "wijken", "wijken", { "line-color": c.accent, "line-width": 1.5, "line-opacity": .6 }),
      line("gone-line", "gone", "gone", { "line-color": c.muted, "line-width": 2, "line-dasharray": [2, 2] }, close),
      { id: "rows-fill", type: "fill", source: "rows", "source-layer": "rows", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": .35 } },
      line("rows-line", "rows", "rows", { "line-color": colour, "line-width": 2 }, close),
      line("before-line", "before", "before", { "line-color": c.amber, "line-width": 2, "line-dasharray": [2, 2] }, close),
      { id: "rows-dot", type: "circle", source: "rows", "source-layer": "rows-points", paint: { "circle-color": colour, "circle-stroke-color": c.surface, "circle-stroke-width": 1, "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2.5, 15, 5], "circle-opacity": ["interpolate", ["linear"], ["zoom"], 14, 1, 16, .35] } },
      { id: "gone-dot", type: "circle", source: "gone", "source-layer": "gone-points", maxzoom: 15, paint: { "circle-color": c.surface, "circle-stroke-color": c.muted, "circle-stroke-width": 1.5, "circle-radius": 4 } },
      line("chosen-line", "rows", "rows", { "line-color": c.ink, "line-width": 4 }, { ...close, filter: chosen }),
      { id: "chosen-dot", type: "circle", source: "rows", "source-layer": "rows-points", filter: chosen, paint: { "circle-radius": 11, "circle-opacity": 0, "circle-stroke-color": c.ink, "circle-stroke-width": 3 } },
      { id: "buurten-label", type: "symbol", source: "buurten", "source-layer": "buurten-points", minzoom: 12.6, layout: { "text-field": ["get", "name"], "text-size": 12.5, "text-font": ["Buurtletter"], "text-max-width": 8 }, paint: { "text-color": c.muted, "text-halo-color": c.paper, "text-halo-width": 1.6 } },
      { id: "wijken-label", type: "symbol", source: "wijken", "source-layer": "wijken-points", maxzoom: 13, layout: { "text-field": ["get", "name"], "text-size": 14, "text-font": ["Buurtletter"] }, paint: { "text-color": c.accent, "text-halo-color": c.paper, "text-halo-width": 2 } },
    ],
  };
}

export class DraftMap {
  /** @param {string} container @param {any} config @param {(row: {number?: number, work?: number}) => void} choose */
  constructor(container, config, choose) {
    this.config = config;
    this.number = -1;
    this.map = new maplibregl.Map({
      container, style: style(config), bounds: config.bounds ?? undefined, fitBoundsOptions: { padding: 40, maxZoom: 16 },
      dragRotate: false, pitchWithRotate: false, attributionControl: { compact: true }, fadeDuration: 0, maxZoom: 19, validateStyle: false,
      canvasContextAttributes: { preserveDrawingBuffer: true },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.map.on("click", (event) => {
      const around = [[event.point.x - 6, event.point.y - 6], [event.point.x + 6, event.point.y + 6]];
      const layers = ["rows-dot", "rows-line", "rows-fill", "gone-dot", "gone-line"].filter((id) => this.map.getLayer(id));
      const [found] = this.map.queryRenderedFeatures(/** @type {any} */ (around), { layers });
      if (found) choose(found.source === "gone" ? { work: found.properties.id } : { number: found.properties.number });
    });
    this.map.on("mousemove", (event) => {
      const layers = ["rows-fill", "rows-line", "rows-dot", "gone-dot"].filter((id) => this.map.getLayer(id));
      this.map.getCanvas().style.cursor = layers.length && this.map.queryRenderedFeatures(event.point, { layers }).length ? "pointer" : "";
    });
    this.map.on("style.load", () => this.mark(this.number));
    dark.addEventListener("change", () => this.map.setStyle(style(this.config), { diff: false, validate: false }));
  }

  /** Draw what another check made of the rows. @param {any} config */
  follow(config) {
    if (config.tiles.rows === this.config.tiles.rows) return;
    this.config = config;
    for (const [id, url] of Object.entries(config.tiles)) {
      this.map.getSource(id)?.setTiles([new URL(String(url), location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")]);
    }
  }

  /** Ring a row. @param {number} number */
  mark(number) {
    this.number = number;
    for (const id of ["chosen-line", "chosen-dot"]) if (this.map.getLayer(id)) this.map.setFilter(id, ["==", ["get", "number"], number]);
  }

  /** @param {string} box west,south,east,north in degrees */
  goTo(box) {
    const [west, south, east, north] = box.split(",").map(Number);
    this.map.fitBounds([[west, south], [east, north]], { padding: 80, maxZoom: 17, duration: still.matches ? 0 : 600 });
  }
}
