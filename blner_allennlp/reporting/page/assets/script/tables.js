// ---- Tables that can be sorted by their headers ------------------------------------------------------------

const NEXT_ORDER = { none: "descending", descending: "ascending", ascending: "none" };

/** What a row is sorted by: the cell's number, else its text. */
function sortKey(row, column, shown) {
  const cell = row.cells[column];
  if (!cell) return null;
  const number = shown === "score" ? cell.dataset.score : cell.dataset.value;
  if (number !== undefined) return Number(number);
  const text = cell.textContent.trim();
  return text === "" || text === NOTHING || cell.classList.contains("number") ? null : text;
}

function compareKeys(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "en", { numeric: true });
}

/** Rows without a figure stay at the end in either order; equal ones keep the order that the page came with. */
function sortTable(table, column, order) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  rows.forEach((row, index) => { row.dataset.place ??= index; });
  rows.sort((one, other) => one.dataset.place - other.dataset.place);
  if (order !== "none") {
    const sign = order === "ascending" ? 1 : -1;
    const keys = new Map(rows.map((row) => [row, sortKey(row, column, table.dataset.shown)]));
    rows.sort((one, other) => {
      const [first, second] = [keys.get(one), keys.get(other)];
      if (first === null || second === null) return (first === null) - (second === null);
      return sign * compareKeys(first, second);
    });
  }
  table.classList.toggle("sorted", order !== "none");
  body.append(...rows);
}

function sortBy(header) {
  const table = header.closest("table");
  const textFirst = !header.classList.contains("number") && !header.classList.contains("bucket");
  let order = NEXT_ORDER[header.getAttribute("aria-sort")];
  // Words are wanted from A to Z first, figures from the highest.
  if (textFirst) order = { none: "ascending", ascending: "descending", descending: "none" }[header.getAttribute("aria-sort")];
  for (const other of all("th[aria-sort]", table)) other.setAttribute("aria-sort", "none");
  header.setAttribute("aria-sort", order);
  sortTable(table, Number(header.dataset.column), order);
}

function startTables() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.sort");
    if (button) sortBy(button.closest("th"));
  });
}

/** A table that can be sorted. Cells are text, `[number, text]`, or elements. */
function makeTable({ caption, headers, rows, numeric = [] }) {
  const head = headers.map((name, index) => make(
    "th", { scope: "col", "data-column": index, "aria-sort": "none", class: numeric.includes(index) ? "number" : null },
    make("button", { type: "button", class: "sort" }, name),
  ));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell, index) => {
    const [value, content] = Array.isArray(cell) ? cell : [null, cell];
    return make(index === 0 ? "th" : "td", {
      scope: index === 0 ? "row" : null,
      "data-value": value,
      class: numeric.includes(index) ? "number" : null,
    }, content);
  })));
  return make("table", { class: "sortable" }, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
}
