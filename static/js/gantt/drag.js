// Bars under the pointer: along the time they move or are resized, across the rows they are
// reordered, from a handle at either end they are linked. The first pixels decide which.

import { Arrow } from "./arrow.js";
import { hush } from "./look.js";
import { Reorder } from "./reorder.js";
import { head } from "./scale.js";
import { Wish, daysBetween } from "./wish.js";

const SLOP = 4; // pixels before a press becomes a drag
const EDGE = 7; // how much of the finish takes hold of the duration
const SCROLL_ZONE = 36;
const bench = document.getElementById("workbench");
let drag = null;

function originX() {
  return head().getBoundingClientRect().left;
}

function begin(event) {
  const bar = event.target.closest(".gantt-bar");
  if (!bar || event.button || drag) return;
  // A finger scrolls until it has tapped the bar once.
  if (event.pointerType === "touch" && document.activeElement !== bar) return;
  const handle = event.target.closest(".gantt-handle");
  const x = event.clientX - originX();
  const right = Number(bar.dataset.right);
  const isEdge = bar.classList.contains("is-task") && x > Math.max(right - EDGE, Number(bar.dataset.left) + 4);
  drag = {
    bar,
    x,
    clientX: event.clientX,
    clientY: event.clientY,
    end: handle?.dataset.end,
    kind: isEdge ? "resize" : "reschedule",
    pointer: event.pointerId,
    act: null,
  };
}

function choose(event) {
  const across = Math.abs(event.clientX - drag.clientX);
  const down = Math.abs(event.clientY - drag.clientY);
  if (Math.max(across, down) < SLOP) return;
  hush();
  bench.setPointerCapture(drag.pointer);
  bench.classList.add("is-dragging");
  if (drag.end) drag.act = new Arrow(drag.bar, drag.end);
  else if (down > across && drag.kind === "reschedule") drag.act = new Reorder(drag.bar);
  else drag.act = new Wish(drag.bar, drag.kind);
}

function move(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (!drag.act) choose(event);
  if (!drag.act) return;
  event.preventDefault();
  drag.last = { x: event.clientX, y: event.clientY };
  if (!drag.frame) drag.frame = requestAnimationFrame(follow);
}

function follow() {
  if (!drag?.act) return;
  drag.frame = 0;
  const { x, y } = drag.last;
  if (drag.act instanceof Wish) {
    scrollAt(x);
    drag.act.to(daysBetween(drag.x, x - originX()), drag.last);
  } else drag.act.to(x - originX(), y, drag.last);
}

// At either side of the Gantt the time moves on under the pointer.
function scrollAt(x) {
  const box = bench.getBoundingClientRect();
  const table = bench.querySelector(".workbench-head .plan-side").getBoundingClientRect();
  const step = x > box.right - SCROLL_ZONE ? 14 : x < table.right + SCROLL_ZONE ? -14 : 0;
  if (!step) return;
  bench.scrollLeft += step;
  drag.frame = requestAnimationFrame(follow);
}

function finish(act) {
  if (!drag) return;
  const { act: done, frame } = drag;
  cancelAnimationFrame(frame);
  drag = null;
  bench.classList.remove("is-dragging");
  if (done) act(done);
  return Boolean(done);
}

function drop(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (drag.act && drag.frame) follow();
  if (finish((act) => act.drop())) {
    // The click that ends a drag opens nothing; a finger's drag ends without one.
    const swallow = (click) => click.stopPropagation();
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 100);
    setTimeout(() => window.dispatchEvent(new Event("gantt-drag-ended")), 0);
  }
}

// A bar that a finger has tapped is in hand: there the page no longer scrolls.
const held = new WeakSet();

function hold(event) {
  const bar = event.target.closest(".gantt-bar");
  if (!bar || held.has(bar)) return;
  held.add(bar);
  const keep = (touch) => document.activeElement === bar && touch.preventDefault();
  bar.addEventListener("touchmove", keep, { passive: false });
}

if (bench?.hasAttribute("data-editable")) {
  bench.addEventListener("focusin", hold);
  bench.addEventListener("pointerdown", begin);
  bench.addEventListener("pointermove", move);
  bench.addEventListener("pointerup", drop);
  bench.addEventListener("pointercancel", () => finish((act) => act.cancel()));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !drag?.act) return;
      finish((act) => act.cancel());
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}
