// Bars by keyboard. A bar in focus: arrows left and right move it by a working day, with Shift they
// resize it, `l` starts a link whose target the arrows choose; Enter commits and Escape cancels.
// Up and down go to the next bar; with Alt they reorder it; `w` says why it stands where it does.

import { Arrow } from "./arrow.js";
import * as commit from "./commit.js";
import { barsInSight } from "./ghosts.js";
import { hush } from "./look.js";
import { explain, openPanel } from "../rows.js";
import { Wish } from "./wish.js";

const bench = document.getElementById("workbench");
const editable = bench?.hasAttribute("data-editable");
let wish = null;

function place(bar) {
  const box = bar.querySelector(".gantt-hit").getBoundingClientRect();
  const seen = bench.getBoundingClientRect();
  return { x: Math.min(Math.max(box.left, seen.left), seen.right - 200), y: box.bottom };
}

function neighbour(bar, step, isFar = false) {
  const bars = [...barsInSight().values()];
  const at = bars.indexOf(bar);
  return bars[Math.max(0, Math.min(at + step * (isFar ? 10 : 1), bars.length - 1))];
}

function focusBar(bar) {
  if (!bar) return;
  bench.querySelector('.gantt-bar[tabindex="0"]')?.setAttribute("tabindex", "-1");
  bar.setAttribute("tabindex", "0");
  bar.focus({ preventScroll: true });
  bar.querySelector(".gantt-hit").scrollIntoView({ block: "nearest", inline: "nearest" });
}

function shift(bar, direction, kind) {
  hush();
  if (wish && (!(wish instanceof Wish) || wish.kind !== kind)) return;
  wish ??= new Wish(bar, kind);
  wish.step(direction, place(bar));
}

function aim(bar, step) {
  const next = neighbour(wish.target ?? bar, step);
  const target = next === bar ? neighbour(bar, step) : next;
  if (target === bar) return;
  target.querySelector(".gantt-hit").scrollIntoView({ block: "nearest", inline: "nearest" });
  wish.aim(target, "S", place(target));
}

function startLink(bar) {
  hush();
  wish = new Arrow(bar);
  wish.aim(null, "S", place(bar));
}

function reorder(bar, step) {
  const other = neighbour(bar, step > 0 ? 2 : -1);
  const isLast = step > 0 && neighbour(bar, 1) === other;
  commit.reorder(bar, other.dataset.parent, isLast ? "" : other.dataset.key);
}

function end(keep) {
  const done = wish;
  wish = null;
  if (keep) done.drop();
  else done.cancel();
}

function openTask(bar) {
  const link = bench.querySelector(`tr[data-task="${bar.dataset.task}"] th a`);
  if (link) openPanel(link.href);
}

// In a wish the keys belong to it; else they move the focus, or begin one.
function pressed(event, bar) {
  const { key } = event;
  const across = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const down = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (wish && key === "Enter") return end(true);
  if (wish && key === "Escape") return end(false);
  if (wish instanceof Arrow) return down || across ? aim(bar, down ?? across) : false;
  if (across) return editable && shift(bar, across, event.shiftKey ? "resize" : "reschedule");
  if (down && event.altKey) return editable && !wish && reorder(bar, down);
  if (down) return wish ? undefined : focusBar(neighbour(bar, down));
  if (key === "PageDown" || key === "PageUp") return focusBar(neighbour(bar, key === "PageDown" ? 1 : -1, true));
  if (key === "l") return editable && !wish && startLink(bar);
  if (key === "w") return wish ? undefined : explain(bar.dataset.task);
  if (key === "Enter" || key === " ") return openTask(bar);
  return false;
}

function onKey(event) {
  const bar = event.target.closest(".gantt-bar");
  if (!bar || event.ctrlKey || event.metaKey || (event.altKey && !event.key.startsWith("Arrow"))) return;
  if (pressed(event, bar) === false) return;
  event.preventDefault();
  event.stopPropagation();
}

// The bar of the row in focus is the Gantt's one tab stop.
function follow(event) {
  const row = event.target.closest?.("tr[data-task]");
  if (!row) return;
  const bar = bench.querySelector(`.gantt-bar[data-task="${row.dataset.task}"]`);
  bench.querySelector('.gantt-bar[tabindex="0"]')?.setAttribute("tabindex", "-1");
  bar?.setAttribute("tabindex", "0");
}

if (bench) {
  bench.addEventListener("keydown", onKey);
  bench.addEventListener("focusin", follow);
  bench.addEventListener("focusout", (event) => {
    if (wish && event.target.closest(".gantt-bar")) end(false);
  });
  document.addEventListener("plan-refused", () => (wish = null));
}
