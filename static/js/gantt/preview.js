// Previews of a change: at most one under way, and of those wanted meanwhile only the last is asked.

const headers = () => ({
  "Content-Type": "application/json",
  Accept: "application/json",
  ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}"),
});

export class Previews {
  #url;
  #show;
  #wanted = null;
  #busy = false;
  #turn = 0;

  // `show` gets {ok, refusal, finish: {from, to, delta_minutes}, tasks: [{key, start, finish, critical}]}.
  constructor(url, show) {
    this.#url = url;
    this.#show = show;
  }

  ask(words) {
    this.#wanted = words;
    if (!this.#busy) this.#send();
  }

  // What is still on its way is dropped when it comes.
  stop() {
    this.#wanted = null;
    this.#turn += 1;
  }

  async #send() {
    const words = this.#wanted;
    const turn = this.#turn;
    this.#wanted = null;
    this.#busy = true;
    try {
      const answer = await fetch(this.#url, { method: "POST", headers: headers(), body: JSON.stringify(words) });
      const found = await answer.json();
      if (turn === this.#turn) this.#show(answer.ok ? found : refused(found), words);
    } catch {
      // Without a connection the bar still follows the pointer; dropping says what is wrong.
    }
    this.#busy = false;
    if (this.#wanted) this.#send();
  }
}

function refused(found) {
  const error = found.error ?? found;
  const said = (error.fields ?? []).map((field) => field.message).join(" ");
  return { ok: false, refusal: said || error.message || "", finish: null, tasks: [] };
}
