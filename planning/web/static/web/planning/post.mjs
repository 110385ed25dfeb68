/** Asking the service to work something out or to keep it; a newer question of one kind stops the older one. */

import { spoken } from "../address.mjs";
import { onlyNewest } from "../newest.mjs";

const newest = onlyNewest();

/** What the service said no to: its words, and the whole answer. */
export class Refused extends Error {
  /** @param {number} status @param {any} problem RFC 9457 */
  constructor(status, problem) {
    super((problem.errors ?? []).map((each) => each.detail).join(" ") || problem.detail || String(status));
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Send JSON. Resolves to null where a newer question of the same kind came in between.
 * @param {string} kind @param {string} path @param {unknown} body @param {string} [method]
 */
export function send(kind, path, body, method = "POST") {
  const token = /** @type {HTMLInputElement|null} */ (document.querySelector("input[name=csrfmiddlewaretoken]"))?.value ?? "";
  return newest(kind, async (signal) => {
    const response = await fetch(path, {
      method, signal, body: JSON.stringify(body),
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token, ...spoken() },
    });
    const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  });
}
