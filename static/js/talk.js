// Writing: people are offered after an @, Ctrl+Enter sends, Edit opens its field.

const AFTER_AT = /(?:^|[^\w.+-])@([^\s@][^@\n]{0,40}|)$/u;
const REST_MS = 120;
let list = null;
let field = null;
let timer = 0;
let asked = "";

const options = () => (list ? [...list.querySelectorAll("[role=option]")] : []);

function close() {
  clearTimeout(timer);
  list?.remove();
  list = null;
  asked = "";
  for (const name of ["aria-expanded", "aria-activedescendant", "aria-controls"]) field?.removeAttribute(name);
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", one === option);
  if (option) field.setAttribute("aria-activedescendant", option.id);
}

// What was typed between the @ and the caret; null where no name is being typed.
function typed() {
  return field.value.slice(0, field.selectionStart).match(AFTER_AT)?.[1] ?? null;
}

function take(option) {
  const caret = field.selectionStart;
  const start = caret - typed().length;
  field.setRangeText(`${option.dataset.label} `, start, caret, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function show(html) {
  list?.remove();
  list = document.createElement("ul");
  list.className = "mentions";
  list.id = "mentions";
  list.setAttribute("role", "listbox");
  list.innerHTML = html;
  if (!options().length) return close();
  options().forEach((one, place) => (one.id = `mention-${place}`));
  field.closest(".write").append(list);
  field.setAttribute("aria-controls", "mentions");
  field.setAttribute("aria-expanded", "true");
  choose(options()[0]);
}

async function ask() {
  const words = typed();
  if (words === null) return close();
  if (words === asked && list) return;
  asked = words;
  const query = new URLSearchParams({ q: words });
  const answer = await fetch(`${field.dataset.mentions}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || typed() !== words) return;
  show(await answer.text());
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
  Tab: () => take(list.querySelector("[aria-selected=true]")),
  Escape: close,
};

document.addEventListener("input", (event) => {
  if (!event.target.matches("textarea[data-mentions]")) return;
  field = event.target;
  clearTimeout(timer);
  timer = setTimeout(ask, REST_MS);
});
document.addEventListener(
  "keydown",
  (event) => {
    if (!event.target.matches?.("textarea[data-mentions]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form.requestSubmit();
    } else if (list && event.key in KEYS && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      KEYS[event.key]();
    }
  },
  true,
);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".mentions [role=option]");
  if (!option) return close();
  event.preventDefault();
  take(option);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-edit-comment]");
  if (!button) return;
  const edit = document.querySelector(`[data-edit-of="${button.dataset.editComment}"]`);
  button.closest("details").open = false;
  edit.open = true;
  edit.querySelector("textarea").focus();
});

function unhide() {
  for (const one of document.querySelectorAll("[data-edit-comment][hidden]")) one.hidden = false;
}
document.addEventListener("htmx:load", unhide);
unhide();
