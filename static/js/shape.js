// A duration being typed shows its shape, drawn by the server that will also read it.

const REST_MS = 110;
const FIELDS = "[data-field=duration] input, [data-field=remaining] input, #add-task-duration, #task-panel [name=duration]";
const hint = document.getElementById("shape-hint");
let timer = 0;
let asked = "";

function hide() {
  clearTimeout(timer);
  asked = "";
  if (hint.matches(":popover-open")) hint.hidePopover();
}

function place(input) {
  const box = input.getBoundingClientRect();
  if (!hint.matches(":popover-open")) hint.showPopover();
  hint.style.left = `${Math.min(box.left, window.innerWidth - hint.offsetWidth - 8)}px`;
  const below = box.bottom + 4;
  const fits = below + hint.offsetHeight < window.innerHeight;
  hint.style.top = `${fits ? below : box.top - hint.offsetHeight - 4}px`;
}

async function ask(input) {
  const text = input.value.trim();
  if (text === asked) return;
  asked = text;
  if (!text) return hide();
  const answer = await fetch(`${hint.dataset.url}?${new URLSearchParams({ text })}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || asked !== text || !input.isConnected || document.activeElement !== input) return;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  hint.replaceChildren(...parsed.body.childNodes);
  place(input);
}

function soon(input) {
  clearTimeout(timer);
  timer = setTimeout(() => ask(input), REST_MS);
}

if (hint) {
  document.addEventListener("input", (event) => event.target.matches(FIELDS) && soon(event.target));
  document.addEventListener("focusin", (event) => (event.target.matches(FIELDS) ? soon(event.target) : hide()));
  document.addEventListener("focusout", (event) => event.target.matches(FIELDS) && hide());
}
