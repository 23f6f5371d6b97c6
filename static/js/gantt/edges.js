// Where a row's bar lies beside what is in sight, the edge says on which date; a click brings it.
// The hints stand in the windows of rows and stick to the Gantt's edges: scrolling up and down
// moves them without a script, and only scrolling along the time draws them anew.

import { commands } from "../commands.js";
import { bench, currentRow } from "../cursor.js";
import { dayText, head, minutes } from "./scale.js";

const AIR = 64;
const isRtl = document.documentElement.dir === "rtl";
const states = new WeakMap(); // of windows
const reaches = new WeakMap(); // of bars
let asked = 0;

// What can be seen of the Gantt, in pixels of its own, and where that begins on the page.
function sight() {
  const page = bench.getBoundingClientRect();
  const table = bench.querySelector(".workbench-head .plan-side").getBoundingClientRect();
  const origin = head().getBoundingClientRect().left;
  const [left, right] = isRtl ? [page.right - bench.clientWidth, table.left] : [table.right, page.left + bench.clientWidth];
  return { from: left - origin, to: right - origin, top: page.top, bottom: page.bottom };
}

// How far a bar reaches with its forecast and its label; asked once, for the browser has to measure.
function reachOf(bar) {
  if (!reaches.has(bar)) {
    const { x, width } = bar.getBBox();
    reaches.set(bar, { x, right: x + width });
  }
  return reaches.get(bar);
}

// Where nothing of the bar is in sight.
function sideOf(bar, { from, to }) {
  if (Number(bar.dataset.right) > from && Number(bar.dataset.left) < to) return null;
  const { x, right } = reachOf(bar);
  if (right < from) return "before";
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

// What a window shows: its bars, its rails, and the hint of each bar that has one.
function newState(window_) {
  const rails = { [isRtl ? "after" : "before"]: rail(window_, true), [isRtl ? "before" : "after"]: rail(window_, false) };
  window_.append(...Object.values(rails));
  const begins = window_.querySelector(".gantt-window").viewBox.baseVal.y;
  const state = { rails, begins, bars: [...window_.querySelectorAll(".gantt-bar")], hints: new Map(), place: "" };
  states.set(window_, state);
  return state;
}

// Only what has changed sides is drawn: most bars stay where they are from one frame to the next.
function draw({ rails, begins, bars, hints }, seen) {
  const moved = bars.map((bar) => [bar, sideOf(bar, seen)]).filter(([bar, side]) => (hints.get(bar)?.side ?? null) !== side);
  for (const [bar, side] of moved) {
    hints.get(bar)?.shown.remove();
    hints.delete(bar);
    if (!side) continue;
    const shown = hint(bar, side, Number(bar.dataset.top) - begins);
    hints.set(bar, { side, shown });
    rails[side].append(shown);
  }
}

function isSeen(window_, { top, bottom }) {
  const box = window_.getBoundingClientRect();
  return box.bottom > top && box.top < bottom;
}

function settle() {
  asked = 0;
  if (!head()) return;
  const seen = sight();
  const place = `${Math.round(seen.from)} ${Math.round(seen.to)} ${head().dataset.pixelsPerDay}`;
  const waiting = [...bench.querySelectorAll(".window:not(.window-pending)")].filter(
    (window_) => states.get(window_)?.place !== place && isSeen(window_, seen),
  );
  for (const window_ of waiting) {
    const state = states.get(window_) ?? newState(window_);
    draw(state, seen);
    state.place = place;
  }
}

// Rows that came anew stand without hints, and their bars may reach elsewhere.
function forget(window_) {
  for (const bar of states.get(window_)?.bars ?? []) reaches.delete(bar);
  for (const one of window_.querySelectorAll(".edge-hints")) one.remove();
  states.delete(window_);
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
    if (target.matches?.(".window")) forget(target);
    ask();
  });
  commands.on("show-bar", () => bring(bench.querySelector(`.gantt-bar[data-task="${currentRow()?.dataset.task}"]`)));
  ask();
}
