/** What somebody types stays on the device until it is sent: nothing goes to the server, and it says so in words. */

const KEY = "mijn-buurt-idee";

/** @returns {Record<string, Record<string, string>>} what is kept, per step and field */
function kept() {
  try { return JSON.parse(localStorage.getItem(KEY) ?? "{}"); } catch { return {}; }
}

/** @param {Record<string, Record<string, string>>} draft @returns {boolean} whether the device could keep it */
function keep(draft) {
  try { localStorage.setItem(KEY, JSON.stringify(draft)); return true; } catch { return false; }
}

function forget() {
  try { localStorage.removeItem(KEY); } catch { /* Where nothing can be kept, nothing is left. */ }
}

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-draft]"));
const OURS = new Set(["stap", "draft", "sinds", "website", "ga"]);
const fields = () => [...form.elements].filter((e) => e.name && !OURS.has(e.name) && e.type !== "file" && e.type !== "submit");

if (form) {
  const step = form.dataset.draft;
  const note = document.querySelector("[data-draft-note]");
  const known = kept()[step] ?? {};
  for (const field of fields()) {
    // What the server sent back is newer than what lies here.
    if (!(field.name in known)) continue;
    if (field.type === "checkbox") { if (!("draftKeep" in form.dataset)) field.checked = known[field.name] === "on"; }
    else if (!field.value) field.value = known[field.name];
  }
  const save = () => {
    const values = Object.fromEntries(fields().map((f) => [f.name, f.type === "checkbox" ? (f.checked ? "on" : "") : f.value]));
    note.hidden = !keep({ ...kept(), [step]: values });
  };
  note.hidden = Object.keys(kept()).length === 0;
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  document.querySelector("[data-draft-clear]").addEventListener("click", () => {
    forget();
    const status = document.querySelector("[data-draft-status]");
    status.textContent = status.dataset.cleared;
  });
  document.dispatchEvent(new CustomEvent("draft-restored"));
}

if (document.querySelector("[data-draft-sent]") && Object.keys(kept()).length) {
  forget();
  document.querySelector("[data-draft-said]").hidden = false;
}

document.getElementById("fouten")?.focus();
