// The cell cursor: one cell has the focus, arrows move it, also over windows yet to be fetched.

export const bench = document.getElementById("workbench");
export const editable = bench?.hasAttribute("data-editable") ?? false;
export const CELL = "tbody :is(td, th)";
const ROW = 30;
let settle = null; // where the cursor goes once its row is there

// The server knows neither the cell in focus nor what is chosen.
const OURS = ["tabindex", "aria-selected", "data-chosen"];
if (bench) Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name) => !OURS.includes(name);

export function cellAt(row, column) {
  return row?.cells[Math.max(0, Math.min(column, row.cells.length - 1))];
}

export function currentCell() {
  const bar = document.activeElement?.closest(".gantt-bar[data-task]");
  if (bar) return bench.querySelector(`tr[data-task="${bar.dataset.task}"] th`);
  return document.activeElement?.closest(`#workbench ${CELL}`) ?? bench?.querySelector(`${CELL}[tabindex="0"]`);
}

export function currentRow() {
  return currentCell()?.closest("tr");
}

export function focus(cell) {
  if (!cell) return;
  for (const other of bench.querySelectorAll(`${CELL}[tabindex="0"]`)) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function neighbour(row, step) {
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (next) return next;
  const window_ = row.closest(".window");
  const other = step > 0 ? window_.nextElementSibling : window_.previousElementSibling;
  const rows = other?.querySelectorAll?.("tbody tr") ?? [];
  return rows[step > 0 ? 0 : rows.length - 1];
}

export function rowIndex(row) {
  return Number(row.getAttribute("aria-rowindex"));
}

export function columnOf(cell) {
  return [...cell.classList].find((name) => name.startsWith("column-"))?.slice("column-".length);
}

export function headOf(cell) {
  return cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
}

export function total() {
  return Number(document.getElementById("workbench-bar").dataset.total);
}

// To the row of that place, once its window is there; `arrive` says what becomes of its cell.
export function goTo(index, column, arrive = focus) {
  const wanted = Math.max(1, Math.min(index, total()));
  const found = () => cellAt(bench.querySelector(`tr[aria-rowindex="${wanted}"]`), column);
  document.removeEventListener("htmx:afterSettle", settle);
  if (found()) return arrive(found());
  bench.scrollTop = (wanted - 1) * ROW - bench.clientHeight / 2;
  settle = () => {
    if (!found()) return;
    document.removeEventListener("htmx:afterSettle", settle);
    arrive(found());
  };
  document.addEventListener("htmx:afterSettle", settle);
}

export function page() {
  return Math.max(Math.floor(bench.clientHeight / ROW) - 3, 1);
}
