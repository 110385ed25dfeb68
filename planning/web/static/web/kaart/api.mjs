/** The service's own API. A newer question of one kind aborts the older one. */

import { spoken } from "../address.mjs";
import { onlyNewest } from "../newest.mjs";

const newest = onlyNewest();

/**
 * Ask for JSON; resolves to null where a newer question of the same kind came in between.
 * @param {string} kind @param {string} path @param {Record<string, string|number|undefined>} parameters
 */
export function ask(kind, path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== "") query.set(name, String(value));
  return newest(kind, async (signal) => {
    const response = await fetch(`${path}?${query}`, { signal, headers: { Accept: "application/json", ...spoken() } });
    if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail || `${response.status}`);
    return await response.json();
  });
}
