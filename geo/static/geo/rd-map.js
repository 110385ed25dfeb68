/* Drawing a place in RD New with OpenLayers from this server; the text field holds the truth as WKT. */
/* global ol */
"use strict";
(() => {
  const RD = new ol.proj.Projection({ code: "EPSG:28992", units: "m", extent: [-7000, 289000, 300000, 629000] });
  ol.proj.addProjection(RD);
  const WKT = new ol.format.WKT();
  const PARTS = { MultiPoint: "Point", MultiLineString: "LineString", MultiPolygon: "Polygon" };
  const TOOLS = { point: "Point", line: "LineString", polygon: "Polygon" };

  /** Colour of the page around the map, read when drawing so that it follows light and dark. */
  const colour = (name, otherwise) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;

  /** @param {ol.geom.Geometry} geometry @returns {ol.geom.Geometry[]} its single parts */
  function parts(geometry) {
    const type = geometry.getType();
    if (type === "GeometryCollection") return geometry.getGeometries().flatMap(parts);
    if (!PARTS[type]) return [geometry];
    const single = { Point: ol.geom.Point, LineString: ol.geom.LineString, Polygon: ol.geom.Polygon }[PARTS[type]];
    return geometry.getCoordinates().map((coordinates) => new single(coordinates));
  }

  /** @param {ol.geom.Geometry[]} singles @param {string} wanted type of the field @returns {ol.geom.Geometry|null} */
  function joined(singles, wanted) {
    if (singles.length === 0) return null;
    if (singles.length === 1 && !wanted.startsWith("Multi")) return singles[0];
    const types = new Set(singles.map((single) => single.getType()));
    if (types.size > 1) return new ol.geom.GeometryCollection(singles);
    const many = { Point: ol.geom.MultiPoint, LineString: ol.geom.MultiLineString, Polygon: ol.geom.MultiPolygon }[[...types][0]];
    return new many(singles.map((single) => single.getCoordinates()));
  }

  class PlaceMap {
    constructor(root) {
      this.root = root;
      this.texts = JSON.parse(root.dataset.texts);
      this.field = root.querySelector("textarea");
      this.status = root.querySelector(".rd-map-status");
      this.wanted = root.dataset.type;
      this.history = [];
      this.source = new ol.source.Vector();
      this.background = new ol.source.Vector({ attributions: this.texts.credit });
      root.classList.add("ready");
      root.querySelector("details").open = false;
      this.map = new ol.Map({
        target: root.querySelector(".rd-map-canvas"),
        controls: [
          new ol.control.Zoom({ zoomInTipLabel: this.texts.zoom_in, zoomOutTipLabel: this.texts.zoom_out }),
          new ol.control.Attribution({ collapsible: false }),
        ],
        layers: [
          new ol.layer.Vector({ source: this.background, style: (f) => this.backgroundStyle(f), declutter: true }),
          new ol.layer.Vector({ source: this.source, style: () => this.placeStyle() }),
        ],
        view: new ol.View({ projection: RD, center: [233000, 557000], zoom: 12, maxZoom: 24, constrainResolution: false }),
      });
      this.interactions = {
        modify: new ol.interaction.Modify({ source: this.source, deleteCondition: (e) => ol.events.condition.altKeyOnly(e) && ol.events.condition.singleClick(e) }),
        snap: new ol.interaction.Snap({ source: this.source }),
      };
      this.interactions.modify.on("modifyend", () => this.keep());
      this.map.on("singleclick", (event) => this.mode === "delete" && this.deleteAt(event.pixel));
      this.addTools();
      this.read();
      this.history = [this.field.value];
      this.field.addEventListener("change", () => this.read(true));
      this.use(this.source.isEmpty() ? (this.buttons.polygon ? "polygon" : Object.keys(TOOLS).find((tool) => this.buttons[tool])) : "edit");
      this.loadBackgrounds(JSON.parse(root.dataset.backgrounds));
      window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.map.getLayers().forEach((layer) => layer.changed()));
    }

    addTools() {
      const bar = this.root.querySelector(".rd-map-tools");
      const any = this.wanted === "Geometry" || this.wanted === "GeometryCollection";
      this.buttons = {};
      const add = (name, action, pressed) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = this.texts[name];
        button.dataset.tool = name;
        if (pressed) button.setAttribute("aria-pressed", "false");
        button.addEventListener("click", action);
        bar.append(button);
        this.buttons[name] = button;
        return button;
      };
      for (const [tool, type] of Object.entries(TOOLS)) {
        if (any || this.wanted === type || PARTS[this.wanted] === type) add(tool, () => this.use(tool), true);
      }
      add("edit", () => this.use("edit"), true);
      add("delete", () => this.use("delete"), true);
      add("undo", () => this.undo()).classList.add("apart");
      add("clear", () => { this.source.clear(); this.keep(); });
    }

    /** Go over to drawing a point, a line or a polygon, to editing or to deleting. */
    use(mode) {
      this.mode = mode;
      for (const [name, button] of Object.entries(this.buttons)) {
        if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(name === mode));
      }
      for (const interaction of [this.draw, this.interactions.modify, this.interactions.snap]) if (interaction) this.map.removeInteraction(interaction);
      this.draw = undefined;
      if (TOOLS[mode]) {
        this.draw = new ol.interaction.Draw({ source: this.source, type: TOOLS[mode] });
        this.draw.on("drawend", (event) => this.drawn(event.feature));
        this.map.addInteraction(this.draw);
      } else if (mode === "edit") this.map.addInteraction(this.interactions.modify);
      this.map.addInteraction(this.interactions.snap);
      this.say(`say_${mode}`);
    }

    drawn(feature) {
      // One place has one sort of shape: what was there of another sort makes way (and comes back with undo).
      const type = feature.getGeometry().getType();
      const single = type === "Point" && this.wanted !== "MultiPoint";
      for (const other of this.source.getFeatures()) {
        if (other !== feature && (single || other.getGeometry().getType() !== type)) this.source.removeFeature(other);
      }
      // The source gets the feature only after this event.
      setTimeout(() => { this.keep(); this.use("edit"); this.say("say_done"); });
    }

    deleteAt(pixel) {
      const feature = this.map.forEachFeatureAtPixel(pixel, (found, layer) => (layer?.getSource() === this.source ? found : undefined), { hitTolerance: 6 });
      if (!feature) return;
      this.source.removeFeature(feature);
      this.keep();
    }

    undo() {
      if (this.history.length < 2) return;
      this.history.pop();
      this.field.value = this.history.at(-1);
      this.read();
    }

    /** Write what is drawn to the field. */
    keep() {
      const place = joined(this.source.getFeatures().map((feature) => feature.getGeometry()), this.wanted);
      this.field.value = place ? WKT.writeGeometry(place, { decimals: 3 }) : "";
      if (this.field.value !== this.history.at(-1)) this.history.push(this.field.value);
      if (!place) this.say("say_empty");
    }

    /** Draw what stands in the field. @param {boolean} [typed] by hand just now */
    read(typed = false) {
      const text = this.field.value.trim().replace(/^SRID=28992;/i, "");
      let found = [];
      if (text) {
        try { found = parts(WKT.readGeometry(text)); } catch { this.say("say_unreadable"); return; }
      }
      this.source.clear();
      this.source.addFeatures(found.map((geometry) => new ol.Feature(geometry)));
      if (typed) this.history.push(this.field.value);
      if (found.length) this.fit(this.source.getExtent()); else this.say("say_empty");
    }

    fit(extent) {
      this.map.getView().fit(extent, { padding: [40, 40, 40, 40], minResolution: 0.25 });
    }

    async loadBackgrounds(addresses) {
      for (const [rank, address] of addresses.entries()) {
        try {
          const answer = await fetch(address, { credentials: "same-origin" });
          if (!answer.ok) continue;
          const features = new ol.format.GeoJSON().readFeatures(await answer.json(), { dataProjection: RD, featureProjection: RD });
          for (const feature of features) feature.set("rank", rank);
          this.background.addFeatures(features);
        } catch { /* The map works without a background. */ }
      }
      if (this.source.isEmpty() && !this.background.isEmpty()) this.fit(this.background.getExtent());
      this.root.dataset.loaded = "true";
    }

    backgroundStyle(feature) {
      const near = this.map.getView().getResolution() < (feature.get("rank") ? 1.2 : 12);
      return new ol.style.Style({
        stroke: new ol.style.Stroke({ color: colour(feature.get("rank") ? "--body-quiet-color" : "--rd-map-line", "#9a958a"), width: feature.get("rank") ? 1.2 : 1, lineDash: feature.get("rank") ? [4, 3] : undefined }),
        fill: feature.get("rank") ? undefined : new ol.style.Fill({ color: colour("--body-bg", "#fff") }),
        text: near ? new ol.style.Text({ text: feature.get("name") ?? "", font: "12px system-ui", overflow: false, fill: new ol.style.Fill({ color: colour("--body-quiet-color", "#555") }), stroke: new ol.style.Stroke({ color: colour("--body-bg", "#fff"), width: 3 }) }) : undefined,
      });
    }

    placeStyle() {
      const accent = colour("--secondary", "#0b6e6e");
      return new ol.style.Style({
        stroke: new ol.style.Stroke({ color: accent, width: 3 }),
        fill: new ol.style.Fill({ color: /^#[0-9a-f]{6}$/i.test(accent) ? `${accent}4d` : "rgb(11 110 110 / 30%)" }),
        image: new ol.style.Circle({ radius: 8, fill: new ol.style.Fill({ color: accent }), stroke: new ol.style.Stroke({ color: "#fff", width: 2 }) }),
      });
    }

    say(key) { this.status.textContent = this.texts[key]; }
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const root of document.querySelectorAll("[data-rd-map]")) root.placeMap = new PlaceMap(root);
  });
})();
