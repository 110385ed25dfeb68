/** The panel beside the map: what goes on in the period as a list, or what happens at one place in order of time. */

import { inLanguage } from "../address.mjs";
import { counted } from "../words.mjs";
import { byId, el, fill } from "./dom.mjs";

/**
 * @typedef {{text: any, choose: (place: string) => void, share: () => void, exportLinks: () => {map: string, files: LayerFile[]}}} Tools
 * @typedef {{layer: string, title: string, forms: [string, string][], query: URLSearchParams}} LayerFile
 */

/** @param {any} finding @param {Tools} tools */
function findingCard(finding, tools) {
  return el(`div.finding.${finding.kind}`, {},
    el("h3", {}, el("button.as-link", { type: "button", onclick: () => tools.choose(`finding:${finding.id}`) }, finding.title)),
    el("p", {}, finding.sentence));
}

/** The findings of one place: two in sight, so that its works are too. @param {any[]} findings @param {Tools} tools */
function foundHere(findings, tools) {
  const cards = findings.map((finding) => findingCard(finding, tools));
  return cards.length > 3 ? [...cards.slice(0, 2), el("details", {}, el("summary", {}, tools.text.moreFound(cards.length - 2)), ...cards.slice(2))] : cards;
}

/** @param {any} work @param {Tools} tools */
function workRow(work, tools) {
  const detail = [work.owner_name, work.dwellings ? tools.text.homes(work.dwellings) : "", work.status_label].filter(Boolean).join(" · ");
  return el("li", {}, el("button.row", { type: "button", onclick: () => tools.choose(`work:${work.id}`) },
    el(`span.swatch.${work.kind}.${work.status}`, { "aria-hidden": "true" }),
    el("span.what", {}, el("span.when", {}, work.period_text), el("strong", {}, work.name), el("span.who", {}, detail))));
}

/** @param {any} data overview @param {string} title @param {Tools} tools */
export function showList(data, title, tools) {
  const { text } = tools;
  const { figures } = data;
  const byWijk = new Map();
  for (const work of data.works) (byWijk.get(work.wijk ?? "") ?? byWijk.set(work.wijk ?? "", []).get(work.wijk ?? "")).push(work);
  const figure = (number, name) => el("li", {}, el("strong", {}, String(number)), ` ${counted(text, name, number).toLowerCase()}`);
  const links = tools.exportLinks();
  fill(byId("lijst"),
    el("h2", {}, title),
    el("ul.figures", {}, figure(data.works_total, "works"), figure(figures.dwellings_demolished, "demolished"), figure(figures.dwellings_built, "built"),
      figure(figures.dwellings_renovated, "renovated"), figure(figures.fallow_weeks, "fallow")),
    data.findings.length ? el("section", {}, el("h3", {}, text.findings), ...data.findings.slice(0, 6).map((f) => findingCard(f, tools)),
      data.findings.length > 6 && el("details", {}, el("summary", {}, text.found(data.findings.length)), ...data.findings.slice(6).map((f) => findingCard(f, tools)))) : el("p.muted", {}, text.noFindings),
    data.works.length ? null : el("p.muted", {}, text.noWorks),
    ...[...byWijk].sort(([a], [b]) => a.localeCompare(b)).map(([wijk, works]) => el("section", {},
      el("h3", {}, works[0].wijk_slug ? el("a", { href: inLanguage(`/wijken/${works[0].wijk_slug}/`) }, wijk) : "—"),
      el("ul.rows", {}, ...works.map((w) => workRow(w, tools))))),
    data.works_total > data.works.length && el("p.muted.small", {}, text.more(data.works_total - data.works.length)),
    folded(text.initiatives, data.counts.initiatives, data.initiatives_list.map((i) => simpleRow("initiatives", i.title, i.state_label, () => tools.choose(`initiative:${i.id}`)))),
    folded(text.centres, data.centres_list.length, data.centres_list.map((c) => simpleRow("centres", c.name, [c.state_label, c.opening_hours].filter(Boolean).join(" · "), () => tools.choose(`${c.lon},${c.lat}`)))),
    el("div.actions", {},
      el("button.button", { type: "button", onclick: tools.share }, text.share),
      el("button.button", { type: "button", onclick: () => print() }, text.print),
      el("a.button", { href: links.map }, text.export),
      fileMenu(links.files, text)),
  );
}

