// ---- Filters of tables and charts --------------------------------------------------------------------------

const FILTERED = ["corpus", "system", "attribute", "dataset", "seed"];
const shared = {};
const sharedListeners = [];

/** Hides what a section's filters do not choose. What does not name a corpus, say, is of every corpus. */
function applyFilters(section) {
  for (const scope of scopesOf(section)) {
    const chosen = {};
    for (const control of all("select[data-filter]", scope.toolbar)) chosen[control.dataset.filter] = control.value;
    const hideSmall = scope.toolbar.querySelector("[data-hide-small]")?.checked;
    for (const element of scope.elements()) {
      element.hidden = FILTERED.some((key) => chosen[key] && key in element.dataset && element.dataset[key] !== chosen[key])
        || Boolean(hideSmall && element.dataset.small);
    }
  }
  for (const group of all("th[data-columns-of]", section)) {
    const visible = all("thead th[data-attribute]", group.closest("table"))
      .filter((header) => header.dataset.attribute === group.dataset.columnsOf && !header.hidden);
    group.hidden = visible.length === 0;
    if (visible.length) group.colSpan = visible.length;
  }
}

/** A toolbar rules all that follows it, up to the next toolbar with filters. */
function scopesOf(section) {
  const toolbars = all(".toolbar", section).filter((toolbar) => toolbar.querySelector("select[data-filter], [data-hide-small]"));
  const selector = [...FILTERED.map((key) => `[data-${key}]`), "[data-small]"].join(",");
  return toolbars.map((toolbar, index) => ({
    toolbar,
    elements: () => all(selector, section).filter((element) => {
      const after = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      return after(toolbar, element) && !(toolbars[index + 1] && after(toolbars[index + 1], element));
    }),
  }));
}

function startFilters() {
  const sections = all("main > section");
  for (const control of all("select[data-shared]")) shared[control.dataset.filter] ??= control.value;
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control.matches("select[data-shared]")) {
      choose(control.dataset.filter, control.value);
    } else if (control.matches("select[data-filter], [data-hide-small]")) {
      applyFilters(control.closest("section"));
    } else if (control.matches("select[data-show]")) {
      for (const table of all("table.heat", control.closest("section"))) showInCells(table, control.value);
    }
  });
  sections.forEach(applyFilters);
}

/** Chooses the data set or the seed for all sections that show one at a time. */
function choose(key, value) {
  shared[key] = value;
  // A seed that the data set does not have would leave nothing to show.
  const seeds = new Set(data.runs.filter((run) => !shared.dataset || run.dataSet === shared.dataset).map((run) => run.seed));
  if (shared.seed !== undefined && !seeds.has(shared.seed)) [shared.seed] = seeds;
  for (const control of all("select[data-shared]")) control.value = shared[control.dataset.filter];
  all("main > section").forEach(applyFilters);
  sharedListeners.forEach((listener) => listener());
}

function showInCells(table, shown) {
  table.dataset.shown = shown;
  const header = table.querySelector('th[aria-sort="ascending"], th[aria-sort="descending"]');
  if (header) sortTable(table, Number(header.dataset.column), header.getAttribute("aria-sort"));
}

/** The runs of the chosen data set and seed. */
function chosenRuns() {
  return data.runs.filter((run) => (!shared.dataset || run.dataSet === shared.dataset) && (shared.seed === undefined || run.seed === shared.seed));
}
