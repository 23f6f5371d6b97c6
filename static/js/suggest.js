// Tasks offered while links are typed: by number, key or a part of the name. Nothing is chosen
// until an arrow does it, so that Enter keeps what was typed; what is taken becomes its number,
// and a type and lag behind it stay as they are.

const FIELDS = "[data-field=predecessors] input, [data-field=successors] input, #task-panel [name=predecessors]";
const NUMBERED = /^((?:[a-z][a-z0-9]*-)?\d+)\s*((?:FS|SS|FF|SF)?\s*(?:[+−-].*)?)$/i;
const NAMED = /^(.+?)((?:\s+(?:FS|SS|FF|SF))?(?:\s*[+−-]\s*e?\d.*)?)$/i;
const BEHIND = /^(?:FS|SS|FF|SF)?\s*(?:[+−-]\s*e?\d.*)?$/i;
const REST_MS = 90;
const list = document.getElementById("suggestions");
let field = null;
let timer = 0;
let asked = "";

const options = () => [...list.querySelectorAll("[role=option]")];
const free = () => options().filter((one) => one.ariaDisabled !== "true");
const isOpen = () => list.matches(":popover-open");

function chosen() {
  return list.querySelector("[aria-selected=true]");
}

function close() {
  clearTimeout(timer);
  asked = "";
  if (isOpen()) list.hidePopover();
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

// The link under the caret: where it stands, what names its task, and its type and lag.
function typed() {
  const caret = field.selectionStart;
  const text = field.value;
  const begins = Math.max(...[",", ";"].map((mark) => text.lastIndexOf(mark, caret - 1))) + 1;
  const rest = text.slice(begins);
  const whole = rest.split(/[,;]/, 1)[0];
  const start = begins + whole.length - whole.trimStart().length;
  const link = whole.trim();
  const behind = text.slice(caret, begins + whole.length).trim();
  const end = start + link.length;
  // Typed before a type and lag that stand already.
  if (behind && BEHIND.test(behind)) return { start, end, name: text.slice(start, caret).trim(), words: behind, isIn: true };
  const [, name, words] = link.match(NUMBERED) ?? link.match(NAMED) ?? [null, "", ""];
  return { start, end, name, words: words.trim(), isIn: caret <= start + name.length };
}

function place() {
  const box = field.getBoundingClientRect();
  const error = document.getElementById("cell-error");
  const below = error?.matches(":popover-open") ? error.getBoundingClientRect().bottom : box.bottom;
  if (!isOpen()) list.showPopover();
  list.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - list.offsetWidth - 8))}px`;
  const fits = below + 4 + list.offsetHeight < window.innerHeight;
  list.style.top = `${fits ? below + 4 : box.top - list.offsetHeight - 4}px`;
}

// The number of the task whose links are typed, in its row or beside the table.
function own() {
  return field.closest("tr")?.id.replace("task-", "") ?? field.form?.dataset.number ?? "";
}

async function ask() {
  const { name, isIn } = typed();
  if (!name || !isIn) return close();
  if (name === asked && isOpen()) return;
  asked = name;
  const { field: side } = field.closest("[data-field]")?.dataset ?? {};
  const query = new URLSearchParams({ q: name, to: own(), as: side ?? field.name });
  const answer = await fetch(`${list.dataset.url}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || asked !== name || document.activeElement !== field) return;
  const parsed = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html");
  list.replaceChildren(...parsed.querySelectorAll("li"));
  if (!options().length) return close();
  choose(null);
  field.setAttribute("aria-expanded", "true");
  place();
}

function take(option) {
  const { start, end, words } = typed();
  field.setRangeText(option.dataset.number + words, start, end, "end");
  close();
  field.focus();
}

function step(by) {
  const all = free();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  const next = at < 0 && by < 0 ? all.length - 1 : at + by;
  choose(all[(next + all.length) % all.length]);
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => chosen() && (take(chosen()), true),
  Tab: () => chosen() && (take(chosen()), true),
  Escape: () => (close(), true),
};

function onKey(event) {
  if (!isOpen() || event.target !== field || !(event.key in KEYS)) return;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  // Enter and Tab mean the cell where nothing is chosen from the list.
  if (KEYS[event.key]() === null) return close();
  event.preventDefault();
  event.stopPropagation();
}

function attend(input) {
  field = input;
  const is = { role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(is)) input.setAttribute(name, value);
}

if (list) {
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.(FIELDS)) attend(target);
  });
  document.addEventListener("focusout", ({ target }) => target === field && close());
  document.addEventListener("input", ({ target }) => {
    if (target !== field) return;
    clearTimeout(timer);
    timer = setTimeout(ask, REST_MS);
  });
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("scroll", ({ target }) => isOpen() && target !== list && close(), { capture: true, passive: true });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option && option.ariaDisabled !== "true") take(option);
  });
}
