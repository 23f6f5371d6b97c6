// Where a row's bar lies beside what is in sight, the edge says on which date; a click brings it.
// The hints stand in the windows of rows and stick to the Gantt's edges: scrolling up and down
// moves them without a script, and only scrolling along the time draws them anew.

import { commands } from "../commands.js";
import { bench, currentRow } from "../cursor.js";
import { dayText, head, minutes } from "./scale.js";

const AIR = 64;
const isRtl = document.documentElement.dir === "rtl";
const drawn = new WeakMap(); // for which place along the time a window has its hints
let asked = 0;

// What can be seen of the Gantt, in pixels of its own, and where that begins on the page.
function sight() {
  const page = bench.getBoundingClientRect();
  const table = bench.querySelector(".workbench-head .plan-side").getBoundingClientRect();
  const origin = head().getBoundingClientRect().left;
  const [left, right] = isRtl ? [page.right - bench.clientWidth, table.left] : [table.right, page.left + bench.clientWidth];
  return { from: left - origin, to: right - origin, top: page.top, bottom: page.bottom };
}

// Where nothing of the bar is in sight, neither its forecast nor its label.
function sideOf(bar, { from, to }) {
  if (Number(bar.dataset.right) > from && Number(bar.dataset.left) < to) return null;
  const { x, width } = bar.getBBox();
  if (x + width < from) return "before";
  return x > to ? "after" : null;
}

function hint(bar, side, top) {
  const made = document.createElement("button");
  made.type = "button";
  made.tabIndex = -1; // by keys one comes from the row to its bar, which brings it into sight
  made.className = `edge-hint is-${side}`;
  made.dataset.bar = bar.id;
  made.style.top = `${top}px`;
  const date = dayText(minutes(side === "before" ? bar.dataset.finish : bar.dataset.start));
  const words = document.createElement("span");
  words.textContent = date;
  made.append(...(side === "before" ? ["‹ ", words] : [words, " ›"]));
  made.title = date;
  return made;
}

function rail(window_, isNear) {
  const made = document.createElement("div");
  made.className = `edge-hints ${isNear ? "is-near" : "is-far"}`;
  made.setAttribute("aria-hidden", "true");
  if (isNear) made.append(window_.querySelector(".plan-width").cloneNode());
  return made;
}

function draw(window_, seen) {
  for (const old of window_.querySelectorAll(".edge-hints")) old.remove();
  const begins = window_.querySelector(".gantt-window").viewBox.baseVal.y;
  const rails = { [isRtl ? "after" : "before"]: rail(window_, true), [isRtl ? "before" : "after"]: rail(window_, false) };
  for (const bar of window_.querySelectorAll(".gantt-bar")) {
    const side = sideOf(bar, seen);
    if (side) rails[side].append(hint(bar, side, Number(bar.dataset.top) - begins));
  }
  for (const one of Object.values(rails)) if (one.querySelector(".edge-hint")) window_.append(one);
}

function settle() {
  asked = 0;
  if (!head()) return;
  const seen = sight();
  const place = `${Math.round(seen.from)} ${Math.round(seen.to)} ${head().dataset.pixelsPerDay}`;
  for (const window_ of bench.querySelectorAll(".window:not(.window-pending)")) {
    if (drawn.get(window_) === place) continue;
    const { top, bottom } = window_.getBoundingClientRect();
    if (bottom < seen.top || top > seen.bottom) continue;
    draw(window_, seen);
    drawn.set(window_, place);
  }
}

function ask() {
  asked ||= requestAnimationFrame(settle);
}

function bring(bar) {
  if (!bar) return false;
  const seen = sight();
  const [left, right] = [Number(bar.dataset.left), Number(bar.dataset.right)];
  const fits = right - left < seen.to - seen.from - 2 * AIR;
  const by = fits && left > seen.from ? right + AIR - seen.to : left - AIR - seen.from;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  bench.scrollBy({ left: by, behavior: isCalm ? "auto" : "smooth" });
}

if (bench) {
  bench.addEventListener("scroll", ask, { passive: true });
  bench.addEventListener("click", (event) => {
    const found = event.target.closest(".edge-hint");
    if (found) bring(document.getElementById(found.dataset.bar));
  });
  // The cursor stays where it is.
  bench.addEventListener("mousedown", (event) => event.target.closest(".edge-hint") && event.preventDefault());
  window.addEventListener("resize", ask);
  document.addEventListener("htmx:afterSettle", (event) => {
    const { target } = event;
    if (target.matches?.(".window")) drawn.delete(target);
    ask();
  });
  commands.on("show-bar", () => bring(bench.querySelector(`.gantt-bar[data-task="${currentRow()?.dataset.task}"]`)));
  ask();
}
