/**
 * Follows a search that runs in the background: says how far it is, and shows the page anew when something better was
 * found or it has ended. What somebody is typing is never thrown away by that.
 */
import { spoken } from "../address.mjs";

const EVERY_MS = 1000;

export function follow(panel) {
  const progress = panel.querySelector("progress");
  const said = panel.querySelector("[data-said]");
  const state = panel.querySelector("[data-state]");
  let seen = null;
  const ask = async () => {
    let search;
    try {
      const answer = await fetch(panel.dataset.search, { headers: { Accept: "application/json", ...spoken() } });
      if (!answer.ok) throw new Error(String(answer.status));
      search = await answer.json();
    } catch {
      // The service is away for a moment; the search itself goes on.
      setTimeout(ask, EVERY_MS * 5);
      return;
    }
    const best = JSON.stringify(search.dates);
    const better = seen !== null && best !== seen;
    seen = best;
    if ((search.ended || better) && !busy()) {
      location.reload();
      return;
    }
    state.textContent = search.state_label;
    if (progress) progress.value = search.progress.seconds ?? 0;
    const text = sentence(panel, search);
    if (said.textContent.trim() !== text) said.textContent = text;
    setTimeout(ask, EVERY_MS);
  };
  setTimeout(ask, EVERY_MS);
}

/** Whether somebody is in a form, so that the page must stay as it is. */
function busy() {
  const active = document.activeElement;
  return Boolean(active?.matches("input:not([type=range]), textarea, select")) || Boolean(document.querySelector("dialog[open]"));
}

function sentence(panel, search) {
  const fill = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), panel.dataset[name]);
  if (search.state === "waiting") return fill(search.worker ? "waits" : "nobody");
  if (search.silent_s > 0) return fill("silent", { n: search.silent_s });
  return fill("runs", { done: search.progress.done ?? 0, groups: search.progress.groups ?? "?" });
}
