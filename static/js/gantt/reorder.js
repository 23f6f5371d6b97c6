// A bar dragged across the rows: a line shows where it would stand, dropping puts it there.
// Dates are not asked for, and none changes but by the rules of the plan.

import * as commit from "./commit.js";
import { barsInSight, clear, hushChip, say } from "./ghosts.js";

const ROW = 30;
const SVG = "http://www.w3.org/2000/svg";
const bench = document.getElementById("workbench");
const words = document.getElementById("gantt-delta")?.dataset ?? {};

export class Reorder {
  constructor(bar) {
    this.bar = bar;
    this.rows = [...barsInSight().values()];
    this.target = null;
  }

  to(_x, y, place) {
    const over = this.rows.find((bar) => {
      const box = bar.querySelector(".gantt-hit").getBoundingClientRect();
      const middle = (box.top + box.bottom) / 2;
      return y < middle;
    });
    this.target = over ?? null;
    this.isLast = !over;
    this.#line(over ?? this.rows.at(-1), !over);
    const name = over?.getAttribute("aria-label") ?? "";
    say([over ? `${words.above} ${name}` : words.last], place);
  }

  drop() {
    if (this.target === this.bar || this.#isBelow()) return this.cancel();
    const parent = this.target?.dataset.parent ?? "";
    return commit.reorder(this.bar, parent, this.target?.dataset.key ?? "");
  }

  cancel() {
    clear();
    hushChip();
  }

  // The row under the bar is where it stands already.
  #isBelow() {
    return this.target && this.rows[this.rows.indexOf(this.bar) + 1] === this.target;
  }

  #line(bar, isBelow) {
    clear();
    if (!bar) return;
    const top = Number(bar.dataset.top) + (isBelow ? ROW : 0);
    const made = document.createElementNS(SVG, "path");
    const svg = bar.ownerSVGElement;
    made.setAttribute("class", "gantt-drop-line");
    made.setAttribute("d", `M0 ${top}H${svg.getAttribute("width")}`);
    const layer = document.createElementNS(SVG, "g");
    layer.setAttribute("class", "gantt-preview");
    layer.append(made);
    svg.append(layer);
    bench.querySelector(`tr[data-task="${this.bar.dataset.task}"]`);
  }
}
