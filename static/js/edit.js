// One cell becomes a field. What was typed is never lost: a refusal opens the field again.

import { bench, cellAt, editable, focus, headOf, neighbour } from "./cursor.js";
import { ids } from "./chosen.js";
import { bare, cover, forget, refusalOf, save, seen, value } from "./saves.js";
import { sendTo } from "./send.js";

export function edit(cell, text = value(cell), { whole = true } = {}) {
  if (!editable || !cell?.dataset.field) return;
  if (cell.classList.contains("is-editing")) return cell.querySelector("input")?.focus();
  const input = document.createElement("input");
  input.value = text;
  input.autocomplete = "off";
  input.setAttribute("aria-label", headOf(cell));
  const { before, version = "" } = seen(cell);
  bare(cell);
  Object.assign(cell.dataset, { before, version, html: cell.innerHTML });
  cell.classList.add("is-editing");
  cell.replaceChildren(input);
  input.focus();
  if (whole) input.select();
  input.addEventListener("blur", () => leave(cell, true, { isLeft: true }));
  const refusal = refusalOf(cell);
  if (refusal?.typed === text) tell(cell, refusal);
  cell.dispatchEvent(new CustomEvent("cell-open", { bubbles: true }));
}

// The field closes at once; what is refused and left as it is stays for later.
export function leave(cell, keep, { isLeft = false } = {}) {
  if (!cell.classList.contains("is-editing")) return;
  const typed = cell.querySelector("input").value.trim();
  const { before, version, html } = cell.dataset;
  for (const name of ["before", "version", "html"]) delete cell.dataset[name];
  cell.classList.remove("is-editing");
  cell.innerHTML = html;
  hideError();
  if (keep && isLeft && refusalOf(cell)?.typed === typed) cover(cell);
  else if (keep && typed !== before) save(cell, typed, { before, version });
  else {
    forget(cell);
    cover(cell);
  }
  cell.dispatchEvent(new CustomEvent("cell-closed", { bubbles: true }));
}

function onInputKey(event, cell) {
  if (!["Enter", "Escape", "Tab"].includes(event.key) || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return setAll(cell);
  const row = cell.closest("tr");
  const column = cell.cellIndex;
  leave(cell, event.key !== "Escape");
  const step = event.shiftKey ? -1 : 1;
  if (event.key === "Enter") focus(cellAt(neighbour(row, step) ?? row, column));
  else focus(cellAt(row, column + (event.key === "Tab" ? step : 0)));
}

// What is typed goes into every chosen cell of this column, as one change.
function setAll(cell) {
  const typed = cell.querySelector("input").value.trim();
  const column = cell.dataset.field;
  const tasks = ids();
  leave(cell, false);
  focus(cell);
  sendTo("cells/set/", async () => ({ tasks: await tasks, column, value: typed }));
}

function errorBox() {
  return document.getElementById("cell-error");
}

function hideError() {
  if (errorBox().matches(":popover-open")) errorBox().hidePopover();
}

// The sentence stands at the cell; where somebody else was faster, with their value.
function tell(cell, { text, typed, found, lost }) {
  if (!text) return;
  const box = errorBox();
  box.querySelector("p").textContent = lost ? `${text} ${box.dataset.lost.replace("…", found || "–").replace("___", typed)}` : text;
  const { left, bottom } = cell.getBoundingClientRect();
  box.showPopover();
  box.style.left = `${Math.min(left, window.innerWidth - box.offsetWidth - 8)}px`;
  box.style.top = `${Math.min(bottom + 4, window.innerHeight - box.offsetHeight - 8)}px`;
  const input = cell.querySelector("input");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", box.id);
}

document.addEventListener("cell-returned", ({ detail: { cell, isIdle, typed, text } }) => {
  if (isIdle) edit(cell, typed, { whole: false });
  else if (text) document.dispatchEvent(new CustomEvent("toast", { detail: { text: `“${typed}”: ${text}`, kind: "danger" } }));
});
bench?.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".is-editing");
  if (cell) onInputKey(event, cell);
});
bench?.addEventListener("scroll", () => document.getElementById("cell-error").matches(":popover-open") && hideError(), { passive: true });
