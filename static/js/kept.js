// A page that the browser kept whole comes back as it stood, also after its person has signed out:
// it is shown again once the server has said that they are still here, else it is read anew.

async function isStillHere(person) {
  try {
    const answer = await fetch("/api/v1/users/me/", { headers: { Accept: "application/json" } });
    return answer.ok && (await answer.json()).id === person;
  } catch {
    return false;
  }
}

window.addEventListener("pageshow", async ({ persisted }) => {
  const { body } = document;
  if (!persisted || !body.dataset.person) return;
  body.style.visibility = "hidden";
  if (await isStillHere(body.dataset.person)) body.style.visibility = "";
  else location.reload();
});
