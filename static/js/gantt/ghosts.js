// Ghosts of where tasks would stand, drawn over their rows, and what it does to the finish in words.

import { dateText, minutes, scale, toX } from "./scale.js";

const SVG = "http://www.w3.org/2000/svg";
const bench = document.getElementById("workbench");
const chip = document.getElementById("gantt-delta");
const words = chip?.dataset ?? {};
const numbers = new Intl.NumberFormat(document.documentElement.lang || "en", {
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});

export function barsInSight() {
  return new Map([...bench.querySelectorAll(".gantt-bar")].map((bar) => [bar.dataset.key, bar]));
}

export function clear() {
  for (const layer of bench.querySelectorAll(".gantt-preview")) layer.remove();
  for (const bar of bench.querySelectorAll(".gantt-bar.is-moving")) bar.classList.remove("is-moving");
}

function layerOf(bar) {
  const svg = bar.ownerSVGElement;
  const found = svg.querySelector(".gantt-preview");
  if (found) return found;
  const layer = document.createElementNS(SVG, "g");
  layer.setAttribute("class", "gantt-preview");
  svg.append(layer);
  return layer;
}

function shape(bar, left, right) {
  const top = Number(bar.dataset.top);
  const made = document.createElementNS(SVG, "path");
  const width = Math.max(right - left, 3);
  if (bar.classList.contains("is-milestone")) made.setAttribute("d", `M${left} ${top + 8}l7 7l-7 7l-7 -7z`);
  else if (bar.classList.contains("is-summary")) made.setAttribute("d", `M${left} ${top + 10}h${width}v4h${-width}z`);
  else made.setAttribute("d", `M${left} ${top + 8}h${width}v14h${-width}z`);
  return made;
}

export function draw(bar, left, right, { critical = false, main = false } = {}) {
  const made = shape(bar, left, right);
  made.setAttribute("class", `gantt-ghost-bar${main ? " is-main" : ""}${critical ? " is-critical" : ""}`);
  made.dataset.key = bar.dataset.key;
  bar.classList.add("is-moving");
  layerOf(bar).append(made);
  return made;
}

// Every task that the answer moves, in place; `dragged` is the key of the one in hand.
export function drawAnswer(answer, bars, dragged) {
  clear();
  const ruler = scale();
  for (const task of answer.tasks) {
    const bar = bars.get(task.key);
    if (!bar?.isConnected) continue;
    const left = toX(minutes(task.start), ruler);
    const right = toX(minutes(task.finish), ruler);
    draw(bar, left, right, { critical: task.critical, main: task.key === dragged });
  }
}

export function finishText(finish) {
  if (!finish) return "";
  const date = dateText(minutes(finish.to));
  if (!finish.delta_minutes) return `${words.unmoved} ${date}`;
  const days = finish.delta_minutes / Number(bench.dataset.minutesPerDay);
  return `${words.finish} ${numbers.format(days)} ${words.day} → ${date}`;
}

export function say(lines, { x, y, refused = false } = {}) {
  chip.replaceChildren(
    ...lines.filter(Boolean).map((line) => {
      const made = document.createElement("p");
      made.textContent = line;
      return made;
    }),
  );
  chip.classList.toggle("is-refused", refused);
  chip.hidden = false;
  const left = Math.max(8, Math.min(x + 14, window.innerWidth - chip.offsetWidth - 8));
  const below = y + 22 + chip.offsetHeight < window.innerHeight;
  chip.style.transform = `translate(${Math.round(left)}px, ${Math.round(below ? y + 22 : y - chip.offsetHeight - 14)}px)`;
}

export function hushChip() {
  if (chip) chip.hidden = true;
}
