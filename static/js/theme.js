// Dark, light or as the system has it: changed at once, kept by the server in a cookie.

const NEXT = { auto: "dark", dark: "light", light: "auto" };

function change(form) {
  const root = document.documentElement;
  const theme = NEXT[root.dataset.theme] ?? "dark";
  const body = new FormData(form);
  body.set("theme", theme);
  root.dataset.theme = theme;
  form.querySelector("button").value = NEXT[theme];
  fetch(form.action, { method: "POST", body, redirect: "manual" });
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-theme-form]")) {
    event.preventDefault();
    change(event.target);
  }
});

document.addEventListener("lineo:theme", () => {
  const form = document.querySelector("[data-theme-form]");
  if (form) change(form);
});
