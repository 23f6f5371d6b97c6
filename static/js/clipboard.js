// To a spreadsheet and back: what is chosen as lines of tabbed text, and fill down.

import { bench, columnOf, currentCell, currentRow, editable } from "./cursor.js";
import { chosenCells, chosenRows, everyRow, howMany, ids, inWords } from "./chosen.js";
import { value } from "./saves.js";
import { sendTo } from "./send.js";
import { commands } from "./commands.js";
import { open } from "./dialog.js";

// Where a plan is empty there is no table yet.
const plan = bench ?? document.getElementById("empty-plan");
const maySet = editable || plan?.matches(".empty[data-plan-url]");

function text(cell) {
  const shown = cell.dataset.field ? value(cell) : cell.textContent.trim();
  return /["\t\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

// Rows chosen by their number are copied whole, everything else as the block it is.
function block(rows) {
  const cells = rows.map((row) => chosenCells(row));
  const isRows = cells.every((some) => some.length === 1 && some[0].matches(".column-number"));
  return isRows ? cells.map(([cell]) => [...cell.closest("tr").cells]) : cells;
}

function indented(cell) {
  const level = Number(cell.closest("tr").getAttribute("aria-level")) - 1;
  return cell.matches(".column-name") ? "  ".repeat(level) + text(cell) : text(cell);
}

function tsv(lines, withHead) {
  const isTree = lines.length > 1;
  const body = lines.map((cells) => cells.map(isTree ? indented : text).join("\t"));
  if (!withHead) return body.join("\n");
  const head = lines[0].map((cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent);
  return [head.join("\t"), ...body].join("\n");
}

// The clipboard is promised the text at once: the browser lets a page write only at a key press.
function copy(withHead) {
  if (!currentRow() || String(window.getSelection())) return false;
  const lines = everyRow().then(block);
  const text = lines.then((found) => new Blob([tsv(found, withHead)], { type: "text/plain" }));
  const written = navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
  Promise.all([lines, written]).then(([found]) => {
    const detail = { text: inWords(found.length) };
    document.dispatchEvent(new CustomEvent("copied", { detail }));
  });
}

function fillDown() {
  if (!editable || howMany() < 2) return false;
  const cells = chosenRows().flatMap(chosenCells);
  const column = [...new Set(cells.filter((cell) => cell.dataset.field).map(columnOf))];
  const tasks = ids();
  sendTo("cells/fill/", async () => ({ tasks: await tasks, column }));
}

// A field takes what fits it; several cells pasted where a task is added are rows of the plan.
function isForField(field, text) {
  return field && !(field.closest("#add-task") && /[\t\n]./.test(text.trim()));
}

// A single text goes into the cell; anything more is shown before it is done.
async function paste(event) {
  const pasted = event.clipboardData.getData("text/plain");
  const field = event.target.closest("input, textarea");
  if (!maySet || !pasted.trim() || isForField(field, pasted)) return;
  const cell = bench && !field ? currentCell() : null;
  event.preventDefault();
  const columns = cell ? [...cell.closest("tr").cells].slice(cell.cellIndex).map(columnOf) : [];
  const tasks = cell && howMany() > 1 ? await ids() : "";
  const values = { text: pasted, columns, at: cell?.closest("tr").dataset.task ?? "", tasks };
  await open(`${plan.dataset.planUrl}paste/preview/`, { method: "POST", values });
}

commands.on("copy", () => copy(false));
commands.on("copy-with-head", () => copy(true));
commands.on("fill-down", fillDown);
if (plan) document.addEventListener("paste", paste);
