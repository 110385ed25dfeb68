/**
 * Files that say how far they are: a click on a link with `data-export` shows a bar, and a button to stop.
 *
 * The server answers with lines that count, and the file after them (geo/export/watched.py). Without this script, or
 * with a key that opens a new tab, the link is a plain one to the same file.
 */

import { words } from "./words.mjs";

const MEDIA = "application/vnd.mijn-buurt.export";
const PATIENCE_MS = 400;
const STAYS_MS = 6000;

// A page without files has no words for them.
const text = words(JSON.parse(document.getElementById("export-words")?.textContent ?? "{}"));
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);
const sizes = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** @param {number} bytes */
function sizeText(bytes) {
  return bytes < 1e6 ? `${number.format(Math.max(1, Math.round(bytes / 1e3)))} kB` : `${sizes.format(bytes / 1e6)} MB`;
}

/**
 * Split what comes in into lines and, after the last of these, a file.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {(said: any) => void} tell called per line @param {(bytes: number) => void} got called per piece of the file
 * @returns {Promise<{last: any, parts: Uint8Array[]}>}
 */
export async function readWatched(reader, tell, got) {
  const decoder = new TextDecoder();
  let held = new Uint8Array();
  let last = null;
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    let piece = value;
    if (last === null) {
      const joined = new Uint8Array(held.length + piece.length);
      joined.set(held);
      joined.set(piece, held.length);
      let begin = 0;
      for (let end = joined.indexOf(10); last === null && end >= 0; end = joined.indexOf(10, begin)) {
        const said = JSON.parse(decoder.decode(joined.subarray(begin, end)));
        begin = end + 1;
        tell(said);
        if ("size" in said || "error" in said) last = said;
      }
      held = joined.subarray(begin);
      if (last === null) continue;
      piece = held;
    }
    if (piece.length) { parts.push(piece); size += piece.length; got(size); }
  }
  if (last === null || (last.size !== undefined && last.size !== size)) throw new Error(text.failed);
  return { last, parts };
}

/** The panel that says how far a file is; one per file. */
class Progress {
  /** @param {() => void} stop */
  constructor(stop) {
    this.stop = stop;
    this.node = document.createElement("section");
    this.node.className = "export-progress panel";
    this.node.setAttribute("aria-label", text.title);
    this.said = document.createElement("p");
    this.said.setAttribute("role", "status");
    this.bar = document.createElement("progress");
    this.bar.setAttribute("aria-label", text.starting);
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button";
    this.button.textContent = text.stop;
    this.button.addEventListener("click", () => this.stop());
    this.node.append(this.said, this.bar, this.button);
    // What is done at once needs no bar.
    this.timer = setTimeout(() => this.open(), PATIENCE_MS);
  }

  open() {
    clearTimeout(this.timer);
    holder().append(this.node);
  }

  /** @param {string} words @param {number} [done] @param {number} [total] */
  show(words, done, total) {
    if (this.said.textContent !== words) this.said.textContent = words;
    if (total) { this.bar.max = total; this.bar.value = Math.min(done ?? 0, total); } else this.bar.removeAttribute("value");
  }

  /** Say how it ended. @param {string} words @param {boolean} stays until it is closed */
  end(words, stays) {
    this.open();
    this.said.textContent = words;
    this.bar.remove();
    this.button.textContent = text.close;
    this.stop = () => this.node.remove();
    if (!stays) setTimeout(() => this.node.remove(), STAYS_MS);
  }
}

function holder() {
  const found = document.querySelector(".exports");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "exports";
  document.body.append(made);
  return made;
}

/** @param {string} address */
export async function take(address) {
  const controller = new AbortController();
  const progress = new Progress(() => controller.abort());
  let total = 0;
  progress.show(text.starting);
  try {
    const response = await fetch(address, { headers: { Accept: MEDIA }, signal: controller.signal });
    if (!response.ok || !response.body) throw new Error((await response.json().catch(() => ({}))).detail || text.failed);
    let size = 0;
    const tell = (said) => {
      if ("total" in said) total = said.total;
      if ("written" in said) progress.show(said.written < total ? text.making(number.format(said.written), number.format(total)) : text.finishing, said.written, total);
      if ("size" in said) size = said.size;
    };
    const got = (bytes) => progress.show(text.fetching(Math.round((100 * bytes) / Math.max(1, size))), bytes, size);
    const { last, parts } = await readWatched(response.body.getReader(), tell, got);
    if (last.error) throw new Error(last.error);
    save(new Blob(parts, { type: last.media }), last.name);
    progress.end(text.ready(last.name, sizeText(last.size)), false);
  } catch (error) {
    const stopped = /** @type {Error} */ (error).name === "AbortError";
    const known = error instanceof Error && !(error instanceof TypeError) && !(error instanceof SyntaxError);
    progress.end(stopped ? text.stopped : known ? error.message : text.failed, !stopped);
  }
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest?.("a[data-export]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  take(/** @type {HTMLAnchorElement} */ (link).href);
});
