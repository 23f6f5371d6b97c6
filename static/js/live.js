// The live forecast after an edit: asked for four times a second at first, then ever more slowly, and
// not at all once it describes the plan as it stands or nobody has answered for a minute.

const PACES = [
  [3_000, 250],
  [15_000, 1_000],
  [60_000, 5_000],
];
const HIDDEN_MS = 5_000;
const AIR = 20;
const LEAST = 208;
const WIDEST = 304;
const LOW = 620; // as at 200 % zoom, where the card would cover the rows
const card = document.getElementById("live-card");
let since = 0;
let timer = 0;
let asked = false;
let isLooking = false;

function panel() {
  return document.getElementById("live-forecast");
}

function isAwaited() {
  return panel()?.dataset.underWay === "true";
}

// How long to wait before the next look; nothing where there has been waiting enough.
function pause() {
  const waited = performance.now() - since;
  const pace = PACES.find(([until]) => waited < until)?.[1];
  return pace && document.hidden ? Math.max(pace, HIDDEN_MS) : pace;
}

async function look() {
  timer = 0;
  const before = panel();
  if (!before?.dataset.url) return;
  const wasAwaited = isAwaited();
  const late = pause() ? "" : "&late=1";
  const url = `${before.dataset.url}?seen=${before.dataset.seen}${late}`;
  isLooking = true;
  try {
    await htmx.ajax("GET", url, { target: "#live-forecast", swap: "morph:outerHTML", source: before });
  } finally {
    isLooking = false;
  }
  if (isAwaited()) {
    if (!late) again();
  } else if (wasAwaited || asked) arrived();
}

function arrived() {
  asked = Boolean(timer);
  card.dataset.foretold = "";
  document.dispatchEvent(new CustomEvent("live-ready"));
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(look, pause() ?? 0);
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
}

// It stands over bars alone and covers no column: as wide as that leaves it, and folded where that
// is too little, also in height, unless a person has chosen.
function fit() {
  const bench = document.getElementById("workbench");
  const table = bench?.querySelector(".workbench-head .plan-side");
  const room = table ? bench.clientWidth - table.offsetWidth - 2 * AIR : WIDEST;
  card.style.setProperty("--live-width", `${Math.min(Math.max(room, LEAST), WIDEST)}px`);
  fold((localStorage.getItem("live-card") ?? (room < LEAST || window.innerHeight < LOW ? "folded" : "open")) === "folded");
}

if (card) {
  fit();
  window.addEventListener("resize", fit);
  document.addEventListener("view-changed", () => requestAnimationFrame(fit));
  card.querySelector("[data-fold]").addEventListener("click", () => {
    fold(!card.classList.contains("is-folded"));
    localStorage.setItem("live-card", card.classList.contains("is-folded") ? "folded" : "open");
  });
  document.addEventListener("plan-changed", begin);
  document.addEventListener("forecast-ready", begin);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !timer || !isAwaited()) return;
    clearTimeout(timer);
    look();
  });
  // Only what comes with the page, or by asking again, starts anew; what a look brought goes on at its pace.
  // A forecast that came after the rows were drawn and before the panel is news to them, too.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "live-forecast" || timer || isLooking) return;
    if (isAwaited()) begin();
    else if ("current" in panel().dataset && !("foretold" in card.dataset)) arrived();
  });
}
