// Short messages: from the page, from the server (HX-Trigger "toast") and about failed requests.

const LIFE_MS = 6000;
const region = document.getElementById("toasts");
const home = region?.parentElement;
const words = document.getElementById("toast-words")?.dataset ?? {};

// What is said again is said once: it stays for longer, and covers no more of the page.
function show(text, kind = "success") {
  const said = [...region.children].find((one) => one.querySelector("p")?.textContent === text);
  said?.remove();
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = text;
  toast.firstElementChild.className = kind;
  settle();
  region.append(toast);
  expire(toast);
}

// A modal dialog covers the page and makes it inert: while it is open, messages stand in it.
function settle() {
  const place = [...document.querySelectorAll("dialog:modal")].at(-1) ?? home;
  if (region.parentElement !== place) place.append(region);
}

function expire(toast) {
  const timer = setTimeout(() => toast.remove(), LIFE_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer), { once: true });
  toast.addEventListener("focusin", () => clearTimeout(timer), { once: true });
}

region?.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
});
region?.querySelectorAll("[data-toast]").forEach(expire);

document.addEventListener("close", settle, { capture: true });
document.addEventListener("toast", (event) => show(event.detail.value ?? event.detail.text, event.detail.kind));
document.addEventListener("htmx:sendError", () => show(words.offline, "danger"));
document.addEventListener("htmx:responseError", () => show(words.failed, "danger"));
