// One cell becomes a field. What was typed is never lost: a refusal opens the field again.

import { bench, cellAt, columnOf, editable, focus, headOf, neighbour } from "./cursor.js";
import { ids } from "./chosen.js";
import { send, sendTo } from "./send.js";

let sent = null;

function shown(cell) {
  return (cell.querySelector("a") ?? cell).textContent.trim();
}

export function value(cell) {
  return cell.dataset.value ?? shown(cell);
}

export function edit(cell, text = value(cell), { whole = true } = {}) {
  if (!editable || !cell?.dataset.field) return;
  if (cell.classList.contains("is-editing")) return cell.querySelector("input")?.focus();
  const input = document.createElement("input");
  input.value = text;
  input.autocomplete = "off";
  input.setAttribute("aria-label", headOf(cell));
  cell.dataset.before ??= value(cell);
  cell.dataset.html = cell.innerHTML;
  cell.classList.add("is-editing");
  cell.replaceChildren(input);
  input.focus();
  if (whole) input.select();
  input.addEventListener("blur", () => leave(cell, true));
  cell.dispatchEvent(new CustomEvent("cell-open", { bubbles: true }));
}

export function leave(cell, keep) {
  if (!cell.classList.contains("is-editing")) return;
  const typed = cell.querySelector("input").value.trim();
  const before = cell.dataset.before;
  cell.classList.remove("is-editing");
  cell.innerHTML = cell.dataset.html;
  delete cell.dataset.before;
  hideError();
  if (keep && typed !== before) save(cell, typed, before);
  else cell.dispatchEvent(new CustomEvent("cell-closed", { bubbles: true }));
}

export function save(cell, typed, before = value(cell)) {
  const row = cell.closest("tr");
  const field = cell.dataset.field;
  const place = { row: row.id, column: columnOf(cell), typed, html: cell.innerHTML };
  (cell.querySelector("a") ?? cell).textContent = typed;
  cell.classList.add("is-saving");
  return send(`/tasks/${row.dataset.task}/cell/`, () => {
    sent = place;
    return { field, value: typed, before, version: document.getElementById(row.id)?.dataset.version ?? "" };
  });
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
  leave(cell, false);
  focus(cell);
  sendTo("cells/set/", { tasks: ids(), column, value: typed });
}

function errorBox() {
  return document.getElementById("cell-error");
}

function hideError() {
  if (errorBox().matches(":popover-open")) errorBox().hidePopover();
}

// The sentence stands at the cell; where somebody else was faster, with their value.
function refuse({ text, value: found, version, lost }) {
  const row = document.getElementById(sent?.row);
  const cell = row?.querySelector(`.column-${sent.column}`);
  if (!cell) return document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "danger" } }));
  row.dataset.version = version;
  cell.dataset.before = found;
  if (!cell.classList.contains("is-editing")) cell.innerHTML = sent.html;
  cell.classList.remove("is-saving");
  edit(cell, sent.typed, { whole: false });
  const box = errorBox();
  box.querySelector("p").textContent = lost ? `${text} ${box.dataset.lost.replace("…", found || "–").replace("___", sent.typed)}` : text;
  const { left, bottom } = cell.getBoundingClientRect();
  box.showPopover();
  box.style.left = `${Math.min(left, window.innerWidth - box.offsetWidth - 8)}px`;
  box.style.top = `${Math.min(bottom + 4, window.innerHeight - box.offsetHeight - 8)}px`;
  const input = cell.querySelector("input");
  input?.setAttribute("aria-invalid", "true");
  input?.setAttribute("aria-describedby", box.id);
}

let refusal = null;
document.addEventListener("cell-refused", (event) => (refusal = event.detail));
document.addEventListener("htmx:afterSettle", (event) => {
  if (!refusal || !event.target.matches("#workbench-bar")) return;
  refuse(refusal);
  refusal = null;
});
bench?.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".is-editing");
  if (cell) onInputKey(event, cell);
});
bench?.addEventListener("scroll", () => document.getElementById("cell-error").matches(":popover-open") && hideError(), { passive: true });
