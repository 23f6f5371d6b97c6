// Links that open in a dialog: data-dialog. Without this file they are pages of their own.

const dialog = document.getElementById("dialog");
const content = document.getElementById("dialog-content");

export async function open(url, { method = "GET", values = {} } = {}) {
  const before = content.firstChild;
  await htmx.ajax(method, url, { target: content, swap: "innerHTML", source: dialog, values });
  if (content.firstChild === before) return; // nothing came, and the message says why
  const titled = content.querySelector("[data-dialog-title]");
  document.getElementById("dialog-title").textContent = titled?.dataset.dialogTitle ?? "";
  if (!dialog.open) dialog.showModal();
  content.querySelector("[autofocus], input, textarea, button")?.focus();
}

export function close() {
  dialog.close();
  content.replaceChildren();
}

// Rows of a list move up and down where they stand; what is sent is their order.
function move(button) {
  const item = button.closest("li");
  const other = button.dataset.move === "1" ? item.nextElementSibling : item.previousElementSibling;
  if (other) button.dataset.move === "1" ? other.after(item) : other.before(item);
  button.focus();
}

async function send(form, submitter) {
  const values = new FormData(form, submitter);
  const target = "#workbench-bar";
  close();
  await htmx.ajax("POST", form.action, { target, swap: "morph:outerHTML", source: dialog, values });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dialog]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link.href);
  }
});
dialog?.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-move]");
  if (mover) {
    event.preventDefault();
    move(mover);
  } else if (event.target === dialog || event.target.closest("[data-close-dialog]")) close();
});
dialog?.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("hx-post") || form.method === "get") return;
  const looks = event.submitter?.hasAttribute("data-preview");
  // Where the plan is empty there is no table to bring up to date: the page comes anew.
  if (!looks && !document.getElementById("workbench")) return;
  event.preventDefault();
  if (looks) {
    open(event.submitter.formAction, { method: "POST", values: new FormData(form, event.submitter) });
    return;
  }
  const submitter = event.submitter?.hasAttribute("data-move") ? form.querySelector("[data-default]") : event.submitter;
  send(form, submitter);
});
