/** The search box: a combobox over wijken, streets, projects, works and postcodes. */

import { ask } from "./api.mjs";
import { byId, debounce, el } from "./dom.mjs";

/** @param {any} text @param {(result: any) => void} choose */
export function startSearch(text, choose) {
  const input = /** @type {HTMLInputElement} */ (byId("zoek"));
  const list = byId("zoek-lijst");
  let results = [];
  let active = -1;

  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); active = -1; };
  const pick = (index) => { const result = results[index]; if (!result) return; input.value = result.label; close(); choose(result); };
  const point = (index) => {
    active = (index + results.length) % results.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", `gevonden-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  const look = debounce(async () => {
    const asked = input.value.trim();
    if (asked.length < 2) return close();
    const data = await ask("search", "/api/search/", { q: asked }).catch(() => ({ results: [] }));
    if (!data) return;
    results = data.results;
    list.replaceChildren(...(results.length
      ? results.map((r, i) => el("li", { role: "option", id: `gevonden-${i}`, "aria-selected": "false", onmousedown: (e) => { e.preventDefault(); pick(i); } }, el("strong", {}, r.label), el("span.muted.small", {}, r.detail)))
      : [el("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, text.nothingFound)]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    active = -1;
    byId("melding").textContent = text.found(results.length);
  }, 180);

  input.addEventListener("input", look);
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { close(); event.stopPropagation(); }
    else if (event.key === "ArrowDown" && results.length) { event.preventDefault(); point(active + 1); }
    else if (event.key === "ArrowUp" && results.length) { event.preventDefault(); point(active - 1); }
    else if (event.key === "Enter" && !list.hidden) { event.preventDefault(); pick(Math.max(active, 0)); }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /** @type {HTMLElement} */ (event.target).closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing) { event.preventDefault(); input.focus(); }
  });
}
