// The workbench's rows come in windows: this fetches those that scroll near, and after a change
// those that are in sight; the others are fetched again when they come back into sight.

import { watchForLeaving } from "./leaving.js";
import { answered } from "./send.js";

const MARGIN = "900px";
const REST_MS = 60; // what a fast scroll only passes by is never fetched
const bench = document.getElementById("workbench");

function url(window_) {
  return bench.dataset.rowsUrl.replace("/0/", `/${window_.dataset.first}/`);
}

const inSight = new WeakSet();
const watched = new WeakSet();
const busy = new WeakSet();
const stale = new WeakSet();

// Rows in which somebody types are left alone until they are done.
function typedIn(window_) {
  return window_.querySelector(".is-editing") !== null;
}

async function fetchRows(window_) {
  if (busy.has(window_)) return;
  if (typedIn(window_)) return stale.add(window_);
  busy.add(window_);
  stale.delete(window_);
  const swap = window_.matches(".window-pending") ? "outerHTML" : "morph:outerHTML";
  await htmx.ajax("GET", url(window_), { target: window_, swap, source: window_ });
  busy.delete(window_);
  if (stale.has(window_) && inSight.has(window_)) fetchRows(window_);
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inSight.add(target);
      else inSight.delete(target);
      if (isIntersecting) setTimeout(() => inSight.has(target) && needed(target) && fetchRows(target), REST_MS);
    }
  },
  { root: bench, rootMargin: MARGIN },
);

function needed(window_) {
  return stale.has(window_) || window_.matches(".window-pending");
}

function watch() {
  for (const window_ of bench.querySelectorAll(".window")) {
    if (!watched.has(window_)) near.observe(window_);
    if (!watched.has(window_) && !window_.matches(".window-pending")) far.observe(window_);
    watched.add(window_);
  }
}

// What is far away becomes as it was before it was fetched.
const far = watchForLeaving((window_) => {
  if (busy.has(window_) || inSight.has(window_)) return false;
  const rows = window_.querySelectorAll("tbody tr").length;
  const space = placeholder(window_.dataset.first, rows);
  near.unobserve(window_);
  window_.replaceWith(space);
  watched.add(space);
  near.observe(space);
  return true;
});

function placeholder(first, rows) {
  const window_ = document.createElement("div");
  window_.className = "window window-pending";
  window_.dataset.first = first;
  const space = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  space.setAttribute("height", rows * 30);
  space.setAttribute("width", 10);
  window_.append(space);
  return window_;
}

// Rows were added or deleted: there may be more or fewer windows than before.
function fit(total) {
  const size = Number(bench.dataset.windowRows);
  const wanted = Math.ceil(total / size);
  const windows = [...bench.querySelectorAll(".window")];
  for (const extra of windows.slice(wanted)) extra.remove();
  let last = windows[Math.min(wanted, windows.length) - 1] ?? document.getElementById("workbench-head");
  for (let index = windows.length; index < wanted; index += 1) {
    const added = placeholder(index * size, Math.min(size, total - index * size));
    last.after(added);
    last = added;
  }
}

function refresh() {
  const bar = document.getElementById("workbench-bar");
  if (!bench || bar.hasAttribute("data-empty")) return answered().finally(() => window.location.reload());
  fit(Number(bar.dataset.total));
  bench.querySelector(".no-rows").hidden = bar.dataset.total !== "0";
  watch();
  for (const window_ of bench.querySelectorAll(".window")) {
    stale.add(window_);
    if (inSight.has(window_)) fetchRows(window_);
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, detail } = event;
  if (!target.matches(".window") || detail.target !== target || !typedIn(target)) return;
  detail.shouldSwap = false;
  stale.add(target);
});
document.addEventListener("cell-closed", () =>
  requestAnimationFrame(() => {
    for (const window_ of bench.querySelectorAll(".window")) {
      if (stale.has(window_) && inSight.has(window_)) fetchRows(window_);
    }
  }),
);

// The event comes before the answer is swapped in, which tells how many rows there are now.
document.addEventListener("plan-changed", () => requestAnimationFrame(refresh));
document.addEventListener("forecast-ready", () => requestAnimationFrame(refresh));
document.addEventListener("live-ready", () => requestAnimationFrame(refresh));
document.addEventListener("view-changed", () => requestAnimationFrame(refresh));
document.addEventListener("htmx:afterSwap", () => bench && watch());
if (bench) watch();