/** A menu of files: first the layer, then the form. @param {LayerFile[]} files @param {any} text */
function fileMenu(files, text) {
  const forms = el("ul");
  const show = (file) => fill(forms, ...file.forms.map(([form, title]) => el("li", {},
    el("a", { href: inLanguage(`/export/${file.layer}.${form}?${file.query}`), download: "", dataset: { export: "" } }, title))));
  const layers = el("select", { "aria-label": text.layer, onchange: (event) => show(files[event.target.selectedIndex]) },
    ...files.map((file) => el("option", { value: file.layer }, file.title)));
  if (files.length) show(files[0]);
  return el("details.files", {}, el("summary.button", {}, text.data), el("div", {}, files.length ? layers : el("p.muted.small", {}, text.allOff), forms,
    el("ul", {}, el("li", {}, el("a", { href: inLanguage("/export/mijn-buurt-assen.qgz"), download: "" }, text.qgis)))));
}

function folded(title, count, rows) {
  return rows.length ? el("details", {}, el("summary", {}, `${title} (${count})`), el("ul.rows", {}, ...rows)) : null;
}

function simpleRow(swatch, name, detail, onclick) {
  return el("li", {}, el("button.row", { type: "button", onclick }, el(`span.swatch.${swatch}`, { "aria-hidden": "true" }),
    el("span.what", {}, el("strong", {}, name), el("span.who", {}, detail))));
}

/** @param {any} data place @param {Tools & {back: () => void}} tools */
export function showPlace(data, tools) {
  const { text } = tools;
  // Fallow gaps stand between the works, where they happen.
  const steps = [...data.works.map((work) => ({ at: work.start, work })), ...data.fallow.map((gap) => ({ at: gap.start, gap }))].sort((a, b) => a.at.localeCompare(b.at));
  const looking = data.initiatives.filter((i) => i.looks_for_place);
  fill(byId("plek"),
    el("button.as-link.back", { type: "button", onclick: tools.back }, `‹ ${text.back}`),
    data.wijk && el("p.crumb", {}, [data.wijk.name, data.buurt?.name].filter(Boolean).join(" › ")),
    el("h2", { tabindex: "-1" }, data.title),
    ...foundHere(data.findings, tools),
    steps.length ? el("h3", {}, text.worksHere) : el("p.muted", {}, text.nothingHere),
    el("ol.story", {}, ...steps.map(({ work, gap }) => (work
      ? el("li", {}, el(`span.swatch.${work.kind}.${work.status}`, { "aria-hidden": "true" }),
        el("span.when", {}, work.period_text), el("strong", {}, work.name),
        el("span.who", {}, [work.owner_name, work.dwellings ? text.homes(work.dwellings) : "", work.status_label].filter(Boolean).join(" · ")),
        work.description && el("span.note", {}, work.description))
      : el("li.gap", {}, el("span.swatch", { "aria-hidden": "true" }), el("span.when", {}, gap.period_text), el("strong", {}, gap.text),
        looking.length > 0 && el("span.who", {}, looking.map((i) => i.title).join(", ")))))),
    data.initiatives.length > 0 && folded(text.initiatives, data.initiatives.length, data.initiatives.map((i) => simpleRow("initiatives", i.title, i.state_label, () => tools.choose(`initiative:${i.id}`)))),
    data.centres.length > 0 && folded(text.centres, data.centres.length, data.centres.map((c) => simpleRow("centres", c.name, [c.state_label, c.opening_hours].filter(Boolean).join(" · "), () => {}))),
    el("p.links", {}, data.wijk && el("a", { href: inLanguage(`/wijken/${data.wijk.slug}/`) }, `${text.dossier} ${data.wijk.name}`),
      el("button.as-link", { type: "button", onclick: tools.share }, text.sharePlace)),
  );
}

/** @param {"lijst"|"plek"} id @param {any} text @param {() => void} again */
export function showFailure(id, text, again) {
  fill(byId(id), el("p", {}, text.failed), el("button.button", { type: "button", onclick: again }, text.retry));
}
