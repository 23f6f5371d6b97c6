// Changes of the plan go to the server one after the other, so that none overtakes another.

let last = Promise.resolve();
let count = 0;

export function send(url, values = {}) {
  count += 1;
  const run = () =>
    htmx.ajax("POST", url, {
      target: "#workbench-bar",
      swap: "morph:outerHTML",
      source: "#workbench",
      values: typeof values === "function" ? values() : values,
    });
  last = last.then(run, run);
  return last;
}

export function sendTo(action, values) {
  return send(document.getElementById("workbench").dataset.planUrl + action, values);
}

// How many changes have been asked for so far.
export function sends() {
  return count;
}
