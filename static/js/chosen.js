// What is chosen: a block of cells from an anchor to the cursor, or rows picked one by one.

import { bench, CELL, columnOf, currentCell, currentRow, rowIndex } from "./cursor.js";

let anchor = null;
let count = 0;

export function chosenRows() {
  const rows = [...bench.querySelectorAll("tr[data-chosen]")];
  const current = currentRow();
  return rows.length || !current ? rows : [current];
}

export function chosenCells(row) {
  const cells = [...row.querySelectorAll("[data-chosen]")];
  const current = currentCell();
  if (cells.length) return cells;
  return current && row.contains(current) ? [current] : [];
}

export function hasMany() {
  return bench.querySelectorAll("tr[data-chosen]").length > 1;
}

export function ids(rows = chosenRows()) {
  return rows.map((row) => row.dataset.task);
}

function clear() {
  for (const one of bench.querySelectorAll("[data-chosen]")) one.removeAttribute("data-chosen");
}

export function dropChoice() {
  clear();
  anchor = null;
  tell();
}

function startAt(cell) {
  anchor = { row: cell.closest("tr").id, column: columnOf(cell) };
}

function mark(row, first, last) {
  row.setAttribute("data-chosen", "");
  row.setAttribute("aria-selected", "true");
  for (let place = first; place <= last; place += 1) row.cells[place].setAttribute("data-chosen", "");
}

// From the anchor to this cell: every row and column between.
export function extendTo(cell) {
  if (!anchor) startAt(currentCell() ?? cell);
  const row = document.getElementById(anchor.row);
  if (!row) return;
  const from = row.querySelector(`.column-${anchor.column}`) ?? row.cells[0];
  const columns = [from.cellIndex, cell.cellIndex].sort((a, b) => a - b);
  const rows = [rowIndex(row), rowIndex(cell.closest("tr"))].sort((a, b) => a - b);
  clear();
  for (const one of bench.querySelectorAll("tbody tr")) {
    if (rowIndex(one) >= rows[0] && rowIndex(one) <= rows[1]) mark(one, ...columns);
  }
  tell();
}

export function toggle(cell) {
  const current = currentRow();
  if (current && !bench.querySelector("[data-chosen]")) mark(current, cell.cellIndex, cell.cellIndex);
  const row = cell.closest("tr");
  if (row.hasAttribute("data-chosen")) {
    for (const one of [row, ...row.cells]) one.removeAttribute("data-chosen");
    row.removeAttribute("aria-selected");
  } else mark(row, cell.cellIndex, cell.cellIndex);
  startAt(cell);
  tell();
}

// The cursor went on without Shift: the choice is that one cell.
export function restart(cell) {
  clear();
  startAt(cell);
  for (const row of bench.querySelectorAll("tr[aria-selected]")) row.removeAttribute("aria-selected");
  cell.closest("tr").setAttribute("aria-selected", "true");
  tell();
}

function tell() {
  const now = bench.querySelectorAll("tr[data-chosen]").length;
  for (const tools of document.querySelectorAll("[data-row-tools]")) tools.hidden = !currentRow();
  const said = document.getElementById("chosen-count");
  if (said && now !== count) said.textContent = now > 1 ? said.dataset.words.replace("0", now) : "";
  count = now;
}

export function isCell(target) {
  return target.closest?.(`#workbench ${CELL}`);
}
