// Everything here makes pages quicker for those with scripts; nothing depends on it.
// No text is ever put in as markup: the content policy asks for trusted types.

import { bulk } from "./bulk.js";
import { keys } from "./keys.js";
import { poll } from "./poll.js";
import { sortable } from "./sortable.js";
import { timeout } from "./timeout.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const form of document.querySelectorAll("form:has([data-bulk])")) bulk(form);
for (const table of document.querySelectorAll("table[data-sortable]")) sortable(table);
for (const box of document.querySelectorAll("[data-poll]")) poll(box);
keys();
timeout(Number(document.body.dataset.idleSeconds));

// The words about what just happened are read first.
document.querySelector("[data-focus]")?.focus();

// The filter starts folded where it would push the list out of sight.
if (matchMedia("(max-width: 60em)").matches) {
  for (const fold of document.querySelectorAll("[data-fold=filter]")) fold.open = false;
}

// From a page that ends badly one goes back to the form, with what was typed in it.
for (const back of document.querySelectorAll("[data-back]")) {
  back.hidden = history.length < 2;
  back.addEventListener("click", () => history.back());
}

// Where a row of links scrolls sideways, it opens at the one that is open.
for (const here of document.querySelectorAll(":is(.wm-menu, .wm-tabs) [aria-current]")) {
  const row = here.closest(".wm-menu__list, .wm-tabs");
  const past = here.getBoundingClientRect().right - row.getBoundingClientRect().right;
  if (past > 0) row.scrollLeft += past + 24;
}

// A second press of the same button does not send the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === "post") form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
