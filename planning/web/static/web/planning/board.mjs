/** The one state that all parts of the page look at: content, draft, what is held, what is chosen, what was worked out. */

import { Draft } from "./draft.mjs";
import { config, count, words } from "./say.mjs";

/**
 * @typedef {{moved: Map<number, {start: number, finish: number}>, reasons: Map<number, string>, fresh: import("./content.mjs").Finding[],
 *   changed: Map<string, import("./content.mjs").Finding>, gone: Set<string>, breaks: {sentence: string, works: number[]}[], figures: any, failed?: string}} Outcome
 */

/** @type {Outcome} what follows where nothing was changed */
export const NOTHING = { moved: new Map(), reasons: new Map(), fresh: [], changed: new Map(), gone: new Set(), breaks: [], figures: null };

/** Seasons that stand behind all rows, whatever is chosen. */
const ALWAYS_SHOWN = new Set(["breeding-season", "frost", "building-holiday"]);

/** Events: "content", "dates" (detail: identities of works), "select", "outcome". */
export class Board extends EventTarget {
  constructor() {
    super();
    this.words = words;
    this.draft = new Draft(config.who);
    /** @type {import("./content.mjs").Content|null} */
    this.content = null;
    /** @type {number|null} */
    this.selected = null;
    /** @type {number|null} the row that Tab comes to */
    this.tabStop = null;
    /** @type {{id: number, start: number, finish: number}|null} the bar in somebody's hand */
    this.held = null;
    /** @type {Outcome} what the draft and the held bar set in motion */
    this.outcome = NOTHING;
    /** @type {number[]|null} a circle that was just refused */
    this.circle = null;
    /** @type {{from: {x: number, y: number}, to: {x: number, y: number}}|null} a dependency being drawn */
    this.drawing = null;
    this.hiddenBands = new Set();
    /** @type {Map<number, {start: number, finish: number}>} where works would stand in a better sequence */
    this.better = new Map();
    let before = new Set();
    this.draft.addEventListener("change", () => {
      const now = new Set(this.draft.edits.keys());
      this.tell("dates", [...new Set([...before, ...now, ...this.outcome.moved.keys(), this.selected ?? -1])]);
      before = now;
    });
  }

  /** @param {string} name @param {unknown} [detail] */
  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  /** @param {import("./content.mjs").Content} content */
  show(content) {
    this.content = content;
    if (this.selected !== null && !content.works.has(this.selected)) this.selected = null;
    this.tabStop = this.selected ?? content.rows.find((row) => row.work)?.work?.id ?? null;
    this.tell("content");
    this.draft.follow(content);
  }

  /** @param {number|null} id @param {string} [by] where it was chosen, so that this part need not follow itself */
  select(id, by = "") {
    if (id === this.selected) return;
    const old = this.selected;
    this.selected = id;
    if (id !== null) this.tabStop = id;
    this.tell("select", { id, old, by });
  }

  get chosen() { return this.selected === null ? null : this.content?.works.get(this.selected) ?? null; }

  /** Where a work stands now: in the hand, in the draft, pushed by these, or as it is kept. @param {import("./content.mjs").Work} work */
  dates(work) {
    if (this.held?.id === work.id) return this.held;
    return this.draft.edits.get(work.id) ?? this.outcome.moved.get(work.id) ?? work;
  }

  /** @param {number} id */
  isChanged(id) { return this.draft.edits.has(id) || this.held?.id === id || this.outcome.moved.has(id); }

  /** Take a bar in hand and try dates. @param {number} id @param {number} start @param {number} finish */
  hold(id, start, finish) {
    if (this.held?.id === id && this.held.start === start && this.held.finish === finish) return;
    this.held = { id, start, finish };
    this.tell("dates", [id]);
    this.tell("held");
  }

