// What was typed into cells and is not yet kept: on its way to the server, or refused by it.
//
// A cell shows its newest text at once. Edits go one after the other; each says what its cell held
// for the person who typed it, which for a second edit is what the first one's answer brings. An
// edit that still waits takes in the next one of its cell if nothing else was asked for between.

import { isWaiting, send, sends } from "./send.js";

const entries = []; // in the order of typing; only the first can be at the server
const refused = new Map();
const plain = new Map(); // the markup of a cell under the text that is shown meanwhile
let touches = 0;
let refusalCount = 0;

function keyOf(cell) {
  return `${cell.closest("tr").id} ${cell.dataset.field}`;
}

function cellOf({ row, field }) {
  return document.getElementById(row)?.querySelector(`[data-field="${field}"]`);
}

function shown(cell) {
  return (cell.querySelector("a") ?? cell).textContent.trim();
}

function newest(key) {
  return entries.findLast((entry) => entry.key === key);
}

// The text that editing begins with.
export function value(cell) {
  const key = keyOf(cell);
  return (newest(key) ?? refused.get(key))?.typed ?? cell.dataset.value ?? shown(cell);
}

// What the person sees in the cell before they change it, and the version of its task.
export function seen(cell) {
  const key = keyOf(cell);
  const entry = newest(key);
  if (entry) return { before: entry.typed, version: entry.version };
  const version = cell.dataset.seen ?? cell.closest("tr").dataset.version;
  return refused.get(key)?.seen ?? { before: cell.dataset.value ?? shown(cell), version };
}

// Why what was typed into the cell was refused while the person was elsewhere.
export function refusalOf(cell) {
  return refused.get(keyOf(cell));
}

// The cell as it stands without what is typed: what Escape goes back to.
export function bare(cell) {
  const key = keyOf(cell);
  if (plain.has(key)) cell.innerHTML = plain.get(key);
  plain.delete(key);
  cell.classList.remove("is-saving", "is-refused");
  cell.removeAttribute("aria-invalid");
}

// Shows again what waits for an answer in a cell that nobody types in.
export function cover(cell) {
  const key = keyOf(cell);
  const entry = newest(key) ?? refused.get(key);
  if (!entry || cell.classList.contains("is-editing")) return;
  if (!cell.matches(".is-saving, .is-refused")) plain.set(key, cell.innerHTML);
  (cell.querySelector("a") ?? cell).textContent = entry.typed;
  cell.classList.toggle("is-saving", !refused.has(key));
  cell.classList.toggle("is-refused", refused.has(key));
  if (refused.has(key)) cell.setAttribute("aria-invalid", "true");
}

// How many edits were refused so far.
export function refusals() {
  return refusalCount;
}

export function forget(cell) {
  refused.delete(keyOf(cell));
}

export function save(cell, typed, { before, version } = seen(cell)) {
  const row = cell.closest("tr");
  const key = keyOf(cell);
  if (refused.has(key)) bare(cell);
  refused.delete(key);
  const last = entries.at(-1);
  if (last?.key === key && !last.isSent && last.place === sends()) {
    Object.assign(last, { typed, touches });
    return cover(cell);
  }
  const entry = { key, row: row.id, field: cell.dataset.field, typed, before, version, touches, isSent: false };
  entries.push(entry);
  cover(cell);
  const done = () => entries.includes(entry) && refuse(entry, { text: "", value: entry.before, version: entry.version });
  send(`/tasks/${row.dataset.task}/cell/`, () => {
    entry.isSent = true;
    const { field, typed: text, before: found, version: known } = entry;
    return { field, value: text, before: found, version: known ?? "" };
  }).then(done, done);
  entry.place = sends();
}

// Whatever else was typed into the cell meanwhile stands on this answer now.
function stand(entry, before, version) {
  entries.splice(entries.indexOf(entry), 1);
  for (const later of entries) if (later.key === entry.key) Object.assign(later, { before, version });
  const cell = cellOf(entry);
  if (cell?.classList.contains("is-editing")) Object.assign(cell.dataset, { before, version });
  return cell;
}

function keep(entry, { value: kept, version }) {
  const cell = stand(entry, kept, version);
  if (cell) cell.closest("tr").dataset.kept = version;
  if (!cell || newest(entry.key)) return;
  Object.assign(cell.dataset, { value: kept, seen: version });
  cell.classList.remove("is-saving");
  plain.delete(entry.key);
}

// Only who has touched nothing since is brought back to the cell; others go on where they are.
function refuse(entry, { text, value: found, version, lost }) {
  refusalCount += 1;
  const cell = stand(entry, found, version);
  const isTypedOver = newest(entry.key) || cell?.classList.contains("is-editing");
  const words = { typed: entry.typed, text, found, lost };
  if (!isTypedOver) refused.set(entry.key, { ...entry, ...words, seen: { before: found, version } });
  if (cell && !isTypedOver) cover(cell);
  const isIdle = Boolean(cell) && !isTypedOver && entry.touches === touches;
  document.dispatchEvent(new CustomEvent("cell-returned", { detail: { cell, isIdle, ...words } }));
}

// Leaving asks first while the server has yet to keep, or has refused, what was typed.
window.addEventListener("beforeunload", (event) => {
  if (isWaiting() || [...refused.values()].some(cellOf)) event.preventDefault();
});
for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => (touches += 1), true);
document.addEventListener("cell-saved", ({ detail }) => entries[0]?.isSent && keep(entries[0], detail));
document.addEventListener("cell-refused", ({ detail }) => entries[0]?.isSent && refuse(entries[0], detail));
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!target.matches?.(".window")) return;
  for (const entry of [...refused.values(), ...entries]) {
    const cell = cellOf(entry);
    if (cell && target.contains(cell)) cover(cell);
  }
});
