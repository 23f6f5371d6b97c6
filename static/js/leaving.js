// Rows that are scrolled far away leave the page: a space of their height stays, and they are
// fetched again when they come near. What somebody works in stays, however far they scroll.

import { hasBlock } from "./chosen.js";

const FAR = "2400px"; // with what is in sight some 200 rows; those of half a window come on top
const HELD = ".is-editing, .is-moving, .is-dragged, [tabindex='0'], tr[aria-selected]";
const bench = document.getElementById("workbench");

// The cursor, an open editor, a bar that is moved; and chosen rows, unless a block tells which.
function isHeld(window_) {
  if (window_.contains(document.activeElement) || bench.classList.contains("is-dragging")) return true;
  const held = hasBlock() ? HELD.replace(", tr[aria-selected]", "") : HELD;
  return window_.querySelector(`tbody :is(${held}), .gantt-window :is(${held})`) !== null;
}

// Calls `leave` with each window that may go; one that is held is asked again later.
export function watchForLeaving(leave) {
  const far = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting || !target.isConnected) far.delete(target);
        else far.add(target);
      }
      for (const window_ of far) {
        if (!window_.isConnected) far.delete(window_);
        else if (!isHeld(window_) && leave(window_)) {
          far.delete(window_);
          observer.unobserve(window_);
        }
      }
    },
    { root: bench, rootMargin: FAR },
  );
  return observer;
}
