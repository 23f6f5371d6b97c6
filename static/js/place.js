// Where a person was on a plan: kept for them on the server, where the work stands the first time.

const AIR = 120;
const REST_MS = 400;
const bench = document.getElementById("workbench");
let timer = 0;
let kept = "";

function restore() {
  const { top, left, openingX } = bench.dataset;
  bench.scrollTop = Number(top);
  bench.scrollLeft = left === "" ? Math.max(Number(openingX) - AIR, 0) : Number(left);
  kept = place();
  document.getElementById(window.location.hash.slice(1))?.scrollIntoView({ block: "center" });
}

function place() {
  return new URLSearchParams({ top: Math.round(bench.scrollTop), left: Math.round(Math.abs(bench.scrollLeft)) }).toString();
}

function keep() {
  clearTimeout(timer);
  if (place() === kept) return;
  kept = place();
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  fetch(bench.dataset.placeUrl, {
    method: "POST",
    body: new URLSearchParams(kept),
    headers: { "X-CSRFToken": token },
    keepalive: true,
  }).catch(() => {});
}

if (bench) {
  restore();
  bench.addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, REST_MS);
  }, { passive: true });
  window.addEventListener("pagehide", keep);
}
