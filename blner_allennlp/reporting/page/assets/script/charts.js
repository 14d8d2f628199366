// ---- Charts: frame, legend, table, tooltips ------------------------------------------------------------------

const tip = document.getElementById("tip");

function showTip(words, box) {
  tip.textContent = words;
  tip.hidden = false;
  const width = Math.min(tip.offsetWidth, innerWidth - 16);
  const left = Math.max(8, Math.min(innerWidth - width - 8, box.left + box.width / 2 - width / 2));
  const above = box.top - tip.offsetHeight - 10;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : box.bottom + 10}px`;
}

function hideTip() {
  tip.hidden = true;
}

/** What a mark says of itself. */
function pointWords(chart, series, point) {
  const [x, y, low, high, note] = point;
  const where = chart.categories.length ? chart.categories[x] : `${chart.x.split(" (")[0]} ${chart.diagonal ? perCent(x, 1) : x}`;
  const ends = typeof low === "number" && typeof high === "number" ? ` [${inUnit(low, chart.unit, 1)}, ${inUnit(high, chart.unit, 1)}]` : "";
  return `${series.name}, ${where}: ${inUnit(y, chart.unit)}${ends}${note ? `; ${note}` : ""}`;
}

function chartTable(chart) {
  const rows = [];
  for (const series of chart.series) {
    for (const [x, y, low, high, note] of series.points) {
      const ends = typeof low === "number" ? `[${inUnit(low, chart.unit, 1)}, ${inUnit(high, chart.unit, 1)}]` : "";
      const place = chart.categories.length ? chart.categories[x] : [x, chart.diagonal ? perCent(x, 1) : String(x)];
      rows.push([series.name, place, [y ?? null, inUnit(y, chart.unit)], ends, note ?? ""]);
    }
  }
  const figure = chart.unit === "%" ? `${chart.y}, %` : chart.y;
  return makeTable({ caption: chart.title, headers: ["Series", chart.x, figure, "95 % interval", "Of"], rows, numeric: [2] });
}

function makeLegend(chart, hiddenSeries, redraw) {
  const items = chart.series.map((series, index) => {
    const button = make("button", { type: "button", class: "legend-item", "aria-pressed": "true", title: "Show or hide" }, legendMark(chart, series), series.name);
    button.addEventListener("click", () => {
      if (hiddenSeries.has(index)) hiddenSeries.delete(index);
      else if (hiddenSeries.size < chart.series.length - 1) hiddenSeries.add(index);
      button.setAttribute("aria-pressed", String(!hiddenSeries.has(index)));
      redraw();
    });
    return button;
  });
  return make("div", { class: "legend", role: "group", "aria-label": "Series" }, ...items);
}

function legendMark(chart, series) {
  const picture = svg("svg", { width: 22, height: 12, viewBox: "0 0 22 12", "aria-hidden": "true" });
  const colour = `k${series.style % 10}`;
  if (chart.kind === "lines" || chart.kind === "dots") {
    picture.append(svg("line", { x1: 1, x2: 21, y1: 6, y2: 6, class: `line ${colour} d${series.style % 4}` }), marker(series.style, 11, 6, 4));
  } else picture.append(svg("rect", { x: 4, y: 1, width: 14, height: 10, rx: 2, class: `bar ${colour}` }));
  return picture;
}

/** One chart: drawn when it has a width, drawn anew when the width changes. */
function startChart(figure) {
  const chart = data.charts[Number(figure.dataset.chart)];
  const hiddenSeries = new Set();
  const plot = make("div", { class: "plot" });
  const table = make("div", { class: "scroll chart-table", role: "region", tabindex: "0", "aria-label": chart.title, hidden: true });
  const toggle = make("button", { type: "button", class: "quiet as-table", "aria-pressed": "false" }, "Show as table");
  let width = 0;
  const redraw = () => { if (width > 0) plot.replaceChildren(drawChart(chart, width, hiddenSeries)); };
  toggle.addEventListener("click", () => {
    const asTable = table.hidden;
    if (asTable && !table.firstChild) table.append(chartTable(chart));
    table.hidden = !asTable;
    plot.hidden = asTable;
    toggle.setAttribute("aria-pressed", String(asTable));
    toggle.textContent = asTable ? "Show as chart" : "Show as table";
  });
  figure.querySelector("figcaption").append(toggle);
  if (chart.series.length > 1) figure.append(makeLegend(chart, hiddenSeries, redraw));
  if (chart.note) figure.append(make("p", { class: "chart-note" }, chart.note));
  figure.append(plot, table);
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now > 0 && now !== width) { width = now; redraw(); }
  }).observe(plot);
}

/** Tooltips of marks, by pointer, and by arrow keys while the chart has the focus. */
function withTips(picture, marks) {
  let current = -1;
  const show = (index) => {
    marks[current]?.element.classList.remove("current");
    current = index;
    if (index < 0) { hideTip(); return; }
    marks[index].element.classList.add("current");
    showTip(marks[index].words, marks[index].element.getBoundingClientRect());
  };
  marks.forEach(({ element }, index) => {
    element.addEventListener("pointerenter", () => show(index));
    element.addEventListener("pointerleave", () => show(-1));
  });
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") show(-1);
    if (!step || !marks.length) return;
    event.preventDefault();
    event.stopPropagation();
    show((current + step + marks.length) % marks.length);
  });
  picture.addEventListener("blur", () => show(-1));
}

function startCharts() {
  all("figure.chart").forEach(startChart);
  addEventListener("scroll", hideTip, { passive: true });
}
