/** Whether PDOK's background map is fetched: the reader's choice on this device, and without one the municipality's. */

const KEY = "achtergrondkaart";

/** @param {{basemap: boolean}} config what the municipality chose @returns {boolean} */
export function basemapWanted(config) {
  try { const chosen = localStorage.getItem(KEY); return chosen === null ? config.basemap : chosen === "1"; }
  catch { return config.basemap; }
}

/** Keep the reader's choice; it stays on this device. @param {boolean} on */
export function chooseBasemap(on) {
  try { localStorage.setItem(KEY, on ? "1" : "0"); } catch { /* The choice then holds for this page only. */ }
}
