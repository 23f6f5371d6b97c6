// What a drag comes to is committed once; the server answers with the bar above the table,
// and the windows in sight are fetched anew. What it refuses it says, and nothing has changed.

import { send } from "../send.js";
import { clear, hushChip } from "./ghosts.js";

const bench = document.getElementById("workbench");

// The version that this person knows: of the row they see, or of what they typed into it since.
function post(bar, action, values) {
  const row = bench.querySelector(`tr[data-task="${bar.dataset.task}"]`);
  const version = () => row?.dataset.kept ?? row?.dataset.version ?? "";
  return send(`/tasks/${bar.dataset.task}/${action}/`, () => ({ ...values, version: version() }));
}

export function reschedule(bar, start) {
  return post(bar, "reschedule", { start });
}

export function resize(bar, finish) {
  return post(bar, "resize", { finish });
}

export function reorder(bar, parent, before) {
  return post(bar, "move", { parent, before });
}

export function link(words) {
  return send(bench.dataset.linkUrl, words);
}

export function unlink(words) {
  return send(bench.dataset.unlinkUrl, words);
}

// One's own change makes the next version; what somebody else did between is not passed over.
function keep({ detail }) {
  for (const [task, version] of Object.entries(detail?.versions ?? {})) {
    const row = bench.querySelector(`tr[data-task="${task}"]`);
    const known = row?.dataset.kept ?? row?.dataset.version;
    if (Number(known) + 1 === version) row.dataset.kept = version;
  }
}

// A ghost stays until what it foretold is there: the rows come anew, or the refusal.
function settle() {
  clear();
  hushChip();
}

if (bench) {
  document.addEventListener("rows-kept", keep);
  document.addEventListener("plan-refused", settle);
  document.addEventListener("htmx:sendError", settle);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest?.(".window")) settle();
  });
}
