// Warns five minutes before an idle session ends. Work in another tab counts as work.

const SEEN = "waymark-active";
const WARNING = 300;

export function timeout(idleSeconds) {
  if (!idleSeconds) return;
  const warnAfter = Math.max(idleSeconds - WARNING, idleSeconds / 2) * 1000;
  const active = () => localStorage.setItem(SEEN, String(Date.now()));
  active();
  setInterval(() => {
    const quiet = Date.now() - Number(localStorage.getItem(SEEN));
    if (quiet > idleSeconds * 1000) location.assign("/sign-in");
    else if (quiet > warnAfter) warn(active);
    else document.querySelector("dialog.wm-timeout[open]")?.close();
  }, 15000);
}

function warn(active) {
  const dialog = document.querySelector("dialog.wm-timeout") ?? build(active);
  if (!dialog.open) dialog.showModal();
}

function build(active) {
  const dialog = make("dialog", "wm-timeout");
  const heading = make("h2", "", "You will be signed out soon");
  heading.id = "timeout-heading";
  dialog.setAttribute("aria-labelledby", heading.id);
  const words = make("p", "", "You have not done anything for a while. What you typed stays on this page.");
  const stay = make("button", "govuk-button", "Stay signed in");
  stay.addEventListener("click", async () => {
    const answer = await fetch("/session/keep").catch(() => null);
    if (answer?.ok) active();
    dialog.close();
  });
  dialog.append(heading, words, stay);
  document.body.append(dialog);
  return dialog;
}

function make(kind, className, words = "") {
  const element = document.createElement(kind);
  element.className = className;
  element.textContent = words;
  return element;
}
