// The chosen tasks edited at once, in a dialog that stays open where something does not fit.

import { bench, currentRow } from "./cursor.js";
import { howMany, ids, inWords } from "./chosen.js";
import { commands } from "./commands.js";
import { close, open } from "./dialog.js";
import { answered } from "./send.js";

let chosen = "";
let count = "";

const link = () => document.querySelector("[data-together]");
const form = () => document.querySelector("#dialog #edit-together");

// The page without a script asks for numbers; here the rows are chosen already.
function name() {
  const numbers = form().querySelector("[data-numbers]");
  if (!numbers || !chosen) return;
  const sent = document.createElement("input");
  Object.assign(sent, { type: "hidden", name: "tasks", value: chosen });
  const said = document.createElement("p");
  said.className = "muted";
  said.textContent = count;
  numbers.replaceWith(sent, said);
}

async function edit() {
  if (!link() || !currentRow()) return false;
  count = inWords(Math.max(howMany(), 1));
  const wanted = ids();
  await answered(); // what was typed before it comes first
  chosen = await wanted;
  await open(link().href);
  name();
  form().querySelector("select").focus();
}

if (bench) {
  commands.on("edit-together", edit);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-together]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    edit();
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "dialog-content" && form() && name());
  // Others change the plan too: only the answer to what was sent from here closes it.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt.id === "edit-together" && detail.xhr.status === 200) close();
  });
}
