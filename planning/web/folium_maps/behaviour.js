/* Popups from plain text, and the time slider. What users typed is only ever set as text. */
function startReizendeKaart(map, layers, facts) {
  const months = "januari februari maart april mei juni juli augustus september oktober november december".split(" ");
  const timed = [];
  let first = "9999-12", last = "0000-01";
  for (const layer of layers) {
    layer.shapes.eachLayer((shape) => {
      const properties = shape.feature.properties;
      shape.bindPopup(() => {
        const box = document.createElement("div");
        properties.lines.forEach((line, index) => { const part = document.createElement(index ? "p" : "strong"); part.textContent = decodeURIComponent(line); box.append(part); });
        return box;
      });
      if (!layer.timed) return;
      timed.push({ shape, parent: layer.shapes, start: properties.start, finish: properties.finish });
      if (properties.start.slice(0, 7) < first) first = properties.start.slice(0, 7);
      if (properties.finish.slice(0, 7) > last) last = properties.finish.slice(0, 7);
    });
  }
  const count = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
  const slider = document.getElementById("schuif"), label = document.getElementById("maand"), all = document.getElementById("alles"), play = document.getElementById("speel");
  if (!timed.length) { first = last = facts.today.slice(0, 7); }
  slider.min = count(first); slider.max = count(last); slider.value = Math.min(Math.max(count(facts.today), count(first)), count(last));
  const date = (at) => `${Math.floor(at / 12)}-${String(at % 12 + 1).padStart(2, "0")}-01`;
  let timer = 0;
  const show = () => {
    const at = Number(slider.value), from = date(at), to = date(at + 1), name = `${months[at % 12]} ${Math.floor(at / 12)}`;
    label.textContent = all.checked ? "Alle jaren" : name;
    slider.setAttribute("aria-valuetext", name);
    for (const item of timed) {
      const visible = all.checked || (item.start < to && item.finish > from);
      if (visible) item.parent.addLayer(item.shape); else item.parent.removeLayer(item.shape);
    }
  };
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = "▶"; play.setAttribute("aria-label", "Afspelen"); };
  slider.addEventListener("input", () => { stop(); all.checked = false; show(); });
  all.addEventListener("change", () => { stop(); show(); });
  play.addEventListener("click", () => {
    if (timer) return stop();
    all.checked = false; play.textContent = "❚❚"; play.setAttribute("aria-label", "Pauze");
    timer = setInterval(() => { if (slider.value === slider.max) return stop(); slider.value = Number(slider.value) + 1; show(); }, 600);
  });
  document.getElementById("gemaakt").textContent = `Demonstratie, gemaakt op ${facts.made.split("-").reverse().join("-")}`;
  map.attributionControl.setPrefix("Grenzen: CBS / Kadaster, CC BY 4.0");
  L.control.scale({ imperial: false }).addTo(map);
  const bounds = L.featureGroup(layers.filter((l) => l.look === "wijk").map((l) => l.shapes)).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [20, 20] });
  map.on("overlayadd", show);
  for (const layer of layers.filter((l) => l.look === "buurt" || l.look === "wijk").reverse()) layer.shapes.bringToBack();
  if (innerWidth < 640) document.querySelector(".leaflet-control-layers-list")?.closest(".leaflet-control-layers")?.classList.remove("leaflet-control-layers-expanded");
  show();
}
