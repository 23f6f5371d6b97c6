// How the Gantt's dates become pixels: read from its head, which the server draws.
// Moments are minutes of the wall clock since 1970, as if it were UTC: no daylight saving here.

const DAY = 24 * 60;

export function head() {
  return document.querySelector(".gantt-head");
}

export function scale() {
  const { firstDay, pixelsPerDay } = head().dataset;
  return { first: minutes(firstDay), perDay: Number(pixelsPerDay) };
}

export function minutes(text) {
  return Date.parse(text.length > 10 ? `${text.slice(0, 16)}Z` : `${text}T00:00Z`) / 60_000;
}

export function toX(moment, { first, perDay } = scale()) {
  return ((moment - first) / DAY) * perDay;
}

export function toMoment(x, { first, perDay } = scale()) {
  return first + (x / perDay) * DAY;
}

export function isoText(moment) {
  return new Date(Math.round(moment) * 60_000).toISOString().slice(0, 16);
}

const formats = new Map();

function format(options) {
  const key = JSON.stringify(options);
  const spoken = document.documentElement.lang || "en";
  const language = spoken === "en" ? "en-GB" : spoken; // as the server writes dates
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }));
  return formats.get(key);
}

// A date as people say it: with its year where that is not this one.
export function dateText(moment) {
  return written(moment, { weekday: "short", day: "numeric", month: "short" });
}

// The same in fewer letters.
export function dayText(moment) {
  return written(moment, { day: "numeric", month: "short" });
}

function written(moment, parts) {
  const date = new Date(moment * 60_000);
  const isThisYear = date.getUTCFullYear() === new Date().getFullYear();
  return format({ ...parts, ...(isThisYear ? {} : { year: "numeric" }) }).format(date);
}
