// What is done to whole rows: insert, indent, move, delete, collapse, ask why.

import { bench, cellAt, currentCell, currentRow, editable, focus, neighbour } from "./cursor.js";
import { dropChoice, ids, isChosen } from "./chosen.js";
import { edit } from "./edit.js";
import { refusals } from "./saves.js";
import { isWaiting, send, sendTo } from "./send.js";

let awaited = null;

// Where the cursor shall stand once the new rows are there.
function await_(row, column, { open = false } = {}) {
  awaited = { row, column, open, from: document.activeElement };
}

function change(action, values = {}) {
  if (!editable || !currentRow()) return false;
  const cell = currentCell();
  const tasks = ids();
  await_(cell.closest("tr").id, cell.cellIndex);
  sendTo(action, async () => ({ tasks: await tasks, ...values }));
}

function remove() {
  if (!editable || !currentRow()) return false;
  const gone = ids();
  const row = currentRow();
  const next = nextStanding(row, 1) ?? nextStanding(row, -1);
  const column = currentCell().cellIndex;
  dropChoice();
  if (next) focus(cellAt(next, column));
  sendTo("tasks/delete/", async () => ({ tasks: await gone }));
}

function nextStanding(row, step) {
  let next = neighbour(row, step);
  while (next && isChosen(next)) next = neighbour(next, step);
  return next;
}

// Undo and redo wait for what was typed before them. Where that was refused there is nothing of it
// to undo, and what was done before it stays.
function step(name) {
  const button = document.querySelector(`#workbench-bar [data-shortcut="${name}"]`);
  if (!button || (button.disabled && !isWaiting())) return false;
  if (!bench) return button.form.submit();
  const before = refusals();
  send(button.form.action, () => (refusals() === before ? {} : null));
}

async function insert() {
  const row = currentRow();
  if (!editable) return false;
  if (!row) return document.getElementById("add-task-name")?.focus();
  const fresh = new Set([...bench.querySelectorAll("tbody tr")].map((one) => one.id));
  const from = document.activeElement;
  await sendTo("tasks/insert/", { before: row.dataset.task });
  awaited = { fresh, column: 1, open: true, from };
}

export function collapse(row, collapsed) {
  if (!row?.hasAttribute("aria-expanded")) return false;
  await_(row.id, 1);
  send(document.getElementById("collapse").action, { key: row.dataset.key, collapsed: collapsed ?? "" });
}

export function explain(task) {
  const popover = document.getElementById("why");
  htmx.ajax("GET", `/tasks/${task}/why/`, { target: popover, swap: "innerHTML", source: popover });
  popover.tabIndex = -1;
  popover.showPopover();
  popover.focus();
}

function why() {
  const row = currentRow();
  if (!row) return false;
  explain(row.dataset.task);
}

export async function openPanel(url) {
  const panel = document.getElementById("task-panel");
  await htmx.ajax("GET", url, { target: panel, swap: "innerHTML", source: panel });
}

// What stands in the panel can be closed, also after it was saved and came anew.
document.addEventListener("htmx:afterSettle", () => {
  for (const close of document.querySelectorAll("#task-panel [data-close-panel]")) close.hidden = false;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#task-panel [data-close-panel]")) document.getElementById("task-panel").replaceChildren();
});

function open() {
  const link = currentRow()?.querySelector("th a");
  if (!link) return false;
  openPanel(link.href);
}

const level = (name) => () => change("cells/set/", { column: "risk_level", value: name });

export const ROW_COMMANDS = {
  "undo": () => step("undo"),
  "redo": () => step("redo"),
  "indent": () => change("tasks/indent/"),
  "outdent": () => change("tasks/outdent/"),
  "move-up": () => change("tasks/move/", { step: -1 }),
  "move-down": () => change("tasks/move/", { step: 1 }),
  "insert": insert,
  "delete": remove,
  "toggle": () => collapse(currentRow()),
  "why": why,
  "open": open,
  "risk-none": level(""),
  "risk-low": level("low"),
  "risk-medium": level("medium"),
  "risk-high": level("high"),
};

document.addEventListener("click", (event) => {
  const name = event.target.closest("#workbench-bar [data-shortcut]")?.dataset.shortcut;
  if (name !== "undo" && name !== "redo") return;
  event.preventDefault();
  step(name);
});

// Buttons outside their form: without this file they send it themselves.
document.addEventListener("click", (event) => {
  const button = event.target.closest("#workbench button[form]");
  if (!button) return;
  event.preventDefault();
  if (button.matches(".twist")) return collapse(button.closest("tr"));
  send(button.form.action, { [button.name]: button.value });
});

// Links that open beside the table: the history, a task.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-drawer]");
  if (!link || !document.getElementById("task-panel") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPanel(link.href);
});
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("#task-panel [data-restore]")) return;
  event.preventDefault();
  await send(form.action, Object.fromEntries(new FormData(form)));
  openPanel(document.querySelector(".tabs [data-drawer]").href);
});
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-row-action]")?.dataset.rowAction;
  if (name) ROW_COMMANDS[name]();
});

// Rows come back window by window: the cursor goes to its row when that one is there.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!awaited || !event.target.matches?.(".window")) return;
  const rows = [...event.target.querySelectorAll("tbody tr")];
  const row = awaited.fresh ? rows.find((one) => !awaited.fresh.has(one.id)) : document.getElementById(awaited.row);
  if (!row) return;
  const { column, open: opens, from } = awaited;
  awaited = null;
  // Whoever has moved on meanwhile is left where they are.
  if (![document.body, from].includes(document.activeElement)) return;
  focus(cellAt(row, column));
  if (opens) edit(cellAt(row, column));
});
