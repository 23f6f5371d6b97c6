// Days on which the project rests, as the Gantt's head tells them: "5+2,12+2" from its first day.

import { head, scale } from "./scale.js";

const DAY = 24 * 60;
let read = "";
let off = new Set();

export function isDayOff(moment) {
  const text = head().dataset.daysOff ?? "";
  if (text !== read) {
    read = text;
    off = new Set(text.split(",").filter(Boolean).flatMap(stretch));
  }
  return off.has(Math.floor((moment - scale().first) / DAY));
}

function stretch(text) {
  const [first, count] = text.split("+").map(Number);
  return Array.from({ length: count }, (_, index) => first + index);
}
