/** Scenarios and proposals: what follows a search while it runs, and the maps that show one month. */
import { moments } from "./moments.mjs";
import { follow } from "./search.mjs";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const panel of document.querySelectorAll("[data-search]")) follow(panel);
for (const maps of document.querySelectorAll("[data-moments]")) moments(maps);
