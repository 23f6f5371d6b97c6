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

// Nobody waits for it, and it is sent even from a page that is being left.
export function remember(url, words) {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const body = new URLSearchParams(words);
  fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
}

function keep() {
  clearTimeout(timer);
  if (place() === kept) return;
  kept = place();
  remember(bench.dataset.placeUrl, kept);
}

if (bench) {
  restore();
  bench.addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, REST_MS);
  }, { passive: true });
  window.addEventListener("pagehide", keep);
}
