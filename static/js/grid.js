// The table as a grid, its columns from left to right in every language: arrows move, typing edits, Shift chooses; rows and clipboard have their own files.

import { bench, CELL, cellAt, currentCell, editable, focus, goTo, neighbour, page, rowIndex, total } from "./cursor.js";
import { chooseAll, extendTo, isCell, restart, toggle } from "./chosen.js";
import { edit } from "./edit.js";
import { collapse, ROW_COMMANDS } from "./rows.js";
import { save } from "./saves.js";
import { commands } from "./commands.js";

const narrow = window.matchMedia("(max-width: 600px)"); // there a task is edited in its panel
const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function step(event, cell) {
  const [down, right] = MOVES[event.key];
  const row = cell.closest("tr");
  const target = cellAt(down ? neighbour(row, down) : row, cell.cellIndex + right);
  if (!target) return goTo(rowIndex(row) + down, cell.cellIndex, (found) => go(found, event.shiftKey));
  go(target, event.shiftKey);
}

function go(cell, extends_) {
  if (extends_) {
    extendTo(cell);
    focus(cell);
  } else {
    focus(cell);
    restart(cell);
  }
}

// Left on a summary closes it, Right opens it, as in any tree.
function fold(event, cell) {
  if (cell.cellIndex !== 1) return false;
  const row = cell.closest("tr");
  const state = row.getAttribute("aria-expanded");
  if (event.key === "ArrowLeft" && state === "true") return collapse(row, true) !== false;
  if (event.key === "ArrowRight" && state === "false") return collapse(row, false) !== false;
  return false;
}

function jump(event, cell) {
  const row = rowIndex(cell.closest("tr"));
  const last = cell.closest("tr").cells.length - 1;
  const far = event.ctrlKey || event.metaKey;
  const places = {
    Home: [far ? 1 : row, far ? 1 : 0],
    End: [far ? total() : row, far ? cell.cellIndex : last],
    PageDown: [row + page(), cell.cellIndex],
    PageUp: [row - page(), cell.cellIndex],
  };
  if (!(event.key in places)) return false;
  goTo(...places[event.key], (found) => go(found, event.shiftKey));
  return true;
}

function onCellKey(event, cell) {
  if (jump(event, cell)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key in MOVES) {
    if (!event.shiftKey && fold(event, cell)) return event.preventDefault();
    step(event, cell);
  } else if (event.key === "Enter" || event.key === "F2") edit(cell);
  else if (event.key === "Tab") return tab(event, cell);
  else if (event.key === "Escape") rest();
  else if (event.key === "Backspace" && editable && cell.dataset.field && cell.dataset.field !== "name") save(cell, "");
  else if (cell.dataset.field === "risk_level" && editable && /^[0-3lmh]$/i.test(event.key)) save(cell, event.key);
  else if (starts(event, cell)) edit(cell, event.key, { whole: false });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// Tab goes on to the next cell, and out of the table at the end of a row.
function tab(event, cell) {
  const next = cell.closest("tr").cells[cell.cellIndex + (event.shiftKey ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  go(next, false);
}

// Escape closes what stands beside the table, and then leaves the cells: single keys are commands
// there. The cell is kept; arrows, Enter and F2 go back to it.
function rest() {
  const close = document.querySelector("#task-panel [data-close-panel]");
  if (close) close.click();
  else bench.focus({ preventScroll: true });
}

function goBack(event) {
  if (!(event.key in MOVES || event.key === "Enter" || event.key === "F2")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || !currentCell()) return;
  event.preventDefault();
  focus(currentCell());
}

// A printable key begins an edit; where nothing can be edited it may be a command's.
function starts(event, cell) {
  return editable && cell.dataset.field && event.key.length === 1 && event.key !== "?";
}

bench?.addEventListener("keydown", (event) => {
  const cell = isCell(event.target);
  if (cell && !event.target.matches("input, button")) onCellKey(event, cell);
  else if (event.target === bench) goBack(event);
});
bench?.addEventListener("dblclick", (event) => isCell(event.target) && edit(isCell(event.target)));
bench?.addEventListener("mousedown", (event) => {
  if (event.shiftKey && isCell(event.target)) event.preventDefault();
});
bench?.addEventListener("click", (event) => {
  const cell = isCell(event.target);
  if (!cell || event.target.closest("input, button")) return;
  const picks = event.ctrlKey || event.metaKey;
  if (event.target.closest("th a") && !picks) event.preventDefault();
  if (event.shiftKey) extendTo(cell);
  else if (picks) toggle(cell);
  if (!picks && !event.shiftKey) go(cell, false);
  else focus(cell);
  const opens = cell.matches(".column-number") || (narrow.matches && cell.matches(".column-name"));
  if (opens && !picks && !event.shiftKey) ROW_COMMANDS.open();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.target.matches("#add-task")) return;
  event.target.reset();
  event.target.querySelector("[name=name]").focus();
});
// An address that names a task leads to its row.
function goToNamed() {
  const number = new URLSearchParams(window.location.search).get("task");
  const row = /^\d+$/.test(number) && document.getElementById(`task-${number}`);
  if (row) go(cellAt(row, 1), false);
}

if (bench) goToNamed();
for (const [name, run] of Object.entries(ROW_COMMANDS)) commands.on(name, run);
if (bench) commands.on("choose-all", (event) => bench.contains(event?.target ?? bench) && chooseAll());
if (bench) (bench.querySelector(`${CELL}.column-name`) ?? bench.querySelector(CELL))?.setAttribute("tabindex", "0");
