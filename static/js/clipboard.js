// To a spreadsheet and back: what is chosen as lines of tabbed text, and fill down.

import { bench, columnOf, currentCell, currentRow, editable } from "./cursor.js";
import { chosenCells, chosenRows, ids } from "./chosen.js";
import { value } from "./saves.js";
import { sendTo } from "./send.js";
import { commands } from "./commands.js";
import { open } from "./dialog.js";

function text(cell) {
  const shown = cell.dataset.field ? value(cell) : cell.textContent.trim();
  return /["\t\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

// Rows chosen by their number are copied whole, everything else as the block it is.
function block() {
  const cells = chosenRows().map((row) => chosenCells(row));
  const isRows = cells.every((some) => some.length === 1 && some[0].matches(".column-number"));
  return isRows ? cells.map(([cell]) => [...cell.closest("tr").cells]) : cells;
}

function indented(cell) {
  const level = Number(cell.closest("tr").getAttribute("aria-level")) - 1;
  return cell.matches(".column-name") ? "  ".repeat(level) + text(cell) : text(cell);
}

function tsv(withHead) {
  const lines = block();
  const isTree = lines.length > 1;
  const body = lines.map((cells) => cells.map(isTree ? indented : text).join("\t"));
  if (!withHead) return body.join("\n");
  const head = lines[0].map((cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent);
  return [head.join("\t"), ...body].join("\n");
}

async function copy(withHead) {
  if (!currentRow() || String(window.getSelection())) return false;
  await navigator.clipboard.writeText(tsv(withHead));
  const { words } = document.getElementById("chosen-count").dataset;
  const detail = { text: words.replace("0", block().length) };
  document.dispatchEvent(new CustomEvent("copied", { detail }));
}

function fillDown() {
  const rows = chosenRows();
  if (!editable || rows.length < 2) return false;
  const column = chosenCells(rows[0]).filter((cell) => cell.dataset.field).map(columnOf);
  sendTo("cells/fill/", { tasks: ids(rows), column });
}

// A single text goes into the cell; anything more is shown before it is done.
async function paste(event) {
  const cell = currentCell();
  if (!editable || event.target.closest("input, textarea")) return;
  const pasted = event.clipboardData.getData("text/plain");
  if (!pasted.trim()) return;
  event.preventDefault();
  const columns = cell ? [...cell.closest("tr").cells].slice(cell.cellIndex).map(columnOf) : [];
  const values = { text: pasted, columns, at: cell?.closest("tr").dataset.task ?? "", tasks: chosenRows().length > 1 ? ids() : [] };
  await open(`${bench.dataset.planUrl}paste/preview/`, { method: "POST", values });
}

commands.on("copy", () => copy(false));
commands.on("copy-with-head", () => copy(true));
commands.on("fill-down", fillDown);
if (bench) document.addEventListener("paste", paste);
