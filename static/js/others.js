// Shows what others do to what this page shows: the workbench follows at once, other pages offer it.

import { root, tab } from "./feed.js";

const OWN_MS = 600; // one's own change usually shows by itself
const FLASH_MS = 1_600;
const SAY_MS = 400;
const list = root?.querySelector(".others-list");
const notice = root?.querySelector(".others-notice");
let people = [];
let touched = [];
let refreshing = 0;
let saying = 0;

const bench = () => document.getElementById("workbench");
const bar = () => document.getElementById("workbench-bar");

function shownRevision() {
  return Number(bar()?.dataset.revision ?? root.dataset.revision ?? 0);
}

// Asks for the bar, which tells how many rows there are; the windows in sight follow it.
async function refresh() {
  refreshing = 0;
  const target = bar();
  // Whoever is cut off hears where the plan stands when they are back.
  if (!navigator.onLine) return;
  await htmx.ajax("GET", target.getAttribute("hx-get"), { target, swap: "morph:outerHTML", source: target });
  document.dispatchEvent(new CustomEvent("plan-changed"));
}

function refreshSoon(wait) {
  clearTimeout(refreshing);
  refreshing = setTimeout(refresh, wait);
}

function offer(name) {
  const words = notice.querySelector("[data-changed]");
  words.textContent = words.dataset.changed.replace("…", name);
  notice.hidden = false;
}

function changed({ revision, actor, tasks }) {
  if (revision !== null && revision <= shownRevision()) return;
  const isOwn = actor.id === root.dataset.person;
  if (!bar()) return isOwn || offer(actor.name);
  if (!isOwn) {
    warn(actor.name, tasks);
    touched = [...new Set([...touched, ...tasks])];
    setTimeout(() => (touched = touched.filter((key) => !tasks.includes(key))), FLASH_MS);
  }
  refreshSoon(isOwn ? OWN_MS : 0);
}

// Who types in a row that somebody else has just changed hears of it before they save.
function warn(name, tasks) {
  const row = bench()?.querySelector(".is-editing")?.closest("tr");
  if (!row || !tasks.includes(row.dataset.key)) return;
  const text = root.dataset.touched.replace("…", name);
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "warning" } }));
}

function happened({ detail: event }) {
  const isHere = event.scenario === null || event.scenario === scenario();
  if (event.action === "forecast.stored" && isHere && bench()) document.body.dispatchEvent(new CustomEvent("forecast-ready", { bubbles: true }));
  else if (event.revision !== null && isHere) changed(event);
  else if (event.actor.id !== root.dataset.person) offer(event.actor.name);
}

function scenario() {
  return new URLSearchParams(root.dataset.query).get("scenario");
}

function initials(name) {
  const words = name.split(/[\s@.]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => word[0].toUpperCase()).join("");
}

function showPeople() {
  const others = people.filter((one) => one.person !== root.dataset.person);
  root.querySelector(".others-heading").hidden = others.length === 0;
  const byPerson = new Map(others.map((one) => [one.person, one]));
  list.replaceChildren(...[...byPerson.values()].map(chip));
  markRows();
}

function chip({ name, row }) {
  const item = document.createElement("li");
  item.className = "other";
  const at = row && document.querySelector(`tr[data-task="${row}"]`);
  item.title = at ? `${name} · ${at.id.replace("task-", "#")}` : name;
  const mark = document.createElement("span");
  mark.className = "other-mark";
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = initials(name);
  const words = document.createElement("span");
  words.textContent = item.title;
  item.append(mark, words);
  return item;
}

function markRows() {
  for (const row of document.querySelectorAll("tr[data-others]")) delete row.dataset.others;
  for (const { person, row, name } of people) {
    const at = person !== root.dataset.person && row && document.querySelector(`tr[data-task="${row}"]`);
    if (at) at.dataset.others = initials(name);
  }
  for (const key of touched) bench()?.querySelector(`tr[data-key="${CSS.escape(key)}"]`)?.classList.add("is-touched");
}

// Says at which row this person is, once they have come to rest there.
function sayRow(event) {
  const row = event.target.closest?.("tr[data-task]")?.dataset.task;
  if (!row || !root.dataset.stream) return;
  clearTimeout(saying);
  saying = setTimeout(() => {
    const headers = { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    fetch(root.dataset.here, { method: "POST", headers, body: JSON.stringify({ tab, row }) }).catch(() => {});
  }, SAY_MS);
}

if (root) {
  document.addEventListener("feed-event", happened);
  document.addEventListener("feed-hello", ({ detail: { revision, isBehind } }) => {
    if (revision !== null && revision > shownRevision()) bar() ? refreshSoon(0) : offer("–");
    else if (isBehind) offer("–");
  });
  document.addEventListener("feed-here", ({ detail }) => {
    people = detail;
    showPeople();
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => target.matches?.(".window") && markRows());
  document.addEventListener("focusin", sayRow);
}
