// The line between table and Gantt: dragged or moved by the arrow keys, kept for the person on the
// server; a double-click (or Enter) fits it to the columns. What a narrow table hides is scrolled
// within it, in every window of rows at once.

import { remember } from "./place.js";

const LEAST = 120; // of the table, and of the Gantt
const STEP = 16;
const SNAP = 6; // pixels from the edge of a column
const bench = document.getElementById("workbench");
const splitter = document.getElementById("splitter");
const isRtl = document.documentElement.dir === "rtl";

const side = () => bench.querySelector(".workbench-head .plan-side");
const pane = () => bench.querySelector(".workbench-head .plan-pane");
const most = () => bench.clientWidth - LEAST;
const widthNow = () => side().querySelector(".plan-width").getBoundingClientRect().width;

function columnWidths() {
  return [...bench.querySelectorAll(".workbench-head col")].map((column) => Number(column.getAttribute("width")));
}

function fitting() {
  return columnWidths().reduce((sum, width) => sum + width, 0);
}

function tell() {
  const percent = (pixels) => String(Math.round((pixels / bench.clientWidth) * 100));
  splitter.setAttribute("aria-valuemin", percent(LEAST));
  splitter.setAttribute("aria-valuemax", percent(most()));
  splitter.setAttribute("aria-valuenow", percent(widthNow()));
}

// Every window has the width in its markup; those fetched before it was kept are put right.
function show(width) {
  for (const one of bench.querySelectorAll(".plan-width")) {
    if (Number(one.getAttribute("width")) !== width) one.setAttribute("width", width);
  }
}

function choose(width) {
  const chosen = Math.round(Math.min(Math.max(width, LEAST), most()));
  bench.dataset.split = chosen;
  show(chosen);
  settled();
}

function fit() {
  bench.dataset.split = "";
  show(fitting());
  settled();
}

function settled() {
  tell();
  window.dispatchEvent(new Event("resize")); // rulers and the live forecast stand beside the table
}

function keep() {
  remember(bench.dataset.splitUrl, { width: bench.dataset.split });
}

function snapped(width) {
  let edge = 0;
  for (const column of columnWidths()) {
    edge += column;
    if (Math.abs(edge - width) <= SNAP) return edge;
  }
  return width;
}

function drag(event) {
  if (event.button) return;
  const before = widthNow();
  const start = event.clientX;
  let hasMoved = false;
  const move = (moved) => {
    hasMoved ||= Math.abs(moved.clientX - start) > 2;
    if (hasMoved) choose(snapped(before + (moved.clientX - start) * (isRtl ? -1 : 1)));
  };
  const drop = () => {
    splitter.removeEventListener("pointermove", move);
    splitter.classList.remove("is-dragged");
    if (hasMoved) keep();
  };
  splitter.classList.add("is-dragged");
  splitter.setPointerCapture(event.pointerId);
  splitter.addEventListener("pointermove", move);
  splitter.addEventListener("lostpointercapture", drop, { once: true });
}

const KEYS = {
  ArrowRight: () => choose(widthNow() + (isRtl ? -STEP : STEP)),
  ArrowLeft: () => choose(widthNow() - (isRtl ? -STEP : STEP)),
  Home: () => choose(LEAST),
  End: () => choose(most()),
  Enter: fit,
};

function onKey(event) {
  if (!(event.key in KEYS) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  KEYS[event.key]();
  keep();
}

function paneOf(window_) {
  const box = window_.getBoundingClientRect();
  const seen = bench.getBoundingClientRect();
  return box.bottom > seen.top && box.top < seen.bottom ? window_.querySelector(".plan-pane") : null;
}

// Columns stand below their heads: one pane scrolls, the others in sight follow.
function align(left) {
  bench.classList.toggle("is-panned", left !== 0);
  const panes = [pane(), ...[...bench.querySelectorAll(".window")].map(paneOf)];
  for (const one of panes.filter(Boolean)) if (one.scrollLeft !== left) one.scrollLeft = left;
}

let panned = 0;

function scrolled({ target }) {
  if (!target.matches?.(".plan-pane")) return target === bench && panned && align(panned);
  if (Math.abs(target.scrollLeft - panned) < 1) return;
  panned = target.scrollLeft;
  align(panned);
}

// Rows come as the server knows them: with the width kept last.
function renewWindow(window_) {
  const width = side().querySelector(".plan-width").getAttribute("width");
  const own = window_.querySelector(".plan-width");
  if (own && own.getAttribute("width") !== width) own.setAttribute("width", width);
  if (panned) align(panned);
}

// So does the head, for which columns may have come or gone.
function renew() {
  const [number, name] = columnWidths();
  bench.style.setProperty("--names-width", `${number + name}px`);
  show(bench.dataset.split === "" ? fitting() : Number(bench.dataset.split));
  align(panned);
  tell();
}

if (bench) {
  splitter.hidden = false;
  splitter.addEventListener("pointerdown", drag);
  splitter.addEventListener("keydown", onKey);
  splitter.addEventListener("dblclick", () => {
    fit();
    keep();
  });
  bench.addEventListener("scroll", scrolled, { capture: true, passive: true });
  bench.addEventListener("columns-widened", renew);
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.matches?.(".window")) renewWindow(target);
    else if (target.matches?.("#workbench-bar, #workbench-head")) renew();
  });
  window.addEventListener("resize", tell);
  renew();
}
