// The upper ruler's first label stays in sight while its month, quarter or year scrolls by.

const bench = document.getElementById("workbench");
const AIR = 6;
let asked = 0;
let left = null; // where the Gantt was last time: rows that scroll by change nothing here
let lengths = new WeakMap();

// Where the Gantt begins to be seen, in pixels of its own.
function edge(head) {
  const table = bench.querySelector("#workbench-head .plan-side");
  return table.getBoundingClientRect().right - head.getBoundingClientRect().left;
}

function lengthOf(label) {
  if (!lengths.has(label)) lengths.set(label, label.getComputedTextLength());
  return lengths.get(label);
}

// Where each label belongs, and how far it may go: all is read before anything is written.
function measured(head) {
  const labels = [...head.querySelectorAll(".gantt-major")];
  const own = labels.map((label) => Number(label.dataset.x ?? label.getAttribute("x")));
  return labels.map((label, place) => {
    const last = place + 1 < own.length ? own[place + 1] - lengthOf(label) - 2 * AIR : Infinity;
    return { label, own: own[place], last };
  });
}

function settle() {
  asked = 0;
  const head = bench.querySelector(".gantt-head");
  if (!head) return;
  left = bench.scrollLeft;
  const from = edge(head) + AIR;
  for (const { label, own, last } of measured(head)) {
    const x = String(Math.max(own, Math.min(from, last)));
    // The first month of a plan may be too short for its name.
    const visibility = last + AIR < own ? "hidden" : "visible";
    if (label.getAttribute("x") === x && label.getAttribute("visibility") === visibility) continue;
    label.dataset.x ??= own;
    label.setAttribute("visibility", visibility);
    label.setAttribute("x", x);
  }
}

function ask() {
  asked ||= requestAnimationFrame(settle);
}

if (bench) {
  bench.addEventListener("scroll", () => bench.scrollLeft !== left && ask(), { passive: true });
  window.addEventListener("resize", ask);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.matches(".window")) return; // rows that came change no ruler
    lengths = new WeakMap();
    ask();
  });
  ask();
}
