/** The map beside the list: the same initiatives as the list holds, from the same tiles as the large map. */
import { inLanguage } from "../address.mjs";
import "../exports.mjs";
import { addImages, colours, style } from "../kaart/style.mjs";

const root = document.querySelector("[data-map]");
const wanted = JSON.parse(document.getElementById("ideas-map").textContent);
const wide = window.matchMedia("(min-width: 62rem)");
const SHOWN = /^(land|wijken|buurten|initiatives)/;
let map;

async function open() {
  if (map) return;
  const maplibre = await import(root.dataset.maplibre);
  const c = colours();
  const base = style(c, false);
  map = new maplibre.Map({
    container: root.querySelector(".map-canvas"), style: { ...base, layers: base.layers.filter((layer) => SHOWN.test(layer.id)) },
    bounds: wanted.here ? undefined : wanted.bounds.length ? wanted.bounds : undefined,
    center: wanted.here ?? [6.56, 52.995], zoom: wanted.here ? 14.5 : 12, fitBoundsOptions: { padding: 20 },
    maxZoom: 18, attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: !wide.matches,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  root.map = map;
  // Not at "load": the ideas may come before all the rest has, and want their sign.
  map.on("style.load", () => {
    addImages(map, c);
    map.setFilter("initiatives", ["all",
      ["in", ["get", "state"], ["literal", wanted.states]],
      ...(wanted.theme ? [["==", ["get", "theme"], wanted.theme]] : []),
      ...(wanted.wijk ? [["==", ["get", "wijk"], wanted.wijk]] : []),
    ]);
    if (wanted.here) new maplibre.Marker({ color: c.accent }).setLngLat(wanted.here).addTo(map);
  });
  map.on("click", "initiatives", ({ features: [feature] }) => {
    const link = document.createElement("a");
    link.href = inLanguage(`/initiatieven/${encodeURIComponent(feature.properties.slug)}/`);
    link.textContent = feature.properties.title;
    const box = document.createElement("div");
    box.className = "map-popup";
    box.append(link);
    new maplibre.Popup({ offset: 28 }).setLngLat(feature.geometry.coordinates).setDOMContent(box).addTo(map);
  });
  map.on("mouseenter", "initiatives", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "initiatives", () => { map.getCanvas().style.cursor = ""; });
}

root.hidden = false;
root.addEventListener("toggle", () => { if (root.open) open(); });
const follow = () => { if (wide.matches) root.open = true; };
wide.addEventListener("change", follow);
follow();
