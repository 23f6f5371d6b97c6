// The live forecast after an edit: asked for four times a second at first, then each second, slower
// where nobody looks, and not at all once it describes the plan as it stands.

const EAGER_MS = 3000;
const PATIENT_MS = 60_000;
const card = document.getElementById("live-card");
let since = 0;
let timer = 0;
let asked = false;

function panel() {
  return document.getElementById("live-forecast");
}

function pause() {
  if (document.hidden) return 5000;
  return performance.now() - since < EAGER_MS ? 250 : 1000;
}

async function look() {
  const before = panel();
  if (!before?.dataset.url) return;
  const url = `${before.dataset.url}?seen=${before.dataset.seen}`;
  const wasUnderWay = before.dataset.underWay === "true";
  await htmx.ajax("GET", url, { target: "#live-forecast", swap: "morph:outerHTML", source: before });
  const { underWay } = panel().dataset;
  if (underWay === "true" && performance.now() - since < PATIENT_MS) again();
  else if (wasUnderWay || asked) arrived();
}

function arrived() {
  asked = false;
  document.dispatchEvent(new CustomEvent("live-ready"));
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(look, pause());
}

function begin() {
  since = performance.now();
  asked = true;
  clearTimeout(timer);
  timer = setTimeout(look, 60);
}

function fold(isFolded) {
  card.classList.toggle("is-folded", isFolded);
  card.querySelector("[data-fold]").setAttribute("aria-expanded", String(!isFolded));
  localStorage.setItem("live-card", isFolded ? "folded" : "open");
}

if (card) {
  const narrow = window.matchMedia("(max-width: 860px)").matches;
  fold((localStorage.getItem("live-card") ?? (narrow ? "folded" : "open")) === "folded");
  card.querySelector("[data-fold]").addEventListener("click", () => fold(!card.classList.contains("is-folded")));
  document.addEventListener("plan-changed", begin);
  document.addEventListener("forecast-ready", begin);
  document.addEventListener("visibilitychange", () => !document.hidden && timer && panel().dataset.underWay === "true" && look());
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "live-forecast" && panel().dataset.underWay === "true" && !timer) begin();
  });
}
