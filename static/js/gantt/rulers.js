// The upper ruler's first label stays in sight while its month, quarter or year scrolls by.

const bench = document.getElementById("workbench");
const AIR = 6;
let asked = 0;

// Where the Gantt begins to be seen, in pixels of its own.
function edge(head) {
  const row = bench.querySelector("#workbench-head .plan thead tr");
  const last = bench.querySelector("#workbench-head.is-wide") ? row.querySelector(".column-name") : row.lastElementChild;
  return last.getBoundingClientRect().right - head.getBoundingClientRect().left;
}

function settle() {
  asked = 0;
  const head = bench.querySelector(".gantt-head");
  if (!head) return;
  const from = edge(head) + AIR;
  const labels = [...head.querySelectorAll(".gantt-major")];
  for (const [place, label] of labels.entries()) {
    label.dataset.x ??= label.getAttribute("x");
    const next = labels[place + 1];
    const last = next ? Number(next.dataset.x ?? next.getAttribute("x")) - label.getComputedTextLength() - 2 * AIR : from;
    // The first month of a plan may be too short for its name.
    label.setAttribute("visibility", last + AIR < Number(label.dataset.x) ? "hidden" : "visible");
    label.setAttribute("x", Math.max(Number(label.dataset.x), Math.min(from, last)));
  }
}

function ask() {
  asked ||= requestAnimationFrame(settle);
}

if (bench) {
  bench.addEventListener("scroll", ask, { passive: true });
  window.addEventListener("resize", ask);
  document.addEventListener("htmx:afterSettle", ask);
  ask();
}
