// One field over any page: commands at once, tasks and pages from the server a moment later.

import { commands } from "./commands.js";

const REST_MS = 120;
const MOST_COMMANDS = 7;
const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const list = document.getElementById("palette-list");
let timer = 0;
let asked = "";
let restore = null;

function options() {
  return [...list.querySelectorAll("[role=option]")];
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", one === option);
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function part(name, content, tag = "span") {
  const one = document.createElement(tag);
  one.className = name;
  if (typeof content === "string") one.textContent = content;
  else one.append(...content);
  return one;
}

function commandHit(command, place) {
  const item = part("hit hit-command", "", "li");
  const button = part("", "", "button");
  button.type = "button";
  button.id = `command-${place}`;
  button.tabIndex = -1;
  button.setAttribute("role", "option");
  button.dataset.run = command.name;
  const keys = part("hit-detail", "");
  keys.innerHTML = command.keys;
  button.append(part("hit-kind", list.dataset.commandWord), part("hit-title", command.label), keys);
  item.setAttribute("role", "presentation");
  item.append(button);
  return item;
}

function matching(text) {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return commands
    .list()
    .filter(({ name, label }) => name !== "palette" && words.every((word) => label.toLocaleLowerCase().includes(word)))
    .slice(0, MOST_COMMANDS);
}

function show(found = []) {
  const hits = [...found, ...matching(input.value).map(commandHit)];
  list.replaceChildren(...hits);
  palette.querySelector(".palette-none").hidden = hits.length > 0;
  choose(options()[0]);
}

// A link of the page that finds, as one of the list's choices.
function asOption(item, place) {
  const link = item.firstElementChild;
  item.setAttribute("role", "presentation");
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  link.id = `hit-${place}`;
  link.tabIndex = -1;
}

async function ask() {
  const text = input.value.trim();
  asked = text;
  if (!text) return show();
  const query = new URLSearchParams({ q: text, scenario: palette.dataset.scenario });
  const answer = await fetch(`${palette.dataset.findUrl}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (asked !== text || !answer?.ok) return;
  const parsed = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html");
  const found = [...parsed.querySelectorAll("li")];
  found.forEach(asOption);
  show(found);
}

function take(option) {
  if (!option) return;
  palette.close();
  restore?.focus();
  if (option.dataset.run) commands.run(option.dataset.run);
  else window.location.assign(option.href);
}

function step(by) {
  const all = options();
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  choose(all[(at + by + all.length) % all.length]);
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => take(list.querySelector("[aria-selected=true]")),
};

commands.on("palette", () => {
  if (palette.open) return palette.close();
  restore = document.activeElement;
  input.value = "";
  show();
  palette.showModal();
  input.focus();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-palette]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  commands.run("palette");
});
input?.addEventListener("input", () => {
  clearTimeout(timer);
  show(); // at once, so that Enter never takes what was meant for other letters
  timer = setTimeout(ask, REST_MS);
});
input?.addEventListener("keydown", (event) => {
  if (!(event.key in KEYS) || event.isComposing) return;
  event.preventDefault();
  KEYS[event.key]();
});
palette?.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
  const option = event.target.closest("[role=option]");
  if (!option || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  take(option);
});
