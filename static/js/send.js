// Changes of the plan go to the server one after the other, so that none overtakes another.

let last = Promise.resolve();

export function send(url, values = {}) {
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
