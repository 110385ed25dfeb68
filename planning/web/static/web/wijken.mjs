/** The one thing on a dossier that needs a script: the button that prints. Without scripts it stays away. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
