// A column is as wide as its head is dragged; the server remembers it.

const bench = document.getElementById("workbench");
const LEAST = 40;
const MOST = 640;

function columns(name) {
  return bench.querySelectorAll(`col.column-${name}`);
}

function widen(name, width) {
  const before = Number(columns(name)[0].getAttribute("width"));
  for (const column of columns(name)) column.setAttribute("width", width);
  for (const table of bench.querySelectorAll("table.plan")) {
    table.setAttribute("width", Number(table.getAttribute("width")) + width - before);
  }
  bench.dispatchEvent(new Event("columns-widened"));
}

function drag(grip, event) {
  const name = grip.closest("th").dataset.column;
  const start = event.clientX;
  const before = Number(columns(name)[0].getAttribute("width"));
  let width = before;
  const move = (moved) => {
    width = Math.round(Math.min(Math.max(before + moved.clientX - start, LEAST), MOST));
    widen(name, width);
  };
  const drop = () => {
    grip.removeEventListener("pointermove", move);
    grip.classList.remove("is-dragged");
    if (width !== before) keep(name, width);
  };
  grip.classList.add("is-dragged");
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move);
  grip.addEventListener("lostpointercapture", drop, { once: true });
}

function keep(column, width) {
  const values = { column, width };
  htmx.ajax("POST", bench.dataset.widthUrl, { target: "#workbench-bar", swap: "morph:outerHTML", source: bench, values });
}

bench?.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip) return;
  event.preventDefault();
  drag(grip, event);
});
