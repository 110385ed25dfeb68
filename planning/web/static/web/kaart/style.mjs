/** How the map looks: colours from the page's own tokens, patterns drawn at run time, one filter for time and legend. */

const KINDS = ["demolition", "renovation", "new_build", "street", "green", "relocation"];
/** Kinds that borrow another kind's colour. */
const BASE = { square: "street", sewer: "street", cables_pipes: "street", heat_network: "street", play_area: "green",
  temporary_use: "green", site_preparation: "new_build", event: "initiative" };
const PATTERNED = { demolition: "hatch", square: "lines", play_area: "dots" };
const HOLLOW = ["temporary_use", "relocation", "event", "demolition"];
const FIRM = ["committed", "under_way", "done"];
export const WORK_LAYERS = ["works-fill", "works-pattern", "works-outline", "works-outline-planned", "works-under", "works-line", "works-dot"];

/** @returns {Record<string, string>} the colours of the page as it is shown now, light or dark */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const names = [...KINDS, "initiative", "centre", "accent", "alert", "land", "land-soft", "line", "ink", "muted", "surface", "paper"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** @param {Record<string, string>} c */
function kindColour(c) {
  const pairs = [...KINDS.map((k) => [k, c[k]]), ...Object.entries(BASE).map(([k, base]) => [k, c[base]])];
  return ["match", ["get", "kind"], ...pairs.flat(), c.muted];
}

/** @param {(g: CanvasRenderingContext2D, size: number) => void} draw @param {number} size */
function image(draw, size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  draw(g, size);
  return g.getImageData(0, 0, size, size);
}

/** Add the patterns and signs. @param {import("maplibre-gl").Map} map @param {Record<string, string>} c */
export function addImages(map, c) {
  const put = (name, draw, size = 16) => {
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, image(draw, size), { pixelRatio: 2 });
  };
  put("hatch", (g, s) => { g.strokeStyle = c.demolition; g.lineWidth = 3; for (const o of [-s, 0, s]) { g.beginPath(); g.moveTo(o, s); g.lineTo(o + s, 0); g.stroke(); } });
  put("lines", (g, s) => { g.fillStyle = c.street; g.fillRect(0, 0, s, 3); g.fillRect(0, s / 2, s, 3); });
  put("dots", (g, s) => { g.fillStyle = c.green; for (const [x, y] of [[4, 4], [12, 12]]) { g.beginPath(); g.arc(x, y, 2.6, 0, 7); g.fill(); } });
  put("pin", (g, s) => {
    g.fillStyle = c.initiative; g.strokeStyle = c.surface; g.lineWidth = 3;
    g.beginPath(); g.arc(s / 2, s * .38, s * .3, Math.PI * .85, Math.PI * 2.15); g.lineTo(s / 2, s * .94); g.closePath(); g.stroke(); g.fill();
    g.fillStyle = c.surface; g.beginPath(); g.arc(s / 2, s * .38, s * .12, 0, 7); g.fill();
  }, 52);
  put("house", (g, s) => {
    g.fillStyle = c.centre; g.strokeStyle = c.surface; g.lineWidth = 3;
    g.beginPath(); g.arc(s / 2, s / 2, s * .44, 0, 7); g.fill(); g.stroke();
    g.fillStyle = c.surface; g.beginPath(); g.moveTo(s * .26, s * .5); g.lineTo(s * .5, s * .27); g.lineTo(s * .74, s * .5); g.lineTo(s * .68, s * .5); g.lineTo(s * .68, s * .7); g.lineTo(s * .32, s * .7); g.lineTo(s * .32, s * .5); g.closePath(); g.fill();
  }, 48);
  put("meeting", (g, s) => {
    g.fillStyle = c.accent; g.strokeStyle = c.surface; g.lineWidth = 3; g.beginPath(); g.roundRect(3, 5, s - 6, s - 14, 8); g.fill(); g.stroke();
    g.beginPath(); g.moveTo(s * .4, s - 10); g.lineTo(s * .4, s - 1); g.lineTo(s * .6, s - 10); g.fill();
  }, 40);
}