  /** Show other dates beside those of now. @param {Map<number, {start: number, finish: number}>} better */
  compare(better) {
    const ids = [...new Set([...this.better.keys(), ...better.keys()])].filter((id) => JSON.stringify(this.better.get(id)) !== JSON.stringify(better.get(id)));
    this.better = better;
    this.tell("dates", ids);
  }

  /** Put it back where it was. */
  release() { this.letGo(); }

  /** Put it down here, as one step that can be undone. */
  drop() {
    const { held } = this;
    this.letGo();
    if (held) this.draft.move([held]);
  }

  letGo() {
    const id = this.held?.id;
    this.held = null;
    if (id !== undefined) this.tell("dates", [id]);
    this.tell("held");
  }

  /** All works that would get other dates, by hand or as a consequence. @returns {{work: import("./content.mjs").Work, start: number, finish: number, version: number, byHand: boolean}[]} */
  get changes() {
    const found = [];
    for (const [id, edit] of this.draft.edits) { const work = this.content.works.get(id); if (work) found.push({ work, start: edit.start, finish: edit.finish, version: edit.version, byHand: true }); }
    for (const [id, dates] of this.outcome.moved) { const work = this.content.works.get(id); if (work && !this.draft.edits.has(id)) found.push({ work, ...dates, version: work.version, byHand: false }); }
    return found;
  }

  /** What the service worked out. @param {Outcome} outcome */
  worked(outcome) {
    const touched = ({ moved, fresh, changed }) => [...moved.keys(), ...[...fresh, ...changed.values()].flatMap((finding) => finding.works)];
    const ids = new Set([...touched(this.outcome), ...touched(outcome)]);
    for (const finding of this.content?.findings ?? []) if (outcome.gone.has(finding.key) !== this.outcome.gone.has(finding.key)) for (const id of finding.works) ids.add(id);
    this.outcome = outcome;
    this.tell("dates", [...ids]);
    this.tell("outcome");
  }

  /** What is found as things would stand: what is new, then what stays. @returns {import("./content.mjs").Finding[]} */
  get findings() { return [...this.outcome.fresh, ...this.still(this.content?.findings ?? [])]; }

  /** @param {number} id @returns {import("./content.mjs").Finding[]} */
  findingsOf(id) { return [...this.outcome.fresh.filter((finding) => finding.works.includes(id)), ...this.still(this.content?.findingsOf.get(id) ?? [])]; }

  /** Those that do not go away, in the words they would have. @param {import("./content.mjs").Finding[]} findings */
  still(findings) { return findings.filter((finding) => !this.outcome.gone.has(finding.key)).map((finding) => this.outcome.changed.get(finding.key) ?? finding); }

  /** @param {import("./content.mjs").Finding} finding */
  isFresh(finding) { return this.outcome.fresh.includes(finding); }

  /** The fallow ground after a demolition at the dates of now. @param {import("./content.mjs").Work} work */
  gapOf(work) {
    const gap = this.content?.gaps.get(work.id);
    if (!gap) return null;
    const follower = gap.followed_by === null ? null : this.content.works.get(gap.followed_by);
    const end = gap.finish ?? this.content.span[1];
    if (!this.isChanged(work.id) && !(follower && this.isChanged(follower.id))) return { ...gap, finish: end };
    const start = this.isChanged(work.id) ? this.dates(work).finish : gap.start;
    const finish = follower && this.isChanged(follower.id) ? this.dates(follower).start : end;
    // What a temporary use fills stays filled.
    const filled = Math.max(0, end - gap.start - gap.weeks * 7 - 6);
    const weeks = Math.max(0, Math.floor((finish - start - filled) / 7));
    return { ...gap, start, finish, weeks, text: count("fallow", weeks) };
  }

  /** Seasons that are of few works show only while one of them is chosen. @param {{rule: string}} band */
  showsBand(band) {
    if (this.hiddenBands.has(band.rule)) return false;
    return ALWAYS_SHOWN.has(band.rule) || Boolean(this.content?.bandsOf.get(this.selected ?? -1)?.includes(band));
  }
}
