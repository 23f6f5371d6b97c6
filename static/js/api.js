// The browsable API: links in the answer, and a form that sends JSON with If-Match.

const ADDRESS = /"((?:https?:\/\/[^"\s]+)?\/api\/v1\/[^"\s]*)"/g;

function link(body) {
  const text = body.textContent;
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = new URL(match[1], location.href);
    if (address.origin !== location.origin) continue;
    const anchor = document.createElement("a");
    anchor.href = address.href;
    anchor.textContent = match[1];
    parts.push(text.slice(from, match.index + 1), anchor);
    from = match.index + 1 + match[1].length;
  }
  parts.push(text.slice(from));
  body.replaceChildren(...parts);
}

function show(method, response, text) {
  const answer = document.querySelector("[data-answer]");
  const find = (name) => answer.querySelector(`[data-answer-${name}]`);
  const { pathname, search } = new URL(response.url);
  find("status").textContent = `${method} ${pathname}${search} · ${response.status} ${response.statusText}`;
  find("headers").textContent = [...response.headers].map(([name, value]) => `${name}: ${value}\n`).join("");
  find("body").textContent = text;
  link(find("body"));
  answer.scrollIntoView({ block: "start" });
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const fields = new FormData(form);
  const method = fields.get("method");
  const body = fields.get("body").trim();
  const headers = { Accept: "application/json", "X-CSRFToken": fields.get("csrfmiddlewaretoken") };
  if (fields.get("if-match")) headers["If-Match"] = fields.get("if-match");
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(form.action, { method, headers, body: body || undefined });
  const etag = response.headers.get("ETag");
  if (etag) form.elements["if-match"].value = etag;
  show(method, response, pretty(await response.text()));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-api-form]")) return;
  event.preventDefault();
  send(event.target);
});

link(document.querySelector("[data-answer-body]"));
