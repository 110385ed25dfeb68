/* Popups from plain text, the time slider, and what two maps do together. What users typed is only ever set as text. */
function startReizendeKaart(panes, facts) {
  const { words } = facts, { months } = words;
  const part = (tag, line) => { const node = document.createElement(tag); node.textContent = decodeURIComponent(line); return node; };
  const timed = [], byId = new Map();
  let first = "9999-12", last = "0000-01";
  for (const { layers } of panes) for (const layer of layers) {
    layer.shapes.eachLayer((shape) => {
      const { properties } = shape.feature;
      shape.bindPopup(() => { const box = document.createElement("div"); box.append(...properties.lines.map((line, index) => part(index ? "p" : "strong", line))); return box; });
      byId.set(shape.feature.id, [...(byId.get(shape.feature.id) ?? []), shape]);
      if (!layer.timed) return;
      timed.push({ shape, parent: layer.shapes, start: properties.start, finish: properties.finish });
      if (properties.start.slice(0, 7) < first) first = properties.start.slice(0, 7);
      if (properties.finish.slice(0, 7) > last) last = properties.finish.slice(0, 7);
    });
  }
  const count = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
  const slider = document.getElementById("schuif"), label = document.getElementById("maand"), all = document.getElementById("alles"), play = document.getElementById("speel");
  if (!timed.length) { first = last = facts.today.slice(0, 7); }
  slider.min = count(first); slider.max = count(last);
  const go = (month) => { slider.value = Math.min(Math.max(count(month), count(first)), count(last)); };
  go(facts.month ?? facts.today);
  // Two plans differ in time, so beside each other they open at a month; all years at once would look the same.
  if (facts.month) all.checked = false;
  const date = (at) => `${Math.floor(at / 12)}-${String(at % 12 + 1).padStart(2, "0")}-01`;
  let timer = 0;
  const show = () => {
    const at = Number(slider.value), from = date(at), to = date(at + 1), name = `${months[at % 12]} ${Math.floor(at / 12)}`;
    label.textContent = all.checked ? words.all_years : name;
    slider.setAttribute("aria-valuetext", name);
    for (const item of timed) {
      const visible = all.checked || (item.start < to && item.finish > from);
      if (visible) item.parent.addLayer(item.shape); else item.parent.removeLayer(item.shape);
    }
  };
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = "▶"; play.setAttribute("aria-label", words.play); };
  slider.addEventListener("input", () => { stop(); all.checked = false; show(); });
  all.addEventListener("change", () => { stop(); show(); });
  play.addEventListener("click", () => {
    if (timer) return stop();
    all.checked = false; play.textContent = "❚❚"; play.setAttribute("aria-label", words.pause);
    timer = setInterval(() => { if (slider.value === slider.max) return stop(); slider.value = Number(slider.value) + 1; show(); }, 600);
  });
  document.getElementById("gemaakt").textContent = words.made_on.replace("{day}", facts.made.split("-").reverse().join("-"));
  for (const { map, layers } of panes) {
    map.attributionControl.setPrefix(words.borders);
    map.on("overlayadd", show);
    for (const layer of layers.filter((l) => l.look === "buurt" || l.look === "wijk").reverse()) layer.shapes.bringToBack();
  }
  together(panes, show);
  listChanges();
  const main = panes[panes.length - 1];
  L.control.scale({ imperial: false }).addTo(main.map);
  main.map.invalidateSize();
  /* Where works move, it opens there; else on all wijken. */
  const moving = (facts.changes ?? []).flatMap((change) => byId.get(change.id) ?? []);
  const wijken = main.layers.filter((l) => l.look === "wijk").map((l) => l.shapes);
  const bounds = L.featureGroup(moving.length ? moving : wijken).getBounds();
  if (bounds.isValid()) main.map.fitBounds(bounds, { padding: [20, 20], maxZoom: 16, animate: false });
  if (innerWidth < 640) document.querySelector(".leaflet-control-layers-list")?.closest(".leaflet-control-layers")?.classList.remove("leaflet-control-layers-expanded");
  show();

  /* One legend switches the layers of both maps. */
  function together([one, other], then) {
    if (!other) return;
    const twin = (group) => one.layers[other.layers.findIndex((layer) => layer.group === group)]?.group;
    other.map.on("overlayadd", ({ layer }) => { const same = twin(layer); if (same) one.map.addLayer(same); then(); });
    other.map.on("overlayremove", ({ layer }) => { const same = twin(layer); if (same) one.map.removeLayer(same); });
  }

  /* What gets other dates, as a list: a click shows it on both maps, in the month it begins anew. */
  function listChanges() {
    const list = document.getElementById("verschil");
    for (const change of facts.changes ?? []) {
      const [name, owner, ...lines] = change.lines;
      const row = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.append(part("strong", name), part("span", owner), ...lines.map((line) => part("span", line)));
      button.addEventListener("click", () => {
        stop(); all.checked = true; show();
        list.closest("details").open = false;
        const shapes = byId.get(change.id) ?? [];
        const box = shapes[0]?.getBounds?.();
        if (box) panes[1].map.fitBounds(box, { maxZoom: 17, padding: [60, 60], animate: false });
        for (const shape of shapes) shape.openPopup();
      });
      row.append(button);
      list.append(row);
    }
  }
}
