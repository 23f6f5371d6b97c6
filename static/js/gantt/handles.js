// What a bar offers to the pointer: a dot at either end to draw a link from; and a link that is
// clicked says what it is and can be taken away.

import { linkBetween } from "./arrow.js";
import * as commit from "./commit.js";
import { barsInSight } from "./ghosts.js";

const SVG = "http://www.w3.org/2000/svg";
const REACH = 6; // pixels beside a thin line that still hit it
const bench = document.getElementById("workbench");
const menu = document.getElementById("gantt-link-menu");

function dot(bar, end) {
  const made = document.createElementNS(SVG, "circle");
  const at = Number(end === "F" ? bar.dataset.right : bar.dataset.left);
  made.setAttribute("class", "gantt-handle");
  made.setAttribute("cx", at + (end === "F" ? 9 : -9));
  made.setAttribute("cy", Number(bar.dataset.top) + 15);
  made.setAttribute("r", 4.5);
  made.dataset.end = end;
  return made;
}

function offer(bar) {
  for (const other of bench.querySelectorAll(".gantt-handle")) {
    if (!bar?.contains(other)) other.remove();
  }
  if (bar && !bar.querySelector(".gantt-handle")) bar.append(dot(bar, "S"), dot(bar, "F"));
}

// A thin line is hit from a few pixels away, the nearest first.
function linkNear(event) {
  for (let away = 0; away <= REACH; away += 1) {
    for (const [dx, dy] of [[away, 0], [-away, 0], [0, away], [0, -away]]) {
      const found = document.elementFromPoint(event.clientX + dx, event.clientY + dy);
      if (found?.matches(".gantt-link")) return found;
    }
  }
  return null;
}

function nameOf(bar, key) {
  return bar?.getAttribute("aria-label") ?? key;
}

function show(link, event) {
  const bars = barsInSight();
  const { from, to, type } = link.dataset;
  menu.querySelector("p").textContent = `${nameOf(bars.get(from), from)} → ${nameOf(bars.get(to), to)} · ${type}`;
  menu.querySelector("button").onclick = () => {
    menu.hidePopover();
    commit.unlink({ from, to, type });
  };
  link.classList.add("is-lit");
  menu.showPopover();
  const left = Math.min(event.clientX, window.innerWidth - menu.offsetWidth - 8);
  menu.style.transform = `translate(${left}px, ${event.clientY + 10}px)`;
}

if (bench?.hasAttribute("data-editable")) {
  bench.addEventListener("pointerover", (event) => {
    if (event.buttons || event.pointerType === "touch") return;
    offer(event.target.closest(".gantt-bar"));
  });
  bench.addEventListener("focusin", (event) => offer(event.target.closest(".gantt-bar")));
  bench.addEventListener("click", (event) => {
    if (!event.target.closest(".gantt-window") || event.target.closest(".gantt-bar")) return;
    const link = linkNear(event);
    if (link && linkBetween({ dataset: { key: link.dataset.from } }, { dataset: { key: link.dataset.to } })) {
      show(link, event);
    }
  });
}
