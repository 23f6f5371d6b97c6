// What a drag comes to is committed once; the server answers with the bar above the table,
// and the windows in sight are fetched anew. What it refuses it says, and nothing has changed.

import { clear, hushChip } from "./ghosts.js";

const bench = document.getElementById("workbench");

function post(url, values) {
  return htmx.ajax("POST", url, { target: "#workbench-bar", swap: "morph:outerHTML", source: bench, values });
}

function versionOf(bar) {
  return bench.querySelector(`tr[data-task="${bar.dataset.task}"]`)?.dataset.version ?? "";
}

export function reschedule(bar, start) {
  return post(`/tasks/${bar.dataset.task}/reschedule/`, { start, version: versionOf(bar) });
}

export function resize(bar, finish) {
  return post(`/tasks/${bar.dataset.task}/resize/`, { finish, version: versionOf(bar) });
}

export function reorder(bar, parent, before) {
  return post(`/tasks/${bar.dataset.task}/move/`, { parent, before, version: versionOf(bar) });
}

export function link(words) {
  return post(bench.dataset.linkUrl, words);
}

export function unlink(words) {
  return post(bench.dataset.unlinkUrl, words);
}

// A ghost stays until what it foretold is there: the rows come anew, or the refusal.
function settle() {
  clear();
  hushChip();
}

if (bench) {
  document.addEventListener("plan-refused", settle);
  document.addEventListener("htmx:sendError", settle);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest?.(".window")) settle();
  });
}
