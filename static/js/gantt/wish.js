// What a person is about to do to one bar: move it, resize it or link it, as a wish that is
// previewed while it changes and committed or dropped at the end. Pointer and keys share it.

import * as commit from "./commit.js";
import { barsInSight, clear, draw, drawAnswer, finishText, hushChip, say } from "./ghosts.js";
import { Previews } from "./preview.js";
import { dateText, isoText, minutes, scale, toMoment, toX } from "./scale.js";
import { isDayOff } from "./workdays.js";

const DAY = 24 * 60;
const bench = document.getElementById("workbench");
const words = document.getElementById("gantt-delta")?.dataset ?? {};

export class Wish {
  constructor(bar, kind) {
    this.bar = bar;
    this.kind = kind; // "reschedule" or "resize"
    this.key = bar.dataset.key;
    this.start = minutes(bar.dataset.start);
    this.finish = minutes(bar.dataset.finish);
    this.days = 0;
    this.bars = barsInSight();
    this.place = { x: 0, y: 0 };
    this.refusal = "";
    this.previews = new Previews(bench.dataset.previewUrl, (answer) => this.#answered(answer));
  }

  get moment() {
    return (this.kind === "resize" ? this.finish : this.start) + this.days * DAY;
  }

  get words() {
    const at = isoText(this.moment);
    return { intention: this.kind, task: this.key, [this.kind === "resize" ? "finish" : "start"]: at };
  }

  // Whole days off the plan's dates; asked only when the day changes.
  to(days, place) {
    this.place = place;
    if (days === this.days && this.asked) return;
    this.days = days;
    this.asked = true;
    this.#drawAtOnce();
    this.previews.ask(this.words);
  }

  // One working day of the project further, as the arrow keys ask.
  step(direction, place) {
    let days = this.days + direction;
    const from = this.kind === "resize" ? this.finish - 1 : this.start;
    while (isDayOff(from + days * DAY)) days += direction;
    this.to(days, place);
  }

  drop() {
    this.previews.stop();
    if (!this.days) return this.cancel();
    const at = isoText(this.moment);
    return this.kind === "resize" ? commit.resize(this.bar, at) : commit.reschedule(this.bar, at);
  }

  cancel() {
    this.previews.stop();
    clear();
    hushChip();
  }

  // The bar in hand follows the pointer before the server has answered.
  #drawAtOnce() {
    const ruler = scale();
    const shift = this.days * DAY;
    const left = toX(this.start + (this.kind === "resize" ? 0 : shift), ruler);
    const right = toX(Math.max(this.finish + shift, this.start), ruler);
    const key = CSS.escape(this.key);
    bench.querySelector(`.gantt-ghost-bar[data-key="${key}"]`)?.remove();
    draw(this.bar, left, right, { main: true });
    if (!this.answer) say([this.#headline()], this.place);
  }

  #headline() {
    return `${this.kind === "resize" ? words.until : words.start} ${dateText(this.moment)}`;
  }

  #answered(answer) {
    this.answer = answer;
    this.refusal = answer.ok ? "" : answer.refusal;
    if (answer.ok) drawAnswer(answer, this.bars, this.key);
    const own = answer.tasks.find((task) => task.key === this.key);
    const moment = own && minutes(this.kind === "resize" ? own.finish : own.start);
    const head = moment ? `${this.kind === "resize" ? words.until : words.start} ${dateText(moment)}` : this.#headline();
    say(answer.ok ? [head, finishText(answer.finish)] : [answer.refusal], {
      ...this.place,
      refused: !answer.ok,
    });
  }
}

export function daysBetween(fromX, toX_) {
  const ruler = scale();
  return Math.round((toMoment(toX_, ruler) - toMoment(fromX, ruler)) / DAY);
}
