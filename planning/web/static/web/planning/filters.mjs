/** The choices above the board: the page's own form, followed at once instead of on a button. */

import { byId } from "../kaart/dom.mjs";
import { say } from "./say.mjs";

export class Filters extends EventTarget {
  constructor() {
    super();
    this.form = /** @type {HTMLFormElement} */ (byId("keuze"));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.tell(); });
    // On the document, for one of the choices stands outside the form.
    document.addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (input.form !== this.form) return;
      // A date is whole or empty; half a year typed is no choice yet.
      if (input.type === "date" && !input.validity.valid) return;
      this.name();
      this.tell();
    });
    document.addEventListener("pointerdown", (event) => this.close(/** @type {Node} */ (event.target)));
    this.form.addEventListener("keydown", (event) => {
      const open = /** @type {HTMLElement} */ (event.target).closest("details[open]");
      if (event.key === "Escape" && open) { open.removeAttribute("open"); open.querySelector("summary").focus(); event.stopPropagation(); }
    });
    this.name();
  }

  /** @returns {Record<string, string>} name to value, those that choose nothing left out */
  get values() {
    const values = {};
    for (const [name, value] of new FormData(this.form)) if (value) values[name] = name in values ? `${values[name]},${value}` : String(value);
    if (values.groep === "plek") delete values.groep;
    delete values.vorm;
    return values;
  }

  /** @param {Record<string, string>} values */
  set values(values) {
    const chosen = (name) => (values[name] ?? "").split(",").filter(Boolean);
    for (const field of this.form.elements) {
      const input = /** @type {HTMLInputElement} */ (field);
      if (!input.name || input.type === "hidden") continue;
      if (input.type === "checkbox") input.checked = chosen(input.name).includes(input.value);
      else input.value = values[input.name] ?? (input.name === "groep" ? "plek" : "");
    }
    this.name();
  }

  clear() { this.values = {}; this.tell(); }

  tell() { this.dispatchEvent(new Event("change")); }

  /** A folded choice says what was chosen in it. */
  name() {
    for (const details of this.form.querySelectorAll("details[data-all]")) {
      const chosen = [...details.querySelectorAll("input:checked")].map((input) => input.parentElement.textContent.trim());
      const dates = [...details.querySelectorAll("input[type=date]")].map((input) => input.value);
      const text = dates.some(Boolean) ? say("until", { first: dates[0].slice(0, 7) || "…", last: dates[1].slice(0, 7) || "…" })
        : chosen.length > 1 ? say("some", { first: chosen[0], n: chosen.length - 1 }) : chosen[0] ?? details.dataset.all;
      details.querySelector("summary").textContent = text;
      details.classList.toggle("on", text !== details.dataset.all);
    }
    for (const select of this.form.querySelectorAll("select")) select.classList.toggle("on", select.name !== "groep" && select.value !== "");
  }

  /** @param {Node} target */
  close(target) { for (const details of this.form.querySelectorAll("details[open]")) if (!details.contains(target)) details.removeAttribute("open"); }
}
