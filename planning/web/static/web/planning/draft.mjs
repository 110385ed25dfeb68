/** What was changed and not yet saved: other dates, pins, dependencies; with undo and redo, kept on this device. */

import { circleWith } from "./circle.mjs";

const KEPT = "planning-draft";
const DEEPEST = 100;

/**
 * @typedef {{start: number, finish: number}} Dates
 * @typedef {{dates: {id: number, before: Dates, after: Dates}[], added?: import("./content.mjs").Dependency[], removed?: import("./content.mjs").Dependency[]}} Step
 */

export class Draft extends EventTarget {
  /** @param {string} who whose draft this is; another person on this device has another */
  constructor(who) {
    super();
    this.key = `${KEPT}:${who}`;
    /** @type {Map<number, Dates & {version: number, was: Dates}>} */
    this.edits = new Map();
    /** @type {import("./content.mjs").Dependency[]} */
    this.added = [];
    /** @type {Map<number|string, import("./content.mjs").Dependency>} */
    this.removed = new Map();
    /** @type {Set<number>} */
    this.pinned = new Set();
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = [];
    /** @type {import("./content.mjs").Content|null} */
    this.content = null;
    this.isKept = true;
    this.restore();
  }

  /** What the service holds; edits that it holds already are no edits any more. @param {import("./content.mjs").Content} content */
  follow(content) {
    this.content = content;
    for (const [id, edit] of this.edits) {
      const work = content.works.get(id);
      if (work && work.start === edit.start && work.finish === edit.finish) this.edits.delete(id);
    }
    const known = new Set(content.dependencies.map(keyOf));
    this.added = this.added.filter((dependency) => !known.has(keyOf(dependency)));
    const there = new Set(content.dependencies.map((dependency) => dependency.id));
    for (const id of this.removed.keys()) if (!there.has(id)) this.removed.delete(id);
    this.tell();
  }

  get size() { return this.edits.size + this.added.length + this.removed.size; }

  /** @param {import("./content.mjs").Work} work @returns {Dates} */
  dates(work) { return this.edits.get(work.id) ?? work; }

  /** All dependencies as they would be. */
  get dependencies() { return [...(this.content?.dependencies ?? []).filter((dependency) => !this.removed.has(dependency.id)), ...this.added]; }

  /** Give works other dates, as one step to undo. @param {{id: number, start: number, finish: number}[]} changes */
  move(changes) {
    const dates = changes.flatMap(({ id, start, finish }) => {
      const work = this.content?.works.get(id);
      if (!work) return [];
      const { start: s, finish: f } = this.dates(work);
      return s === start && f === finish ? [] : [{ id, before: { start: s, finish: f }, after: { start, finish } }];
    });
    if (dates.length) this.take({ dates });
  }

  /** The circle that a dependency would close, as identities of works; null where it closes none. @param {number} predecessor @param {number} successor */
  circle(predecessor, successor) { return circleWith(this.dependencies, predecessor, successor); }

  /** @param {Omit<import("./content.mjs").Dependency, "id">} dependency */
  tie(dependency) { this.take({ dates: [], added: [{ ...dependency, id: `new-${Date.now()}-${this.added.length}` }] }); }

  /** @param {import("./content.mjs").Dependency} dependency */
  untie(dependency) { this.take({ dates: [], removed: [dependency] }); }

  /** @param {number} id @param {boolean} on */
  pin(id, on) {
    if (on) this.pinned.add(id); else this.pinned.delete(id);
    this.keep();
    this.tell();
  }

  undo() {
    const step = this.done.pop();
    if (!step) return null;
    this.undone.push(step);
    this.apply(reverse(step));
    return step;
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    this.done.push(step);
    this.apply(step);
    return step;
  }

  /** Leave everything as the service holds it; this too can be undone. */
  drop() {
    const dates = [...this.edits].map(([id, edit]) => ({ id, before: { start: edit.start, finish: edit.finish }, after: edit.was }));
    this.take({ dates, added: [...this.removed.values()], removed: [...this.added] });
  }

  /** Let go of everything, for it is kept elsewhere; there is nothing to undo here any more. */
  forget() {
    this.edits.clear();
    this.added = [];
    this.removed.clear();
    this.pinned.clear();
    this.done = [];
    this.undone = [];
    this.keep();
    this.tell();
  }

  /** @param {Step} step */
  take(step) {
    this.done = [...this.done, step].slice(-DEEPEST);
    this.undone = [];
    this.apply(step);
  }

  /** @param {Step} step */
  apply(step) {
    for (const { id, after } of step.dates) this.set(id, after);
    for (const dependency of step.added ?? []) if (!this.removed.delete(dependency.id)) this.added.push(dependency);
    for (const dependency of step.removed ?? []) {
      const at = this.added.findIndex((other) => other.id === dependency.id);
      // Once saved it has another identity, but is the same.
      const saved = this.content?.dependencies.find((other) => keyOf(other) === keyOf(dependency));
      if (at >= 0) this.added.splice(at, 1);
      else if (saved) this.removed.set(saved.id, saved);
    }
    this.keep();
    this.tell();
  }

  /** @param {number} id @param {Dates} dates */
  set(id, { start, finish }) {
    const work = this.content?.works.get(id);
    if (!work) return;
    if (work.start === start && work.finish === finish) { this.edits.delete(id); return; }
    // The version is that of the first look: what changed since is found out when it is saved.
    const old = this.edits.get(id);
    this.edits.set(id, { start, finish, version: old?.version ?? work.version, was: old?.was ?? { start: work.start, finish: work.finish } });
  }

  /** After a look at both versions: go on from what the service holds now. @param {number} id @param {boolean} mine whether to keep one's own dates */
  settle(id, mine) {
    const [edit, work] = [this.edits.get(id), this.content?.works.get(id)];
    if (!edit || !work) return;
    if (mine) this.edits.set(id, { ...edit, version: work.version, was: { start: work.start, finish: work.finish } });
    else this.edits.delete(id);
    this.keep();
    this.tell();
  }

  keep() {
    try {
      if (this.size || this.pinned.size) localStorage.setItem(this.key, JSON.stringify({ edits: [...this.edits], added: this.added, removed: [...this.removed], pinned: [...this.pinned] }));
      else localStorage.removeItem(this.key);
      this.isKept = true;
    } catch { this.isKept = false; /* A device that keeps nothing: the draft lives as long as the page. */ }
  }

  restore() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
      if (!kept) return;
      this.edits = new Map(kept.edits);
      this.added = kept.added;
      this.removed = new Map(kept.removed);
      this.pinned = new Set(kept.pinned);
    } catch { /* What cannot be read is no draft. */ }
  }

  tell() { this.dispatchEvent(new Event("change")); }
}

/** @param {import("./content.mjs").Dependency} dependency */
const keyOf = (dependency) => `${dependency.predecessor}:${dependency.successor}:${dependency.type}`;

/** @param {Step} step @returns {Step} */
const reverse = (step) => ({ dates: step.dates.map(({ id, before, after }) => ({ id, before: after, after: before })), added: step.removed, removed: step.added });
