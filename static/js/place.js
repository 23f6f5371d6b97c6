// Where a person was on a plan: kept while the tab lives, where the work stands the first time.

const AIR = 120;
const bench = document.getElementById("workbench");
const key = `place:${window.location.pathname}`;

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  const zoom = document.querySelector("[data-zoom]")?.dataset.zoom;
  bench.scrollTop = kept?.top ?? 0;
  bench.scrollLeft = kept?.zoom === zoom ? kept.left : Math.max(Number(bench.dataset.openingX) - AIR, 0);
  document.getElementById(window.location.hash.slice(1))?.scrollIntoView({ block: "center" });
}

function keep() {
  const zoom = document.querySelector("[data-zoom]")?.dataset.zoom;
  sessionStorage.setItem(key, JSON.stringify({ top: bench.scrollTop, left: bench.scrollLeft, zoom }));
}

if (bench) {
  restore();
  window.addEventListener("pagehide", keep);
}
