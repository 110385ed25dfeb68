/** Sending a file: it can be dropped on the form, and the button says that it is busy. */

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-upload]"));
const drop = /** @type {HTMLElement} */ (form.querySelector("[data-drop]"));
const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
/** @type {HTMLElement} */ (drop.querySelector(".drop-hint")).hidden = false;

for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer?.files.length) return;
  const one = new DataTransfer();
  one.items.add(event.dataTransfer.files[0]);
  input.files = one.files;
  input.focus();
});
// A file dropped beside the form would replace the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());

form.addEventListener("submit", () => {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button.primary"));
  button.textContent = form.dataset.busy ?? "";
  button.setAttribute("aria-busy", "true");
  setTimeout(() => { button.disabled = true; });
});
// Back from the next page, the button works again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
