/** One row of the timeline: who and what, its bar, the fallow ground after it, and what is found about it. */

import { el } from "../kaart/dom.mjs";
import { count, periodText, say, words } from "./say.mjs";

const LEAST_WIDTH = 5;

/** @param {import("./content.mjs").Group} group */
export function headRow(group) {
  return el("div.row.head", { role: "row" }, el("div.name", { role: "rowheader" }, el("strong", {}, group.title), group.detail && el("span", {}, group.detail)));
}

/**
 * A row; one that is there already keeps its place and its focus.
 * @param {import("./content.mjs").Work} work @param {import("./timeline.mjs").Timeline} timeline @param {HTMLElement} [node]
 */
export function workRow(work, timeline, node = el("div", { role: "row", dataset: { work: work.id } })) {
  const { board, scale } = timeline;
  const { content } = board;
  const dates = board.dates(work);
  const chosen = board.selected === work.id;
  const findings = board.findingsOf(work.id);
  const lane = el("div.lane", { role: "gridcell" });
  lane.append(...gapNodes(work, board, scale), ...ghostNodes(work, board, scale), barNode(work, dates, board, scale, findings),
    ...markNodes(work, dates, board, scale, findings), el("span.visually-hidden", {}, `${periodText(dates.start, dates.finish)}, ${words.statuses[work.status]}`));
  node.className = `row work${chosen ? " chosen" : ""}${board.isChanged(work.id) ? " changed" : ""}${board.held?.id === work.id ? " held" : ""}`;
  node.tabIndex = board.tabStop === work.id ? 0 : -1;
  node.setAttribute("aria-selected", String(chosen));
  node.setAttribute("aria-label", described(work, dates, content, findings, board));
  node.replaceChildren(el("div.name", { role: "rowheader", title: work.name },
    el("span.what", { title: work.name }, work.name), el("span.who", {}, content.ownerName(work)), el("span.when", {}, periodText(dates.start, dates.finish))), lane);
  return node;
}

function described(work, dates, content, findings, board) {
  const values = { name: work.name, kind: words.kinds[work.kind], owner: content.ownerName(work), period: periodText(dates.start, dates.finish), status: words.statuses[work.status] };
  return [say("described", values), ...findings.slice(0, 2).map((finding) => say("described_finding", { title: finding.title })), board.isChanged(work.id) && say("draft_mark")].filter(Boolean).join(", ");
}

function put(node, left, width) {
  node.style.left = `${left}px`;
  node.style.width = `${width}px`;
  return node;
}

function barNode(work, { start, finish }, board, scale, findings) {
  const clash = findings.some((finding) => finding.kind === "conflict");
  const firm = board.content.isFirm(work);
  const names = [work.kind, work.status, firm ? "firm" : "open", clash && "clash", board.draft.pinned.has(work.id) && "pinned"].filter(Boolean);
  const node = el(`div.bar.${names.join(".")}`, {});
  put(node, scale.x(start), Math.max(LEAST_WIDTH, (finish - start) * scale.perDay));
  if (board.draft.pinned.has(work.id)) node.append(el("span.pin", {}, say("pinned")));
  if (board.content.canMove(work)) node.append(el("i.grip.start", { dataset: { grip: "start" } }), el("i.grip.finish", { dataset: { grip: "finish" } }), el("i.knob.start", { dataset: { knob: "start" } }), el("i.knob.finish", { dataset: { knob: "finish" } }));
  return node;
}

/** Where a changed work stands for the others, and where it would stand in a better sequence. */
function ghostNodes(work, board, scale) {
  const at = (tag, { start, finish }) => put(el(tag, {}), scale.x(start), Math.max(LEAST_WIDTH, (finish - start) * scale.perDay));
  const better = board.better.get(work.id);
  return [board.isChanged(work.id) && at("div.ghost", work), better && at("div.better-bar", better)].filter(Boolean);
}

function gapNodes(work, board, scale) {
  const gap = board.gapOf(work);
  if (!gap || gap.finish <= gap.start) return [];
  const width = (gap.finish - gap.start) * scale.perDay;
  const node = put(el("div.gap", {}), scale.x(gap.start), width);
  const text = el("span", {}, gap.text);
  node.append(text);
  node.classList.toggle("tight", width < 110);
  return [node];
}

/** What is found, in words beside the bar: the worst, and how many more. */
function markNodes(work, dates, board, scale, findings) {
  if (!findings.length) return [];
  const [worst] = findings;
  const more = findings.length - 1;
  const gap = board.gapOf(work);
  const gapRoom = gap && (gap.finish - gap.start) * scale.perDay < 110 ? 110 : 0;
  const end = Math.max(scale.x(dates.finish), scale.x(dates.start) + LEAST_WIDTH, gap ? scale.x(gap.finish) + gapRoom : 0);
  const fresh = board.isFresh(worst);
  const node = el(`button.mark.${worst.kind}${fresh ? ".fresh" : ""}`, { type: "button", tabindex: -1, title: worst.sentence, dataset: { finding: worst.id } },
    el("span", { "aria-hidden": "true" }, worst.kind === "conflict" ? "▲" : "◆"), " ", more ? say("more_findings", { title: worst.title, n: more }) : worst.title);
  node.style.left = `${end + 8}px`;
  return [node];
}
