/** Pointing out a place on the map: a point, a line or an area, by finger, mouse or keyboard; the field holds GeoJSON. */
import { spoken } from "../address.mjs";
import { colours, style } from "../kaart/style.mjs";

const ASSEN = { center: [6.56, 52.995], zoom: 12 };
const SHOWN = /^(land|basemap|wijken|buurten|addresses)/;

/** @param {HTMLElement} root */
function setUp(root) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(root.dataset.place));
  const status = root.querySelector("[data-status]");
  const [sayPoint, sayLine, sayArea, sayThere, sayNothing, sayUnknown] = root.dataset.texts.split("|");
  const say = { point: sayPoint, line: sayLine, polygon: sayArea };
  const modes = root.dataset.modes.split(" ");
  const details = root.querySelector("details");
  let map;
  let mode = modes[0];
  let points = [];

  const geometry = () => {
    if (!points.length) return null;
    if (mode === "point") return { type: "Point", coordinates: points.at(-1) };
    if (points.length === 1) return modes.includes("point") ? { type: "Point", coordinates: points[0] } : null;
    if (mode === "line" || points.length === 2) return modes.includes("line") ? { type: "LineString", coordinates: points } : null;
    return { type: "Polygon", coordinates: [[...points, points[0]]] };
  };

  const read = () => {
    points = [];
    try {
      const drawn = JSON.parse(field.value);
      if (drawn.type === "Point") { mode = "point"; points = [drawn.coordinates]; }
      if (drawn.type === "LineString") { mode = "line"; points = drawn.coordinates; }
      if (drawn.type === "Polygon") { mode = "polygon"; points = drawn.coordinates[0].slice(0, -1); }
    } catch { /* Nothing was drawn yet. */ }
    if (!modes.includes(mode)) mode = modes[0];
  };

  const show = () => {
    const drawn = geometry();
    const dots = points.map((p) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: p } }));
    const shape = drawn && drawn.type !== "Point" ? [{ type: "Feature", properties: {}, geometry: drawn }] : [];
    map?.getSource("drawn")?.setData({ type: "FeatureCollection", features: [...shape, ...(mode === "point" ? dots.slice(-1) : dots)] });
    for (const button of root.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  };

  const write = (message) => {
    const drawn = geometry();
    field.value = drawn ? JSON.stringify(drawn) : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    status.textContent = message ?? (drawn ? sayThere : sayNothing);
    show();
  };

  const add = (lngLat) => {
    const point = [Number(lngLat.lng.toFixed(6)), Number(lngLat.lat.toFixed(6))];
    points = mode === "point" ? [point] : [...points, point];
    write();
  };

  async function open() {
    if (map) return;
    const maplibre = await import(root.dataset.maplibre);
    const c = colours();
    const base = style(c, false);
    const layers = base.layers.filter((layer) => SHOWN.test(layer.id));
    map = new maplibre.Map({
      container: root.querySelector(".map-canvas"), style: { ...base, layers }, ...ASSEN, maxZoom: 19,
      attributionControl: false, dragRotate: false, pitchWithRotate: false,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    root.map = map;
    map.on("click", (event) => add(event.lngLat));
    map.on("load", () => {
      map.addSource("drawn", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
      map.addLayer({ id: "drawn-fill", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": c.initiative, "fill-opacity": .25 } });
      map.addLayer({ id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": c.initiative, "line-width": 3 } });
      map.addLayer({ id: "drawn-points", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": c.initiative, "circle-radius": 8, "circle-stroke-color": c.surface, "circle-stroke-width": 2 } });
      show();
      if (points.length) fit(maplibre); else goToAddress();
    });
  }

  const fit = (maplibre) => {
    const bounds = points.reduce((box, p) => box.extend(p), new maplibre.LngLatBounds(points[0], points[0]));
    map.fitBounds(bounds, { padding: 60, maxZoom: 17, animate: false });
  };

  /** Bring the map to the address that was typed; the map moves, the place is still for the reader to point out. */
  async function goToAddress() {
    const typed = document.getElementById(root.dataset.search)?.value.trim();
    if (!typed || !map) return;
    try {
      const answer = await fetch(`/api/search/?q=${encodeURIComponent(typed)}`, { headers: spoken() });
      const [hit] = (await answer.json()).results;
      if (hit) map.jumpTo({ center: [hit.lon, hit.lat], zoom: 17 });
      else status.textContent = sayUnknown;
    } catch { /* The map works without it. */ }
  }

  root.hidden = false;
  read();
  for (const button of root.querySelectorAll("[data-mode]")) {
    button.hidden = modes.length < 2 || !modes.includes(button.dataset.mode);
    button.addEventListener("click", () => { mode = button.dataset.mode; points = mode === "point" ? points.slice(-1) : points; write(say[mode]); });
  }
  root.querySelector("[data-do=undo]").addEventListener("click", () => { points = points.slice(0, -1); write(); });
  root.querySelector("[data-do=clear]").addEventListener("click", () => { points = []; write(); });
  root.querySelector("[data-do=middle]").addEventListener("click", () => { if (map) add(map.getCenter()); });
  details.addEventListener("toggle", () => { if (details.open) { status.textContent = points.length ? sayThere : say[mode]; open(); } });
  document.getElementById(root.dataset.search)?.addEventListener("change", goToAddress);
  if (points.length) status.textContent = sayThere;
}

for (const root of document.querySelectorAll("[data-place]")) setUp(root);
