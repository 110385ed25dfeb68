/** Waiting for background work on a draft: a bar that moves, and on to the rows once it is done. */

const box = /** @type {HTMLElement} */ (document.getElementById("bezig"));
const bar = /** @type {HTMLProgressElement|null} */ (box.querySelector("progress"));
const text = document.getElementById("hoever");
const number = new Intl.NumberFormat(document.documentElement.lang);
const words = text?.textContent?.split(/\d[\d.,\s]*/) ?? [];

async function look() {
  try {
    const answer = await fetch(box.dataset.progress ?? "", { headers: { Accept: "application/json" } });
    const state = await answer.json();
    if (!state.busy || state.stuck) { location.reload(); return; }
    if (bar?.max && text) {
      bar.value = state.checked;
      text.textContent = `${number.format(state.checked)}${words[1] ?? " / "}${number.format(state.total)}`;
    }
  } catch { /* The next look may succeed. */ }
  setTimeout(look, 1000);
}
setTimeout(look, 700);
