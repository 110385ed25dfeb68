/** What a dossier needs a script for: the button that prints, all that is on paper, and files that say how far they are. */

import "./exports.mjs";

// On paper nothing can be opened.
addEventListener("beforeprint", () => { for (const more of document.querySelectorAll("details.more")) more.open = true; });

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
