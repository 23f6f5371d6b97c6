// A file can be dropped anywhere on its form.

const form = document.querySelector("[data-drop]");
const input = form.querySelector("input[type=file]");
const area = form.querySelector(".drop");

function over(event) {
  event.preventDefault();
  area.classList.toggle("is-over", event.type === "dragover");
}

form.addEventListener("dragover", over);
form.addEventListener("dragleave", over);
form.addEventListener("drop", (event) => {
  over(event);
  if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
});
