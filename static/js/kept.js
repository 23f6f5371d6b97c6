// A page that the browser kept whole comes back as it stood, also after its person has signed out:
// it is shown again once the server has said that they are still here, else it is read anew.

const PAUSE_MS = 1000;
const TRIES = 20; // reading anew then says that the server can't be reached

async function isStillHere(person) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      const answer = await fetch("/api/v1/users/me/", { headers: { Accept: "application/json" } });
      if (answer.ok) return (await answer.json()).id === person;
      if (answer.status === 401 || answer.status === 403) return false;
    } catch {
      // Out of reach for a moment: what was typed is not thrown away for that.
    }
    await new Promise((go) => { setTimeout(go, PAUSE_MS); });
  }
  return false;
}

window.addEventListener("pageshow", async ({ persisted }) => {
  const { body } = document;
  if (!persisted || !body.dataset.person) return;
  body.style.visibility = "hidden";
  if (await isStillHere(body.dataset.person)) body.style.visibility = "";
  else location.reload();
});
