// Sorts a small table in place. Cells may give data-value where their words do not sort.

export function sortable(table) {
  const heads = [...table.querySelectorAll("thead th")];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "wm-sort";
    button.textContent = head.textContent.trim();
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      order(table.tBodies[0], column, down ? -1 : 1);
    });
    head.replaceChildren(button);
  });
}

/** What a cell of a figure alone says: 1,235, +11.0, −8.2, 21.4 %, £12,500. */
function number(text) {
  const plain = text.replace(/,(?=\d{3})/g, "").replace(/^\+/, "").replace(/^−/, "-").replace(/^£/, "").replace(/ (%|[a-z]+ a person)$/, "");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

function order(body, column, way) {
  const value = (row) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const words = new Intl.Collator("en-GB", { numeric: true }).compare;
  // Letter by letter a comma parts 1,235 after its 1, and −8.2 comes after −0.2. What is no number in a column
  // of numbers ("under 5", "too few to say", "–") is neither great nor small: it comes last, whichever way.
  const compare = (a, b) => {
    const [one, two] = [number(a), number(b)];
    if (one === null && two === null) return way * words(a, b);
    if (one === null) return 1;
    if (two === null) return -1;
    return way * (one - two);
  };
  const rows = [...body.rows].sort((a, b) => compare(value(a), value(b)));
  body.append(...rows);
}
