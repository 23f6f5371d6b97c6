// What the bars show (plan, uncertainty, criticality), and their figures in words.

import { commands } from "../commands.js";

const bench = document.getElementById("workbench");
const words = document.getElementById("gantt-words");
const REST_MS = 120; // the pointer must rest before words appear
let timer = 0;

function choices() {
  return [...document.querySelectorAll("[data-look-form] button")];
}

function show(look) {
  bench.dataset.look = look;
  for (const button of choices()) button.setAttribute("aria-pressed", String(button.value === look));
}

function choose(button) {
  show(button.value);
  delete bench.dataset.lookUsual;
  const body = new FormData(button.form);
  body.set("look", button.value);
  fetch(button.form.action, { method: "POST", body, redirect: "manual" });
}

function next() {
  const all = choices();
  const place = all.findIndex((button) => button.value === bench.dataset.look);
  if (all.length) choose(all[(place + 1) % all.length]);
}

// Who has chosen nothing sees uncertainty as soon as there is some; what is pressed is what is shown.
function follow({ target }) {
  const isFirst = "lookUsual" in bench.dataset && bench.dataset.look === "plan" && bench.querySelector(".gantt-bar.is-uncertain");
  if (isFirst) show("uncertainty");
  else if (target.id === "workbench-bar") show(bench.dataset.look);
}

function paragraph(line, index, lines) {
  const made = document.createElement("p");
  made.textContent = line;
  const isWarning = index > 0 && index === lines.length - 1 && bench.querySelector(".gantt-window.is-old");
  if (isWarning) made.className = "is-warning";
  return made;
}

function place(bar) {
  const box = bar.querySelector(".gantt-hit").getBoundingClientRect();
  const room = bench.getBoundingClientRect();
  const left = Math.min(Math.max(box.left, room.left + 8), window.innerWidth - words.offsetWidth - 8);
  const below = box.bottom + 8 + words.offsetHeight < window.innerHeight;
  const top = below ? box.bottom + 8 : box.top - words.offsetHeight - 8;
  words.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

export function tell(bar) {
  words.replaceChildren(...bar.getAttribute("aria-valuetext").split("\n").map(paragraph));
  words.hidden = false;
  place(bar);
}

export function hush() {
  clearTimeout(timer);
  words.hidden = true;
}

// The arrows of a bar are brought out of the thicket while it is looked at.
function light(bar) {
  for (const link of bench.querySelectorAll(".gantt-link.is-lit")) link.classList.remove("is-lit");
  if (!bar) return;
  const key = CSS.escape(bar.dataset.key);
  for (const link of bench.querySelectorAll(`.gantt-link:is([data-from="${key}"], [data-to="${key}"])`)) {
    link.classList.add("is-lit");
  }
}

function over(event) {
  if (event.pointerType === "touch" || event.buttons) return;
  const bar = event.target.closest(".gantt-bar");
  clearTimeout(timer);
  light(bar);
  if (bar) timer = setTimeout(() => bar.isConnected && tell(bar), REST_MS);
  else hush();
}

if (bench) {
  commands.on("look", next);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-look-form]") || !event.submitter) return;
    event.preventDefault();
    choose(event.submitter);
  });
  document.addEventListener("htmx:afterSettle", follow);
  bench.addEventListener("pointerover", over);
  bench.addEventListener("pointerleave", hush);
  bench.addEventListener("scroll", hush, { passive: true });
  bench.addEventListener("focusin", (event) => {
    const bar = event.target.closest(".gantt-bar");
    light(bar);
    if (bar?.matches(":focus-visible")) tell(bar);
    else hush();
  });
  bench.addEventListener("focusout", hush);
}
