// One list of commands, the one that “?” shows: it binds their keys and fills the palette.

import { tinykeys } from "../vendor/tinykeys/tinykeys.js";

const handlers = new Map();

function rows() {
  return [...document.querySelectorAll("#keys [data-command]")];
}

function control(name) {
  return document.querySelector(`[data-shortcut="${name}"]:not(:disabled)`);
}

function typing(event) {
  return event.target.matches?.("input, textarea, select, [contenteditable]");
}

export const commands = {
  on(name, run) {
    handlers.set(name, run);
  },
  can(name) {
    return handlers.has(name) || control(name) !== null;
  },
  // False where there is nothing to do, so that the key keeps its own meaning.
  run(name, event) {
    if (handlers.has(name)) return handlers.get(name)(event);
    const found = control(name);
    if (!found) return false;
    if (found.matches("input, select, textarea")) found.focus();
    else found.click();
  },
  // What the palette offers: the name, what it is called, its keys as they are shown.
  list() {
    return rows()
      .filter((row) => commands.can(row.dataset.command))
      .map((row) => ({
        name: row.dataset.command,
        label: row.querySelector("dd").textContent,
        keys: row.querySelector("dt").innerHTML,
      }));
  },
};

function bind(row) {
  const { command, keys, anywhere } = row.dataset;
  const act = (event) => {
    if (event.defaultPrevented || (typing(event) && anywhere === undefined)) return;
    if (document.querySelector("dialog[open]") && anywhere === undefined) return;
    if (commands.run(command, event) !== false) event.preventDefault();
  };
  return keys.split(", ").map((key) => [key, act]);
}

tinykeys(window, Object.fromEntries(rows().filter((row) => row.dataset.keys).flatMap(bind)));
