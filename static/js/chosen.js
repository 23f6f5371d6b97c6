// What is chosen: a block of cells from an anchor to the cursor, or rows picked one by one.
// A block may reach over rows that are yet to be fetched: it is marked as they come.

import { bench, CELL, columnOf, currentCell, currentRow, rowIndex, total } from "./cursor.js";

let anchor = null;
let block = null; // { rows: [first, last], columns: [first, last] } where it holds rows that are not there
let order = null; // the ids of all rows shown, once they were asked for
let told = 0;

export function chosenRows() {
  const rows = [...bench.querySelectorAll("tr[data-chosen]")];
  const current = currentRow();
  return rows.length || block || !current ? rows : [current];
}

export function chosenCells(row) {
  if (block) return [...row.cells].slice(block.columns[0], block.columns[1] + 1);
  const cells = [...row.querySelectorAll("[data-chosen]")];
  const current = currentCell();
  if (cells.length) return cells;
  return current && row.contains(current) ? [current] : [];
}

// Whether the choice is told by places, and not by the rows themselves.
export function hasBlock() {
  return block !== null;
}

export function howMany() {
  return block ? block.rows[1] - block.rows[0] + 1 : bench.querySelectorAll("tr[data-chosen]").length;
}

export function isChosen(row) {
  return row.hasAttribute("data-chosen") || (howMany() === 0 && row === currentRow());
}

// The ids of the chosen tasks as one text, for a field of a form.
export async function ids() {
  if (!block) return chosenRows().map((row) => row.dataset.task).join(",");
  const [first, last] = block.rows;
  return (await order).slice(first - 1, last).join(",");
}

// Every chosen row, those that are not there from a copy of their window.
export async function everyRow() {
  if (!block) return chosenRows();
  const [first, last] = block.rows;
  const found = [];
  for (const window_ of bench.querySelectorAll(".window")) {
    const begins = Number(window_.dataset.first) + 1;
    if (begins > last || begins + Number(bench.dataset.windowRows) <= first) continue;
    const source = window_.matches(".window-pending") ? await copyOf(window_) : window_;
    found.push(...source.querySelectorAll("tbody tr"));
  }
  return found.filter((row) => isWithin(row, block.rows));
}

async function copyOf(window_) {
  const answer = await fetch(bench.dataset.rowsUrl.replace("/0/", `/${window_.dataset.first}/`));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function fetchOrder() {
  const answer = await fetch(bench.dataset.orderUrl, { headers: { Accept: "application/json" } });
  return (await answer.json()).tasks;
}

function isWithin(row, [first, last]) {
  const place = rowIndex(row);
  return first <= place && place <= last;
}

function clear() {
  block = null;
  for (const one of bench.querySelectorAll("[data-chosen]")) one.removeAttribute("data-chosen");
  for (const row of bench.querySelectorAll("tr[aria-selected]")) row.removeAttribute("aria-selected");
}

export function dropChoice() {
  clear();
  anchor = null;
  tell();
}

function startAt(cell) {
  const row = cell.closest("tr");
  anchor = { row: row.id, place: rowIndex(row), column: columnOf(cell), at: cell.cellIndex };
}

function mark(row, first, last) {
  row.setAttribute("data-chosen", "");
  row.setAttribute("aria-selected", "true");
  for (let place = first; place <= last; place += 1) row.cells[place].setAttribute("data-chosen", "");
}

function choose(rows, columns) {
  clear();
  let marked = 0;
  for (const row of bench.querySelectorAll("tbody tr")) {
    if (!isWithin(row, rows)) continue;
    mark(row, ...columns);
    marked += 1;
  }
  if (marked <= rows[1] - rows[0]) {
    block = { rows, columns };
    order ??= fetchOrder();
  }
  tell();
}

// From the anchor to this cell: every row and column between.
export function extendTo(cell) {
  if (!anchor) startAt(currentCell() ?? cell);
  const row = document.getElementById(anchor.row);
  const from = row?.querySelector(`.column-${anchor.column}`)?.cellIndex ?? anchor.at;
  const columns = [from, cell.cellIndex].sort((a, b) => a - b);
  const rows = [row ? rowIndex(row) : anchor.place, rowIndex(cell.closest("tr"))].sort((a, b) => a - b);
  choose(rows, columns);
}

// Every row that is shown, with all its columns.
export function chooseAll() {
  const current = currentRow();
  if (!current) return false;
  choose([1, total()], [0, current.cells.length - 1]);
}

export function toggle(cell) {
  const current = currentRow();
  if (block) clear();
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
  cell.closest("tr").setAttribute("aria-selected", "true");
  tell();
}

// So many rows in words.
export function inWords(rows) {
  const { one, words } = document.getElementById("chosen-count").dataset;
  return rows === 1 ? one : words.replace("0", rows);
}

function tell() {
  const now = howMany();
  for (const tools of document.querySelectorAll("[data-row-tools]")) tools.hidden = !currentRow();
  const said = document.getElementById("chosen-count");
  if (said && now !== told) said.textContent = now > 1 ? inWords(now) : "";
  told = now;
}

// The bar that comes with an answer knows neither the cursor nor the choice.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "workbench-bar") return;
  told = 0;
  tell();
});

export function isCell(target) {
  return target.closest?.(`#workbench ${CELL}`);
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (!block || !event.target.matches?.(".window")) return;
  for (const row of event.target.querySelectorAll("tbody tr")) if (isWithin(row, block.rows)) mark(row, ...block.columns);
});
// Places mean other rows now, but for all of them.
for (const name of ["plan-changed", "view-changed"]) {
  document.addEventListener(name, () => {
    order = null;
    if (block) dropChoice();
  });
}
