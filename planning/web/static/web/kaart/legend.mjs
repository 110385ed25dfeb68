/** The legend that is the layer switch: swatch, name, count; per group an opacity. */

import { byId, el } from "./dom.mjs";

/** Order in which kinds stand under an owner. */
const ORDER = ["relocation", "demolition", "site_preparation", "new_build", "renovation", "sewer", "cables_pipes", "heat_network",
  "street", "square", "green", "play_area", "temporary_use", "event"];

export class Legend {
  /**
   * @param {any} all overview of the whole time, for owners and kinds there are
   * @param {any} config @param {any} text
   * @param {{state: import("./state.mjs").State, change: () => void, basemap: (on: boolean) => void}} app
   */
  constructor(all, config, text, app) {
    this.app = app;
    this.counts = new Map();
    const owners = Object.entries(all.counts.owners).sort(([, a], [, b]) => b.total - a.total);
    byId("lagen-inhoud").replaceChildren(
      this.group("areas", text.areas, [["areas", "area", text.wijkenBuurten]], text),
      ...owners.map(([slug, owner], index) => this.group(index === 0 ? "works" : "", owner.name,
        ORDER.filter((k) => owner.kinds[k]).map((k) => [`${slug}:${k}`, k, capital(config.kinds[k])]), text)),
      el("p.note-dashed.muted.small", {}, el("span.swatch.new_build.planned", { "aria-hidden": "true" }), text.dashed),
      this.group("people", text.residents, [["initiatives", "initiatives", text.initiatives], ["centres", "centres", text.centres], ["meetings", "meetings", text.meetings]], text),
      this.group("findings", text.tuning, [["conflict", "conflict", text.conflict], ["opportunity", "opportunity", text.opportunity]], text),
      this.group("", "", [["streets", "streets", text.streets], ["addresses", "addresses", text.addresses]], text),
      el("label.layer", {}, el("input", { type: "checkbox", checked: app.state.basemap, "aria-describedby": "achtergrond-uitleg", onchange: (e) => app.basemap(e.target.checked) }), el("span.name", {}, text.basemap)),
      el("p.muted.small", { id: "achtergrond-uitleg" }, text.basemapWhat),
    );
  }

  /** @param {string} opacity group whose opacity stands here, or "" @param {string} title @param {[string, string, string][]} rows */
  group(opacity, title, rows, text) {
    const { state, change } = this.app;
    return el("fieldset", {},
      title && el("legend", {}, title),
      ...rows.map(([key, swatch, name]) => {
        const count = el("span.count");
        this.counts.set(key, count);
        return el("label.layer", {},
          el("input", { type: "checkbox", checked: !state.off.has(key), dataset: { layer: key }, onchange: (e) => {
            if (e.target.checked) state.off.delete(key); else state.off.add(key);
            change();
          } }),
          el(`span.swatch.${swatch}`, { "aria-hidden": "true" }), el("span.name", {}, name), count);
      }),
      opacity && el("details.opacity", {}, el("summary", {}, opacity === "works" ? `${text.opacity}: ${text.works.toLowerCase()}` : text.opacity),
        el("input", { type: "range", min: 10, max: 100, step: 10, value: String(state.opacity[opacity] ?? 100), "aria-label": `${text.opacity} ${opacity === "works" ? text.works : title}`, oninput: (e) => {
          state.opacity[opacity] = Number(e.target.value);
          change();
        } })),
    );
  }

  /** Follow the period. @param {any} counts of the overview */
  update(counts) {
    for (const [key, node] of this.counts) {
      const [owner, kind] = key.split(":");
      const number = kind ? counts.owners[owner]?.kinds[kind] ?? 0
        : { areas: counts.buurten, initiatives: counts.initiatives, centres: counts.centres, meetings: counts.meetings, conflict: counts.conflicts, opportunity: counts.opportunities, addresses: counts.addresses, streets: counts.streets }[key];
      node.textContent = String(number ?? 0);
      node.closest("label").classList.toggle("none", !number);
    }
  }
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
