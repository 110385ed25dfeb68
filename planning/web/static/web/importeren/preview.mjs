/** The rows of a draft beside their map: each chooses in the other, and rows are mended without losing the place. */

import { DraftMap } from "./map.mjs";

const rows = () => /** @type {HTMLElement} */ (document.getElementById("rijen"));
const config = () => JSON.parse(document.getElementById("import-kaart")?.textContent ?? "{}");
/** @type {DraftMap|null} */
let map = null;

/** Put the rows of another answer in place of these. @param {string} html */
function swap(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("rijen");
  if (!fresh) return false;
  rows().replaceWith(fresh);
  const notes = document.getElementById("meldingen");
  const said = page.getElementById("meldingen");
  if (notes && said) notes.replaceChildren(...said.childNodes);
  map?.follow(config());
  return true;
}

/** @param {string} address @param {RequestInit} [options] */
async function load(address, options) {
  rows().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, options);
    const html = await answer.text();
    if (!answer.ok || !swap(html)) { location.assign(answer.url); return ""; }
    return answer.url;
  } catch {
    location.assign(address);
    return "";
  }
}

/** Show a row in the table and on the map. @param {HTMLElement} row @param {boolean} move fly there */
function choose(row, move) {
  for (const other of document.querySelectorAll("tr.chosen")) other.classList.remove("chosen");
  row.classList.add("chosen");
  if (row.dataset.bbox && move) map?.goTo(row.dataset.bbox);
  map?.mark(row.classList.contains("gone") ? -1 : Number(row.dataset.number));
}

/** @param {string} address */
function focusOn(address) {
  const id = decodeURIComponent(new URL(address, location.href).hash.slice(1));
  const row = id ? document.getElementById(id) : null;
  if (!row) return false;
  row.scrollIntoView({ block: "nearest" });
  if (row instanceof HTMLElement && row.dataset.number) choose(row, false);
  /** @type {HTMLElement|null} */ (row.querySelector("input:not([type=hidden]), textarea, a"))?.focus({ preventScroll: true });
  return true;
}

document.addEventListener("click", async (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const link = /** @type {HTMLAnchorElement|null} */ (target.closest("#rijen a[data-swap], #rijen a[data-show]"));
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = /** @type {HTMLElement|null} */ (link.closest("tr"));
  if (link.hasAttribute("data-show") && (!map || !row)) return;
  event.preventDefault();
  if (link.hasAttribute("data-show") && row) { choose(row, true); return; }
  const reached = await load(link.href);
  if (!reached) return;
  history.pushState(null, "", link.href);
  if (!focusOn(link.href)) /** @type {HTMLElement|null} */ (document.querySelector(".filters [aria-current]"))?.focus();
});

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.once !== undefined) {
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("button.primary"));
    button.textContent = form.dataset.once;
    setTimeout(() => { button.disabled = true; });
    return;
  }
  if (form.dataset.swap === undefined) return;
  event.preventDefault();
  const row = form.closest("tr")?.id;
  const reached = await load(form.action, { method: "POST", body: new FormData(form) });
  if (!reached) return;
  history.replaceState(null, "", reached);
  // A row that is mended may have left the list; what became of it is said above.
  if (!row || !focusOn(`#${row}`)) document.getElementById("meldingen")?.focus();
});

addEventListener("popstate", () => load(location.href));
// Kept in the browser's memory with its button pressed: ask anew.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

/** @param {{number?: number, work?: number}} found */
async function found({ number, work }) {
  const selector = number === undefined ? `tr[data-work="${work}"].gone` : `tr[data-number="${number}"]:not(.gone)`;
  let row = /** @type {HTMLElement|null} */ (document.querySelector(selector));
  if (!row) {
    const query = number === undefined ? "uitkomst=gone" : `uitkomst=&rij=${number}`;
    if (!await load(`${location.pathname}?${query}`)) return;
    history.replaceState(null, "", `${location.pathname}?${query}`);
    row = document.querySelector(selector);
  }
  if (!row) return;
  choose(row, false);
  row.scrollIntoView({ block: "center" });
}

await document.fonts.load("16px Buurtletter").catch(() => []);
try {
  map = new DraftMap("kaart", config(), found);
  window.kaart = map.map;
} catch {
  document.querySelector(".import-map")?.remove();
}
const start = new URLSearchParams(location.search).get("rij");
const first = start ? document.querySelector(`tr[data-number="${CSS.escape(start)}"]`) : null;
if (first instanceof HTMLElement) choose(first, true);
