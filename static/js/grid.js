// The table as a grid: arrows move, Enter edits, Escape leaves, row actions act on the row in focus.

const bench = document.getElementById("workbench");
const editable = bench?.hasAttribute("data-editable");
const CELL = "tbody :is(td, th)";
// The server knows neither the cell in focus nor the row that is chosen.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name) => !["tabindex", "aria-selected"].includes(name);
let pending = null;
let reopen = null;

function cellAt(row, column) {
  return row?.cells[Math.max(0, Math.min(column, row.cells.length - 1))];
}

function focus(cell) {
  if (!cell) return;
  bench.querySelector(`${CELL}[tabindex="0"]`)?.setAttribute("tabindex", "-1");
  cell.tabIndex = 0;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function neighbour(row, step) {
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (next) return next;
  const window_ = row.closest(".window");
  const other = step > 0 ? window_.nextElementSibling : window_.previousElementSibling;
  const rows = other?.querySelectorAll?.("tbody tr") ?? [];
  return rows[step > 0 ? 0 : rows.length - 1];
}

function currentRow() {
  return document.activeElement?.closest("#workbench tbody tr") ?? bench.querySelector("tr[aria-selected]");
}

function select(row) {
  bench.querySelector("tr[aria-selected]")?.removeAttribute("aria-selected");
  row?.setAttribute("aria-selected", "true");
  for (const tools of document.querySelectorAll("[data-row-tools]")) tools.hidden = !row;
}

function text(cell) {
  return (cell.querySelector("a") ?? cell).textContent.trim();
}

function edit(cell, value = text(cell)) {
  if (!editable || !cell?.dataset.field || cell.classList.contains("is-editing")) return;
  const input = document.createElement("input");
  input.value = value;
  input.setAttribute("aria-label", headOf(cell));
  cell.dataset.before = text(cell);
  cell.dataset.html = cell.innerHTML;
  cell.classList.add("is-editing");
  cell.replaceChildren(input);
  input.focus();
  input.select();
  input.addEventListener("blur", () => leave(cell, true), { once: true });
}

function headOf(cell) {
  return cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
}

function leave(cell, keep) {
  if (!cell.classList.contains("is-editing")) return;
  const value = cell.querySelector("input").value.trim();
  cell.classList.remove("is-editing");
  cell.innerHTML = cell.dataset.html;
  if (keep && value !== cell.dataset.before) save(cell, value);
}

function save(cell, value) {
  const row = cell.closest("tr");
  cell.firstChild ? ((cell.querySelector("a") ?? cell).textContent = value) : cell.append(value);
  pending = { row: row.id, column: cell.cellIndex, value };
  post(row, "cell", { field: cell.dataset.field, value, version: row.dataset.version });
}

function post(row, action, values = {}) {
  htmx.ajax("POST", `/tasks/${row.dataset.task}/${action}/`, {
    target: "#workbench-bar",
    swap: "morph:outerHTML",
    source: row,
    values,
  });
}

function act(name) {
  const row = currentRow();
  if (!row) return false;
  if (name === "why") return why(row);
  if (!editable) return false;
  if (name === "delete") focus(cellAt(neighbour(row, 1) ?? neighbour(row, -1), 1));
  pending = { row: row.id, column: 1 };
  return post(row, name);
}

function why(row) {
  const popover = document.getElementById("why");
  htmx.ajax("GET", `/tasks/${row.dataset.task}/why/`, { target: popover, swap: "innerHTML", source: popover });
  popover.tabIndex = -1;
  popover.showPopover();
  popover.focus();
}

function openPanel(link) {
  const panel = document.getElementById("task-panel");
  htmx.ajax("GET", link.href, { target: panel, swap: "innerHTML", source: panel }).then(() => {
    const close = panel.querySelector("[data-close-panel]");
    close.hidden = false;
    close.addEventListener("click", () => panel.replaceChildren());
  });
}

const ROW_KEYS = { "]": "indent", "[": "outdent", w: "why", Delete: "delete" };
const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function onCellKey(event, cell) {
  const row = cell.closest("tr");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) {
    const [down, right] = MOVES[event.key];
    focus(cellAt(down ? neighbour(row, down) : row, cell.cellIndex + right));
  } else if (event.key === "Enter" || event.key === "F2") edit(cell);
  else if (event.key in ROW_KEYS) act(ROW_KEYS[event.key]);
  else return;
  event.preventDefault();
}

function onInputKey(event, cell) {
  if (!["Enter", "Escape", "Tab"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const row = cell.closest("tr");
  leave(cell, event.key !== "Escape");
  if (event.key === "Enter") focus(cellAt(neighbour(row, 1) ?? row, cell.cellIndex));
  else focus(cellAt(row, cell.cellIndex + (event.key === "Tab" ? (event.shiftKey ? -1 : 1) : 0)));
}

bench?.addEventListener("keydown", (event) => {
  const cell = event.target.closest(CELL);
  if (!cell) return;
  if (event.target.matches("input")) onInputKey(event, cell);
  else onCellKey(event, cell);
});
bench?.addEventListener("focusin", (event) => select(event.target.closest("tbody tr")));
bench?.addEventListener("dblclick", (event) => edit(event.target.closest(CELL)));
bench?.addEventListener("click", (event) => {
  const link = event.target.closest("th a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openPanel(link);
  } else if (!event.target.closest("input, button, form")) focus(event.target.closest(CELL));
});
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-row-action]")?.dataset.rowAction;
  if (name) act(name);
});
document.addEventListener("plan-refused", () => (reopen = pending));
document.addEventListener("htmx:afterSettle", (event) => {
  if (!reopen || !event.target.matches("#workbench-bar")) return;
  const cell = document.getElementById(reopen.row)?.cells[reopen.column];
  if (reopen.value !== undefined) edit(cell, reopen.value);
  cell?.querySelector("input")?.setAttribute("aria-invalid", "true");
  reopen = null;
});
document.querySelector(`#workbench ${CELL}`)?.setAttribute("tabindex", "0");
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.target.matches("#add-task")) return;
  event.target.reset();
  event.target.querySelector("[name=name]").focus();
});
