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

function order(body, column, way) {
  const value = (row) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const compare = new Intl.Collator("en-GB", { numeric: true }).compare;
  const rows = [...body.rows].sort((a, b) => way * compare(value(a), value(b)));
  body.append(...rows);
}
