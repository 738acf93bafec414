// Select-all and the bulk bar of a list in a form. The bar appears with the first tick.

export function bulk(form) {
  const bar = form.querySelector("[data-bulk]");
  const count = form.querySelector("[data-bulk-count]");
  const picks = [...form.querySelectorAll("[data-pick]")];
  const all = selectAll(form.querySelector("[data-pick-all]"));

  function show() {
    const picked = picks.filter((pick) => pick.checked).length;
    bar.hidden = picked === 0;
    count.textContent = `${picked} selected`;
    for (const pick of picks) pick.closest("tr, [data-row]")?.classList.toggle("is-picked", pick.checked);
    if (all) {
      all.checked = picked > 0 && picked === picks.length;
      all.indeterminate = picked > 0 && picked < picks.length;
    }
  }

  all?.addEventListener("change", () => {
    for (const pick of picks) pick.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  show();
}

function selectAll(place) {
  if (!place) return null;
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "wm-pick__box";
  box.setAttribute("aria-label", "Select all on this page");
  place.previousElementSibling?.remove();
  place.append(box);
  return box;
}
