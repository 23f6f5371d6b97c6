// The S-curve answers for a date: a line across it is dragged, or moved by the arrow keys, and the
// other way round a chance that is asked for moves the line to its date.

const DAY_MS = 24 * 3600 * 1000;
const written = document.documentElement.lang || "en";
const language = written === "en" ? "en-GB" : written; // days come before months here, as the server writes them
const dates = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "long", year: "numeric" });
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });

class Curve {
  constructor(figure) {
    this.figure = figure;
    this.svg = figure.querySelector("svg");
    this.line = this.svg.querySelector("[data-date-line]");
    this.points = JSON.parse(this.svg.dataset.points).map(([x, share, date]) => ({ x, share, date: new Date(date) }));
    this.floor = Number(this.svg.dataset.floor);
    this.top = Number(this.svg.dataset.top);
    this.show(this.indexOf(new Date(this.svg.dataset.start)));
    this.line.removeAttribute("visibility");
  }

  // The last point of the curve that is not after a moment.
  indexOf(date) {
    const after = this.points.findIndex((point) => point.date > date);
    return after < 0 ? this.points.length - 1 : after - 1;
  }

  show(index) {
    this.place = Math.max(0, Math.min(index, this.points.length - 1));
    const { x, share, date } = this.points[this.place];
    this.line.setAttribute("transform", `translate(${x} 0)`);
    this.line.querySelector(".chart-cursor-dot").setAttribute("cy", this.floor - share * (this.floor - this.top));
    this.tell(share, date);
  }

  tell(share, date) {
    const strong = document.createElement("strong");
    strong.textContent = sure(share);
    const rest = ` ${this.figure.dataset.words} ${dates.format(date)}`;
    this.figure.querySelector("[data-read]").replaceChildren(strong, rest);
    this.line.setAttribute("aria-valuenow", Math.round(share * 100));
    this.line.setAttribute("aria-valuetext", sure(share) + rest);
  }

  toPointer(event) {
    const { x } = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    const ahead = this.points.findIndex((point) => point.x >= x);
    this.show(ahead < 0 ? this.points.length - 1 : ahead);
  }

  toShare(share) {
    const index = this.points.findIndex((point) => point.share >= share - 1e-9);
    this.show(index < 0 ? this.points.length - 1 : index);
  }

  // A step of the keyboard is a day, whatever the distance between two points.
  step(days) {
    const wanted = new Date(this.points[this.place].date.getTime() + days * DAY_MS);
    const ahead = this.points.findIndex((point) => point.date >= wanted);
    const index = ahead < 0 ? this.points.length - 1 : ahead;
    this.show(index === this.place ? index + Math.sign(days) : index);
  }
}

// As the server writes a share: never 0 % or 100 % for what is merely near.
function sure(share) {
  if (share > 0 && share < 0.005) return "< 1\u00a0%";
  if (share < 1 && share > 0.995) return "> 99\u00a0%";
  return `${whole.format(share * 100)}\u00a0%`;
}

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 7, PageDown: -7 };
const curves = new WeakMap();

function curveOf(target) {
  const figure = target.closest?.("[data-chart]");
  if (!figure) return null;
  const points = figure.querySelector("svg").dataset.points;
  const known = curves.get(figure);
  if (known?.text === points) return known.curve;
  const curve = new Curve(figure);
  curves.set(figure, { text: points, curve });
  return curve;
}

document.addEventListener("pointerdown", (event) => {
  if (!event.target.matches?.(".chart-hit, [data-date-line] *") || event.button) return;
  const curve = curveOf(event.target);
  event.preventDefault();
  curve.line.focus({ preventScroll: true });
  curve.toPointer(event);
  const follow = (moved) => curve.toPointer(moved);
  const end = () => document.removeEventListener("pointermove", follow);
  document.addEventListener("pointermove", follow);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, end, { once: true });
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-date-line]")) return;
  const curve = curveOf(event.target);
  if (event.key in STEPS) curve.step(STEPS[event.key]);
  else if (event.key === "Home") curve.show(0);
  else if (event.key === "End") curve.show(curve.points.length - 1);
  else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  const curve = event.target.matches?.("[data-ask-share], [data-ask-date]") && curveOf(event.target);
  if (!curve || !event.target.value) return;
  if (event.target.matches("[data-ask-share]")) curve.toShare(Number(event.target.value) / 100);
  else curve.show(curve.indexOf(new Date(`${event.target.value}T23:59`)));
});

function attachAll() {
  for (const figure of document.querySelectorAll("[data-chart]")) curveOf(figure);
}

attachAll();
document.addEventListener("htmx:afterSettle", attachAll);