/** The whole style. @param {Record<string, string>} c @param {boolean} basemap */
export function style(c, basemap) {
  const tiles = (layer) => ({ type: "vector", url: `${location.origin}/tiles/${layer}.json` });
  const sources = Object.fromEntries(["wijken", "buurten", "works", "findings", "initiatives", "centres", "meetings", "addresses", "streets"].map((l) => [l, tiles(l)]));
  sources.selected = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
  sources.basemap = {
    type: "raster", tileSize: 256, maxzoom: 19, attribution: "Kaart © Kadaster",
    tiles: ["https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"],
  };
  const work = (id, type, paint, filter, extra = {}) => ({ id, type, source: "works", "source-layer": "works", filter, paint, ...extra, metadata: { base: filter } });
  const polygon = ["==", ["geometry-type"], "Polygon"];
  const line = ["==", ["geometry-type"], "LineString"];
  const isKind = (kinds) => ["in", ["get", "kind"], ["literal", kinds]];
  const firm = ["in", ["get", "status"], ["literal", FIRM]];
  const colour = kindColour(c);
  return {
    version: 8, sources,
    layers: [
      { id: "land", type: "background", paint: { "background-color": c.land } },
      ...(basemap ? [{ id: "basemap", type: "raster", source: "basemap", paint: { "raster-opacity": .85 } }] : []),
      { id: "wijken-fill", type: "fill", source: "wijken", "source-layer": "wijken", paint: { "fill-color": c.surface, "fill-opacity": basemap ? .25 : .75 } },
      { id: "buurten-line", type: "line", source: "buurten", "source-layer": "buurten", paint: { "line-color": c.line, "line-width": 1 } },
      { id: "wijken-line", type: "line", source: "wijken", "source-layer": "wijken", paint: { "line-color": c.accent, "line-width": 2 } },
      { id: "streets-fill", type: "fill", source: "streets", "source-layer": "streets", filter: polygon, paint: { "fill-color": c.line, "fill-opacity": .7 } },
      { id: "streets-line", type: "line", source: "streets", "source-layer": "streets", filter: line, paint: { "line-color": c.line, "line-width": ["interpolate", ["exponential", 2], ["zoom"], 12, 1.5, 17, 9] }, layout: { "line-cap": "round" } },
      work("works-fill", "fill", { "fill-color": colour, "fill-opacity": ["case", ["==", ["get", "status"], "idea"], .3, .62] }, ["all", polygon, ["!", isKind(HOLLOW)], ["!", isKind(["square", "play_area"])]]),
      work("works-pattern", "fill", { "fill-pattern": ["match", ["get", "kind"], ...Object.entries(PATTERNED).flat(), "dots"] }, ["all", polygon, isKind(Object.keys(PATTERNED))]),
      work("works-outline", "line", { "line-color": colour, "line-width": 1.6 }, ["all", polygon, firm]),
      work("works-outline-planned", "line", { "line-color": colour, "line-width": 1.6, "line-dasharray": [3, 2] }, ["all", polygon, ["!", firm]]),
      work("works-under", "line", { "line-color": colour, "line-opacity": .28, "line-width": ["interpolate", ["exponential", 2], ["zoom"], 12, 3, 17, 14] }, line, { layout: { "line-cap": "round" } }),
      work("works-line", "line", { "line-color": colour, "line-width": 1.6, "line-dasharray": [3, 2] }, line),
      { ...work("works-dot", "circle", { "circle-color": colour, "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2, 14, 4], "circle-stroke-color": c.surface, "circle-stroke-width": 1, "circle-opacity": ["interpolate", ["linear"], ["zoom"], 13.2, 1, 14, 0], "circle-stroke-opacity": ["interpolate", ["linear"], ["zoom"], 13.2, 1, 14, 0] }, ["has", "kind"]), "source-layer": "works-points", maxzoom: 14 },
      { id: "findings-opportunity", type: "line", source: "findings", "source-layer": "findings", paint: { "line-color": c.accent, "line-width": 2.5, "line-offset": -3 }, filter: ["==", ["get", "kind"], "opportunity"], metadata: { base: ["==", ["get", "kind"], "opportunity"] } },
      { id: "findings-conflict", type: "line", source: "findings", "source-layer": "findings", paint: { "line-color": c.alert, "line-width": 3, "line-offset": -5 }, filter: ["==", ["get", "kind"], "conflict"], metadata: { base: ["==", ["get", "kind"], "conflict"] } },
      { id: "selected", type: "line", source: "selected", paint: { "line-color": c.ink, "line-width": 2.5 } },
      { id: "selected-point", type: "circle", source: "selected", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 13, "circle-opacity": 0, "circle-stroke-color": c.ink, "circle-stroke-width": 2.5 } },
      { id: "addresses", type: "circle", source: "addresses", "source-layer": "addresses", minzoom: 15.5, paint: { "circle-color": c.muted, "circle-radius": 2.5 } },
      { id: "addresses-number", type: "symbol", source: "addresses", "source-layer": "addresses", minzoom: 17, layout: { "text-field": ["concat", ["to-string", ["get", "number"]], ["coalesce", ["get", "addition"], ""]], "text-size": 11, "text-offset": [0, .9], "text-font": ["Buurtletter"] }, paint: { "text-color": c.muted } },
      { id: "streets-label", type: "symbol", source: "streets", "source-layer": "streets", minzoom: 15, filter: ["all", line, ["!=", ["get", "name"], ""]], layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-size": 11.5, "text-font": ["Buurtletter"] }, paint: { "text-color": c.muted, "text-halo-color": c.paper, "text-halo-width": 1.4 } },
      { id: "buurten-label", type: "symbol", source: "buurten", "source-layer": "buurten-points", minzoom: 12.6, layout: { "text-field": ["get", "name"], "text-size": 12.5, "text-font": ["Buurtletter"], "text-max-width": 8 }, paint: { "text-color": c.muted, "text-halo-color": c.paper, "text-halo-width": 1.6 } },
      { id: "meetings", type: "symbol", source: "meetings", "source-layer": "meetings", layout: { "icon-image": "meeting", "icon-allow-overlap": true, "icon-anchor": "bottom" } },
      { id: "initiatives", type: "symbol", source: "initiatives", "source-layer": "initiatives", layout: { "icon-image": "pin", "icon-allow-overlap": true, "icon-anchor": "bottom", "icon-size": ["interpolate", ["linear"], ["zoom"], 11, .5, 14, 1] } },
      { id: "centres", type: "symbol", source: "centres", "source-layer": "centres", layout: { "icon-image": "house", "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 11, .7, 14, 1] } },
      { id: "wijken-label", type: "symbol", source: "wijken", "source-layer": "wijken-points", maxzoom: 13.8, layout: { "text-field": ["get", "name"], "text-size": 15, "text-font": ["Buurtletter"], "text-letter-spacing": .02 }, paint: { "text-color": c.accent, "text-halo-color": c.paper, "text-halo-width": 2 } },
    ],
  };
}

/**
 * Show what happens in a period and what the legend leaves on.
 * @param {import("maplibre-gl").Map} map @param {import("./state.mjs").State} state @param {{from: number, to: number}} days
 */
export function applyFilters(map, state, days) {
  const when = [["<", ["get", "start"], days.to], [">", ["get", "finish"], days.from]];
  const off = [...state.off];
  const on = ["!", ["in", ["concat", ["get", "owner"], ":", ["get", "kind"]], ["literal", off]]];
  for (const id of WORK_LAYERS) map.setFilter(id, ["all", map.getLayer(id).metadata.base, ...when, on]);
  for (const id of ["findings-conflict", "findings-opportunity"]) map.setFilter(id, ["all", map.getLayer(id).metadata.base, ...when]);
  map.setFilter("initiatives", ["<", ["get", "start"], days.to]);
  map.setFilter("meetings", ["all", ...when]);
  const show = (ids, key) => ids.forEach((id) => map.getLayer(id) && map.setLayoutProperty(id, "visibility", state.off.has(key) ? "none" : "visible"));
  show(["wijken-fill", "wijken-line", "wijken-label", "buurten-line", "buurten-label"], "areas");
  show(["initiatives"], "initiatives"); show(["centres"], "centres"); show(["meetings"], "meetings");
  show(["findings-conflict"], "conflict"); show(["findings-opportunity"], "opportunity");
  show(["addresses", "addresses-number"], "addresses"); show(["streets-fill", "streets-line", "streets-label"], "streets");
}

const OPACITY = {
  areas: { "wijken-fill": ["fill-opacity", .75], "wijken-line": ["line-opacity", 1], "buurten-line": ["line-opacity", 1] },
  works: { "works-fill": ["fill-opacity", .62], "works-pattern": ["fill-opacity", 1], "works-outline": ["line-opacity", 1], "works-outline-planned": ["line-opacity", 1], "works-under": ["line-opacity", .28], "works-line": ["line-opacity", 1] },
  people: { initiatives: ["icon-opacity", 1], centres: ["icon-opacity", 1], meetings: ["icon-opacity", 1] },
  findings: { "findings-conflict": ["line-opacity", 1], "findings-opportunity": ["line-opacity", 1] },
};

/** @param {import("maplibre-gl").Map} map @param {Record<string, number>} opacity group to percent */
export function applyOpacity(map, opacity) {
  for (const [group, layers] of Object.entries(OPACITY)) {
    if (opacity[group] === undefined) continue;
    const share = opacity[group] / 100;
    for (const [id, [property, base]] of Object.entries(layers)) if (map.getLayer(id)) map.setPaintProperty(id, property, base * share);
  }
}


