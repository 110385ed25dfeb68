/** Below the timeline: what is found, worst first; what an edit would bring or solve stands in front. */

import { byId, debounce, el, fill } from "../kaart/dom.mjs";
import { say } from "./say.mjs";

const MOST = 12;

export class Cards {
  /** @param {import("./board.mjs").Board} board @param {{choose: (id: number) => void}} tools */
  constructor(board, tools) {
    this.board = board;
    this.tools = tools;
    this.all = false;
    this.node = byId("bevindingen");
    for (const name of ["content", "outcome"]) board.addEventListener(name, () => this.draw());
    // Who runs through the rows by keys is followed when at rest.
    board.addEventListener("select", debounce(() => this.draw(), 120));
    board.addEventListener("finding", (event) => this.open(/** @type {CustomEvent} */ (event).detail.id));
  }

  draw() {
    const { board } = this;
    if (!board.content) return;
    const gone = board.content.findings.filter((finding) => board.outcome.gone.has(finding.key));
    const mine = board.selected;
    const rest = board.findings.filter((finding) => !board.isFresh(finding));
    // Those of the chosen work come first, so that a choice in the timeline shows here.
    const kept = mine === null ? rest : [...rest.filter((f) => f.works.includes(mine)), ...rest.filter((f) => !f.works.includes(mine))];
    const marked = [...board.outcome.fresh.map((f) => [f, "fresh"]), ...gone.map((f) => [f, "gone"]), ...kept.map((f) => [f, mine !== null && f.works.includes(mine) ? "near" : ""])];
    // A plan of 1,000 works has hundreds of findings: only what is shown is made.
    const cards = this.all ? marked : marked.slice(0, MOST);
    fill(this.node, ...cards.map(([finding, mark]) => this.card(finding, mark)), marked.length === 0 && el("p.muted.none", {}, say("no_findings")),
      marked.length > cards.length && el("button.button.more", { type: "button", onclick: () => { this.all = true; this.draw(); } }, say("more", { n: marked.length - cards.length })));
  }

  /** @param {import("./content.mjs").Finding} finding @param {string} mark */
  card(finding, mark) {
    const { content } = this.board;
    const owners = [...new Set(finding.works.map((id) => content.works.get(id)).filter(Boolean).map((work) => content.ownerName(work)))];
    const label = mark === "fresh" ? say("new") : mark === "gone" ? say("solved") : finding.severity_label;
    const first = finding.works.find((id) => content.works.has(id));
    return el(`article.card.${finding.kind}${finding.rule === "fallow-ground" ? ".fallow" : ""}${mark ? `.${mark}` : ""}`, { dataset: { finding: finding.id ?? "" } },
      el("h3", {}, el("button.as-link", { type: "button", onclick: () => { if (first !== undefined) this.tools.choose(first); document.dispatchEvent(new CustomEvent("planning:finding", { detail: { id: finding.id } })); } }, finding.title)),
      el("span.label", {}, label), el("p", {}, finding.sentence), el("p.who.small", {}, owners.join(", ")));
  }

  /** Bring the card of a finding on the screen. @param {string} id */
  open(id) {
    if (!this.node.querySelector(`[data-finding="${CSS.escape(id)}"]`)) { this.all = true; this.draw(); }
    this.node.querySelector(`[data-finding="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
