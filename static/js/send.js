// Changes of the plan go to the server one after the other, so that none overtakes another.

let last = Promise.resolve();
let count = 0;
let waiting = 0;

// `values` may be a function, asked when its turn has come; null there means that nothing is sent.
export function send(url, values = {}) {
  count += 1;
  waiting += 1;
  const run = async () => {
    const given = typeof values === "function" ? await values() : values;
    if (given === null) return;
    await htmx.ajax("POST", url, {
      target: "#workbench-bar",
      swap: "morph:outerHTML",
      source: document.getElementById("workbench") ?? document.body,
      values: given,
    });
  };
  last = last.then(run, run).finally(() => (waiting -= 1));
  return last;
}

export function sendTo(action, values) {
  return send(document.getElementById("workbench").dataset.planUrl + action, values);
}

// How many changes have been asked for so far.
export function sends() {
  return count;
}

// Whether the server has yet to answer any of them.
export function isWaiting() {
  return waiting > 0;
}

// Once all that was asked for so far is answered.
export function answered() {
  return last;
}
