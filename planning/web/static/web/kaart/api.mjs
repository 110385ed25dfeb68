/** The service's own API. A newer question of one kind aborts the older one. */

import { spoken } from "../address.mjs";

/** @type {Map<string, AbortController>} */
const open = new Map();

/**
 * Ask for JSON; resolves to null where a newer question of the same kind came in between.
 * @param {string} kind @param {string} path @param {Record<string, string|number|undefined>} parameters
 */
export async function ask(kind, path, parameters = {}) {
  open.get(kind)?.abort();
  const controller = new AbortController();
  open.set(kind, controller);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== "") query.set(name, String(value));
  try {
    const response = await fetch(`${path}?${query}`, { signal: controller.signal, headers: { Accept: "application/json", ...spoken() } });
    if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail || `${response.status}`);
    return await response.json();
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") return null;
    throw error;
  } finally {
    if (open.get(kind) === controller) open.delete(kind);
  }
}
