// The S-curve answers for a date: under the pointer, or moved by the arrow keys.

const DAY_MS = 24 * 3600 * 1000;
const language = document.documentElement.lang || "en";
const dates = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
const shares = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });

function attach(figure) {
  const svg = figure.querySelector("svg");
  const hit = svg.querySelector(".chart-hit");
  const points = JSON.parse(svg.dataset.points).map(([x, share, date]) => ({
    x,
    share,
    date: new Date(date),
  }));
  const floor = Number(svg.dataset.floor);
  const top = Number(svg.dataset.top);
  let place = points.findIndex((point) => point.share >= 0.8);

  function show(index) {
    place = Math.max(0, Math.min(index, points.length - 1));
    const { x, share, date } = points[place];
    const cursor = svg.querySelector("[data-cursor]");
    cursor.setAttribute("visibility", "visible");
    cursor.setAttribute("transform", `translate(${x} 0)`);
    cursor.querySelector("circle").setAttribute("cy", floor - share * (floor - top));
    const said = `${shares.format(share)} ${figure.dataset.words} ${dates.format(date)}`;
    const [strong, rest] = [document.createElement("strong"), ` ${figure.dataset.words} ${dates.format(date)}`];
    strong.textContent = shares.format(share);
    figure.querySelector("[data-read]").replaceChildren(strong, rest);
    hit.setAttribute("aria-valuenow", Math.round(share * 100));
    hit.setAttribute("aria-valuetext", said);
  }

  function nearest(event) {
    const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).x;
    const index = points.findIndex((point) => point.x >= x);
    show(index < 0 ? points.length - 1 : index);
  }

  // A step of the keyboard is a day, whatever the distance between two points.
  function step(days) {
    const wanted = points[place].date.getTime() + days * DAY_MS;
    const ahead = points.findIndex((point) => point.date.getTime() >= wanted);
    const index = ahead < 0 ? points.length - 1 : ahead;
    show(index === place ? place + Math.sign(days) : index);
  }

  const keys = {
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    PageUp: () => step(7),
    PageDown: () => step(-7),
    Home: () => show(0),
    End: () => show(points.length - 1),
  };
  hit.addEventListener("pointermove", nearest);
  hit.addEventListener("pointerdown", nearest);
  hit.addEventListener("focus", () => show(place));
  hit.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    keys[event.key]();
    event.preventDefault();
  });
}

function attachAll() {
  for (const figure of document.querySelectorAll("[data-chart]")) {
    const points = figure.querySelector("svg").dataset.points;
    if (figure.dataset.attached === points.length + points.slice(-60)) continue;
    const fresh = figure.querySelector(".chart-hit");
    fresh.replaceWith(fresh.cloneNode(true));
    attach(figure);
    figure.dataset.attached = points.length + points.slice(-60);
  }
}

attachAll();
document.addEventListener("htmx:afterSettle", attachAll);
