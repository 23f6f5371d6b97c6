// Follows what others do: by the event stream while the page is in sight, and by asking where
// no stream answers. Tells the page by events: "feed-hello", "feed-event", "feed-here".

export const root = document.getElementById("others");
export const tab = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(16).slice(2)}`;

const ASK_MS = 2_000;
const TRY_AGAIN_MS = 30_000;
const SILENCE_MS = 25_000; // the stream gives a sign of life each ten seconds
const HIDDEN_MS = 10_000; // a browser has few connections: a page out of sight gives its own back

let number = null;
let source = null;
let timer = 0;
let silence = 0;
let tryAgainAt = 0;

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function seen(event) {
  number = Math.max(number ?? 0, event.number);
  tell("feed-event", event);
}

function hello({ latest, revision, passed_over: isBehind = false }) {
  tell("feed-hello", { revision, isBehind });
  if (number === null || isBehind) number = latest;
}

function heard() {
  clearTimeout(silence);
  silence = setTimeout(restart, SILENCE_MS);
}

function follow() {
  const after = number === null ? "" : `&after=${number}`;
  source = new EventSource(`${root.dataset.stream}?${root.dataset.query}&tab=${tab}${after}`);
  const on = (name, act) => source.addEventListener(name, ({ data }) => (heard(), act(JSON.parse(data))));
  on("hello", hello);
  on("happened", seen);
  on("here", ({ people }) => tell("feed-here", people));
  on("pulse", () => {});
  source.addEventListener("error", () => {
    // It tries again by itself, unless it was answered with an error.
    if (source?.readyState !== EventSource.CLOSED) return;
    stop();
    tryAgainAt = performance.now() + TRY_AGAIN_MS;
    timer = setTimeout(ask, ASK_MS);
  });
  heard();
}

async function ask() {
  const after = number === null ? "" : `&after=${number}`;
  try {
    const answer = await fetch(`${root.dataset.events}?${root.dataset.query}${after}`, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 404) return;
    if (answer.ok) {
      const { results, after: upTo, latest, revision } = await answer.json();
      hello({ latest, revision });
      results.forEach(seen);
      number = Math.max(number, upTo);
    }
  } catch {
    // The network is away: ask again later.
  }
  if (!document.hidden && navigator.onLine) timer = setTimeout(next, ASK_MS);
}

function next() {
  if (root.dataset.stream && performance.now() >= tryAgainAt) follow();
  else ask();
}

function stop() {
  clearTimeout(timer);
  clearTimeout(silence);
  source?.close();
  source = null;
}

function restart() {
  stop();
  next();
}

if (root) {
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(stop, HIDDEN_MS);
    else if (!source) restart();
  });
  window.addEventListener("offline", stop);
  window.addEventListener("online", restart);
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", (event) => event.persisted && restart());
  restart();
}
