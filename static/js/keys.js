// Keys of every page. A control that a key stands for says so: data-shortcut="create".

import { tinykeys } from "../vendor/tinykeys/tinykeys.js";

function typing(event) {
  return event.target.matches?.("input, textarea, select, [contenteditable]");
}

function quiet(action) {
  return (event) => {
    if (typing(event) || event.defaultPrevented) return;
    if (action(event) !== false) event.preventDefault();
  };
}

function press(name) {
  return quiet(() => {
    const control = document.querySelector(`[data-shortcut="${name}"]:not(:disabled)`);
    if (!control) return false;
    control.click();
  });
}

tinykeys(window, {
  "Shift+?": quiet(() => document.getElementById("keys")?.togglePopover()),
  t: quiet(() => document.dispatchEvent(new Event("lineo:theme"))),
  "g p": press("projects"),
  "g f": press("forecast"),
  "g w": press("workbench"),
  "g r": press("risks"),
  "g c": press("calendars"),
  c: press("create"),
  s: press("simulate"),
  "$mod+z": press("undo"),
  "$mod+Shift+z": press("redo"),
  "+": press("zoom-in"),
  "-": press("zoom-out"),
});
