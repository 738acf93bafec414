// j and k walk the rows of a list, Enter opens (the row's own link), c records a contact.
// Single keys can be turned off, because speech software may press them by accident.

const OFF = "waymark-keys-off";

export function keys() {
  pageKeys();
  const body = document.querySelector("[data-keys]");
  if (!body) return;
  const rows = () => [...body.querySelectorAll(":is(tr, [data-row]):has(.wm-row-link)")];
  help();
  document.addEventListener("keydown", (event) => {
    if (localStorage.getItem(OFF) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const all = rows();
    const at = all.indexOf(event.target.closest("tr, [data-row]"));
    if (event.key === "j") step(all, at + 1);
    else if (event.key === "k") step(all, at < 0 ? 0 : at - 1);
    else if (event.key === "c" && at >= 0) all[at].querySelector("[data-key=c]")?.click();
    else return;
    event.preventDefault();
  });
}

// A page that asks one question: a key presses what carries it (`data-key="y"`).
function pageKeys() {
  const page = document.querySelector("[data-page-keys]");
  if (!page) return;
  help();
  document.addEventListener("keydown", (event) => {
    if (localStorage.getItem(OFF) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const pressed = page.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
  });
}

function step(rows, to) {
  const row = rows[Math.max(0, Math.min(to, rows.length - 1))];
  row?.querySelector(".wm-row-link").focus();
  row?.scrollIntoView({ block: "nearest" });
}

function help() {
  const line = document.querySelector("[data-keys-help]");
  const toggle = line?.querySelector("[data-keys-toggle]");
  if (!toggle) return;
  const show = () => {
    toggle.textContent = localStorage.getItem(OFF) ? "Turn keys on" : "Turn keys off";
  };
  line.hidden = false;
  toggle.addEventListener("click", () => {
    if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    show();
  });
  show();
}
