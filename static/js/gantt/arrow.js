// A new link, drawn from one end of a bar to an end of another: which ends says its kind.

import * as commit from "./commit.js";
import { barsInSight, clear, drawAnswer, finishText, hushChip, say } from "./ghosts.js";
import { Previews } from "./preview.js";

const SVG = "http://www.w3.org/2000/svg";
const bench = document.getElementById("workbench");
const words = document.getElementById("gantt-delta")?.dataset ?? {};

function nameOf(bar) {
  return bar.getAttribute("aria-label");
}

export function linkBetween(from, to) {
  const [a, b] = [CSS.escape(from.dataset.key), CSS.escape(to.dataset.key)];
  return bench.querySelector(`.gantt-link[data-from="${a}"][data-to="${b}"]`);
}

export class Arrow {
  constructor(bar, end = "F") {
    this.bar = bar;
    this.end = end;
    this.bars = barsInSight();
    this.target = null;
    this.previews = new Previews(bench.dataset.previewUrl, (answer) => this.#answered(answer));
    bar.classList.add("is-linking");
  }

  to(x, y, place) {
    const under = document.elementFromPoint(place.x, place.y)?.closest?.(".gantt-bar");
    const target = under && under !== this.bar ? under : null;
    const end = target && x > (Number(target.dataset.left) + Number(target.dataset.right)) / 2 ? "F" : "S";
    this.#line(x, y);
    this.aim(target, this.end === "F" && target && !target.classList.contains("is-task") ? "S" : end, place);
  }

  // The task that the link leads to; the keys aim at rows, the pointer at bars.
  aim(target, end, place) {
    this.place = place;
    if (target === this.target && (!target || end === this.targetEnd)) return;
    this.target?.classList.remove("is-target");
    this.target = target;
    this.targetEnd = end;
    if (!target) {
      this.previews.stop();
      say([`${nameOf(this.bar)} → …`], place);
      return;
    }
    target.classList.add("is-target");
    say([this.#headline()], place);
    this.previews.ask({ intention: this.existing ? "unlink" : "link", ...this.words });
  }

  // A second link between the same two takes the first one away.
  get existing() {
    return this.target && linkBetween(this.bar, this.target);
  }

  get words() {
    const type = this.existing?.dataset.type ?? `${this.end}${this.targetEnd}`;
    return { from: this.bar.dataset.key, to: this.target.dataset.key, type };
  }

  drop() {
    const { target } = this;
    const act = this.existing ? commit.unlink : commit.link;
    const said = target && this.words;
    this.cancel();
    return target ? act(said) : null;
  }

  cancel() {
    this.previews.stop();
    this.bar.classList.remove("is-linking");
    this.target?.classList.remove("is-target");
    for (const line of bench.querySelectorAll(".gantt-new-link")) line.remove();
    clear();
    hushChip();
  }

  #headline() {
    const verb = this.existing ? words.unlink : words.link;
    return `${verb} ${nameOf(this.bar)} → ${nameOf(this.target)} · ${this.words.type}`;
  }

  #answered(answer) {
    if (!this.target) return;
    if (answer.ok) drawAnswer(answer, this.bars, "");
    else clear();
    say([this.#headline(), answer.ok ? finishText(answer.finish) : answer.refusal], {
      ...this.place,
      refused: !answer.ok,
    });
  }

  #line(x, y) {
    const svg = this.bar.ownerSVGElement;
    const top = svg.getBoundingClientRect().top - Number(svg.viewBox.baseVal.y);
    const from = Number(this.end === "F" ? this.bar.dataset.right : this.bar.dataset.left);
    let line = svg.querySelector(".gantt-new-link");
    if (!line) {
      line = document.createElementNS(SVG, "path");
      line.setAttribute("class", "gantt-new-link");
      svg.append(line);
    }
    line.setAttribute("d", `M${from} ${Number(this.bar.dataset.top) + 15}L${x} ${y - top}`);
  }
}
