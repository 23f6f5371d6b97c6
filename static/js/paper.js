// Paper has no scrolling: the whole Gantt, a sheet for so many rows, takes the table's place while
// the browser prints. It waits for nobody, so the sheets are asked for at once.

import { commands } from "./commands.js";

const paper = document.getElementById("paper");

function fill() {
  const asked = new XMLHttpRequest();
  asked.open("GET", paper.dataset.url, false);
  try {
    asked.send();
  } catch {
    return; // cut off: what is shown is printed
  }
  if (asked.status !== 200) return;
  const found = new DOMParser().parseFromString(asked.responseText, "text/html");
  const sheets = found.querySelector(".sheets");
  paper.dataset.look = sheets.dataset.look;
  paper.replaceChildren(...sheets.children);
}

if (paper) {
  window.addEventListener("beforeprint", fill);
  window.addEventListener("afterprint", () => paper.replaceChildren());
  commands.on("print", () => window.print());
}
