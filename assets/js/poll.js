// Follows long work once a second and reloads the page when it has ended.

export function poll(box) {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-poll-words]");

  async function ask() {
    try {
      const answer = await fetch(box.dataset.poll, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const now = await answer.json();
      // Of a file whose rows nobody can count beforehand the bar only moves.
      if (now.percent === null) bar.removeAttribute("value");
      else bar.value = now.percent;
      words.textContent = now.words;
      if (now.done) return location.reload();
    } catch {
      // The network may come back; ask again.
    }
    setTimeout(ask, 1000);
  }
  setTimeout(ask, 1000);
}
