/** Questions in a window of their own: the browser's dialog keeps the focus and closes on Escape. */

import { el } from "../kaart/dom.mjs";
import { say } from "./say.mjs";

/**
 * Ask something; `done` returns true where the window may close.
 * @param {string} title @param {(Node|string|false|null|undefined)[]} content
 * @param {{act?: string, done?: (form: HTMLFormElement) => boolean|Promise<boolean>, more?: Node[]}} [options]
 * @returns {HTMLDialogElement}
 */
export function ask(title, content, { act, done, more = [] } = {}) {
  const error = el("p.dialog-error", { role: "alert", hidden: true });
  const form = /** @type {HTMLFormElement} */ (el("form", { method: "dialog" },
    el("h2", { id: "vraag-kop" }, title), ...content, error,
    el("div.dialog-buttons", {}, act && el("button.button.primary", { type: "submit" }, act), ...more,
      el("button.button", { type: "button", onclick: () => dialog.close() }, say(act ? "cancel" : "close")))));
  const dialog = /** @type {HTMLDialogElement} */ (el("dialog.dialog.panel", { "aria-labelledby": "vraag-kop" }, form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement|null} */ (form.querySelector("button[type=submit]"));
    if (button) button.disabled = true;
    error.hidden = true;
    try { if (!done || await done(form)) dialog.close(); }
    catch (problem) { error.textContent = problem instanceof TypeError ? say("offline") : /** @type {Error} */ (problem).message; error.hidden = false; }
    finally { if (button) button.disabled = false; }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A field with its label. @param {string} label @param {HTMLElement} input @param {string} [help] */
export function field(label, input, help) {
  input.id ||= `veld-${input.getAttribute("name")}`;
  return el("p.field", {}, el("label", { for: input.id }, label), input, help && el("span.muted.small", {}, help));
}
