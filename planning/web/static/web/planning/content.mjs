/** What stands on the board, as the service sent it, with what belongs to what. */

import { Calendar } from "./calendar.mjs";

/**
 * @typedef {{id: number, version: number, name: string, kind: string, status: string, owner: string, project: number|null,
 *   project_name: string, buurt: string, wijk: string, start: number, finish: number, precision: string, duration: number|null,
 *   earliest_start: number|null, latest_finish: number|null, actual_start: number|null, actual_finish: number|null,
 *   dwellings: number, bounds: [number, number, number, number]}} Work
 * @typedef {{id: number, rule: string, title: string, kind: string, severity: number, severity_label: string, sentence: string, works: number[]}} Finding
 * @typedef {{id: number|string, predecessor: number, successor: number, type: "FS"|"SS"|"FF"|"SF", minimum: number, maximum: number|null, reason: string}} Dependency
 * @typedef {{after: number, start: number, finish: number|null, weeks: number, followed_by: number|null, text: string}} Gap
 * @typedef {{title: string, detail: string, wijk: string, works: number[]}} Group
 * @typedef {{group: Group, work?: Work}} Row
 */

/** Works that are promised; they move only after a confirmation. */
const FIRM = new Set(["committed", "under_way", "done"]);

export class Content {
  /** @param {any} data answer of /api/board/ */
  constructor(data) {
    /** @type {number} */
    this.today = data.today;
    this.leftOut = data.left_out;
    this.figures = data.figures;
    this.mayChange = new Set(data.may_change);
    this.owners = Object.fromEntries(data.owners);
    this.bands = data.bands;
    this.calendar = new Calendar(data.days_off);
    this.daysOff = data.days_off;
    /** @type {Map<number, Work>} */
    this.works = new Map(data.works.map((row) => [row[0], Object.fromEntries(data.columns.map((name, i) => [name, row[i]]))]));
    /** @type {Group[]} */
    this.groups = data.groups;
    /** @type {Row[]} */
    this.rows = data.groups.flatMap((group) => [{ group }, ...group.works.map((id) => ({ group, work: this.works.get(id) }))]);
    /** @type {Finding[]} */
    this.findings = data.findings;
    /** @type {Dependency[]} */
    this.dependencies = data.dependencies;
    /** @type {Map<number, Gap>} */
    this.gaps = new Map(data.gaps.map((gap) => [gap.after, gap]));
    this.findingsOf = gather(this.findings, (finding) => finding.works);
    this.bandsOf = gather(this.bands, (band) => band.works);
  }

  /** First and last day there is anything. @returns {[number, number]} */
  get span() {
    let [first, last] = [this.today, this.today];
    for (const work of this.works.values()) { first = Math.min(first, work.start); last = Math.max(last, work.finish); }
    for (const gap of this.gaps.values()) last = Math.max(last, gap.finish ?? last);
    return [first, last];
  }

  /** Whether the viewer may change this work. @param {Work} work */
  isOwn(work) { return this.mayChange.has(work.owner); }

  /** Whether the viewer may try other dates: own works to save, others' to propose; what is done is past. @param {Work} work */
  canMove(work) { return this.mayChange.size > 0 && work.status !== "done" && work.actual_finish === null; }

  /** @param {Work} work */
  isFirm(work) { return FIRM.has(work.status); }

  /** @param {Work} work @returns {string} */
  ownerName(work) { return this.owners[work.owner] ?? work.owner; }
}

/** @template T @param {T[]} items @param {(item: T) => number[]} ids @returns {Map<number, T[]>} */
function gather(items, ids) {
  const found = new Map();
  for (const item of items) for (const id of ids(item)) (found.get(id) ?? found.set(id, []).get(id)).push(item);
  return found;
}
