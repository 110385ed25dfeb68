/** What a dossier needs a script for: the button that prints, and files that say how far they are. */

import "./exports.mjs";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
