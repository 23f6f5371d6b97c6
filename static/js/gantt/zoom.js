// Zooming keeps a date where it is: the one under the pointer, else the one in the middle.
// The server draws every zoom; this remembers the date and scrolls to it when the rulers are new.

import { head, toMoment, toX } from "./scale.js";

const WHEEL_REST_MS = 180; // one notch of a wheel, or one pinch, is one step
const bench = document.getElementById("workbench");
let held = null;
let rested = 0;

function view() {
  const box = bench.getBoundingClientRect();
  const table = bench.querySelector(".workbench-head .plan-side")?.getBoundingClientRect();
  const left = table && table.right < box.right - 40 ? table.right : box.left;
  return { left, right: box.right };
}

function hold(clientX) {
  const { left, right } = view();
  const at = clientX === undefined ? (left + right) / 2 : clientX;
  held = { at, moment: toMoment(at - head().getBoundingClientRect().left) };
}

function restore() {
  if (!held || !head()) return;
  const now = head().getBoundingClientRect().left + toX(held.moment);
  bench.scrollLeft += now - held.at;
  held = null;
}

function press(name) {
  document.querySelector(`[data-shortcut="${name}"]:not(:disabled)`)?.click();
}

function wheel(event) {
  if (!event.ctrlKey || !head()) return;
  event.preventDefault();
  if (event.timeStamp - rested < WHEEL_REST_MS || !event.deltaY) return;
  rested = event.timeStamp;
  hold(event.clientX);
  press(event.deltaY > 0 ? "zoom-out" : "zoom-in");
}

if (bench) {
  bench.addEventListener("wheel", wheel, { passive: false });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches?.("form.zoom") && !held && head()) hold();
  });
  document.addEventListener("view-changed", () => requestAnimationFrame(restore));
}
