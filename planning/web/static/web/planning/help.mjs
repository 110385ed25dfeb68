/** The keys, in a window that a question mark opens. */

import { el } from "../kaart/dom.mjs";
import { ask } from "./dialogs.mjs";
import { say, words } from "./say.mjs";

export function help() {
  if (document.querySelector("dialog[open]")) return;
  ask(say("help"), [el("dl.keys", {}, ...words.keys.map(([keys, meaning]) => el("div", {}, el("dt", {}, ...keys.split(" ").map((key) => el("kbd", {}, key))), el("dd", {}, meaning))))]);
}
