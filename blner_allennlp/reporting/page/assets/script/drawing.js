// ---- Charts: the pictures ----------------------------------------------------------------------------------

const DRAWINGS = { lines: drawLines, bars: drawBars, rows: drawRows, stack: drawStack, dots: drawRows };

function drawChart(chart, width, hiddenSeries) {
  const marks = [];
  const { height, parts } = DRAWINGS[chart.kind](chart, width, hiddenSeries, marks);
  const picture = svg("svg", {
    width, height, viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: "0",
    "aria-label": `${chart.title}. ${marks.length} figures; arrow keys read them, the table has them all.`,
  }, ...parts);
  withTips(picture, marks);
  return picture;
}

/** A point's marker: its shape tells systems apart where colours cannot; a hollow one says little. */
function marker(style, x, y, size = 4.5, isHollow = false) {
  const shapes = [
    `M${x - size},${y}a${size},${size} 0 1,0 ${2 * size},0a${size},${size} 0 1,0 ${-2 * size},0Z`,
    `M${x - size},${y - size}h${2 * size}v${2 * size}h${-2 * size}Z`,
    `M${x},${y - size * 1.3}L${x + size * 1.2},${y + size}H${x - size * 1.2}Z`,
    `M${x},${y - size * 1.4}L${x + size * 1.4},${y}L${x},${y + size * 1.4}L${x - size * 1.4},${y}Z`,
    `M${x},${y + size * 1.3}L${x + size * 1.2},${y - size}H${x - size * 1.2}Z`,
  ];
  return svg("path", { d: shapes[style % shapes.length], class: `marker k${style % 10}${isHollow ? " hollow" : ""}` });
}

function visibleSeries(chart, hiddenSeries) {
  return chart.series.map((series, index) => ({ series, index })).filter(({ index }) => !hiddenSeries.has(index));
}

function label(x, y, words, attributes = {}) {
  return svg("text", { x, y, ...attributes }, words);
}

/** The axis of the figures, on the left, with lines across. */
function verticalAxis(chart, y, range, left, right, top) {
  const parts = ticks(...range, 5).flatMap((value) => [
    svg("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: "grid" }),
    label(left - 6, y(value) + 4, tickText(value, chart.unit), { "text-anchor": "end" }),
  ]);
  const unit = { "%": ", %", s: ", s" }[chart.unit] ?? "";
  const cut = chart.kind === "bars" && range[0] > 0 ? " (axis does not begin at 0)" : "";
  parts.push(label(2, top - 10, `${chart.y}${chart.y === "Seconds" ? "" : unit}${cut}`, { class: "axis-title" }));
  return parts;
}

function whisker(x1, y1, x2, y2, style) {
  return svg("line", { x1, y1, x2, y2, class: `whisker k${style % 10}` });
}

function drawLines(chart, width, hiddenSeries, marks) {
  const [left, right, top, bottom] = [44, width - 14, 28, 250];
  const range = figureRange(chart, hiddenSeries);
  const y = linear(range, [bottom, top]);
  const named = chart.categories.length > 0;
  const xs = chart.series.flatMap((series) => series.points.map(([x]) => x));
  const xRange = named ? [-0.4, chart.categories.length - 0.6] : chart.diagonal ? [0, 1] : [Math.min(...xs), Math.max(...xs)];
  const x = linear(xRange, [left + 6, right - 6]);
  const parts = verticalAxis(chart, y, range, left, right, top);
  if (named) {
    const room = (right - left) / chart.categories.length - 6;
    chart.categories.forEach((name, index) => {
      const [bucket, ...interval] = name.split(" ");
      parts.push(label(x(index), bottom + 18, fitted(bucket, room), { "text-anchor": "middle" }));
      parts.push(label(x(index), bottom + 33, fitted(interval.join(" "), room, 11), { "text-anchor": "middle", class: "minor" }));
    });
  } else {
    for (const value of ticks(...xRange, width < 420 ? 5 : 10)) {
      parts.push(label(x(value), bottom + 18, chart.diagonal ? tickText(value, "%") : String(value), { "text-anchor": "middle" }));
    }
    parts.push(label((left + right) / 2, bottom + 36, fitted(chart.x + (chart.diagonal ? ", %" : ""), right - left), { "text-anchor": "middle", class: "axis-title" }));
  }
  if (chart.diagonal) parts.push(svg("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), class: "ideal" }));
  const shown = visibleSeries(chart, hiddenSeries);
  shown.forEach(({ series }, place) => {
    // Beside each other, so that intervals at the same place can be told apart.
    const aside = named ? (place - (shown.length - 1) / 2) * Math.min(9, 40 / shown.length) : 0;
    const known = series.points.filter(([, value]) => typeof value === "number");
    // The line does not cross what is not known.
    const isFirst = (index) => typeof series.points[index - 1]?.[1] !== "number";
    const d = series.points.map(([at, value], index) => typeof value === "number" ? `${isFirst(index) ? "M" : "L"}${x(at) + aside},${y(value)}` : "").join("");
    parts.push(svg("path", { d, class: `line k${series.style % 10} d${series.style % 4}` }));
    for (const point of known) {
      const [at, value, low, high, , isHollow] = point;
      if (typeof low === "number") parts.push(whisker(x(at) + aside, y(low), x(at) + aside, y(high), series.style));
      const element = marker(series.style, x(at) + aside, y(value), undefined, Boolean(isHollow));
      marks.push({ element, words: pointWords(chart, series, point) });
      parts.push(element);
    }
  });
  return { height: bottom + 44, parts };
}

function drawBars(chart, width, hiddenSeries, marks) {
  const [left, right, top, bottom] = [44, width - 8, 28, 230];
  const range = figureRange(chart, hiddenSeries);
  const y = linear(range, [bottom, top]);
  const shown = visibleSeries(chart, hiddenSeries);
  const room = (right - left) / Math.max(1, chart.categories.length);
  const barWidth = Math.min(44, (room * 0.8) / Math.max(1, shown.length));
  const parts = verticalAxis(chart, y, range, left, right, top);
  chart.categories.forEach((name, index) => parts.push(
    label(left + room * (index + 0.5), bottom + 18, fitted(name, room - 4), { "text-anchor": "middle" }),
  ));
  shown.forEach(({ series }, place) => {
    for (const point of series.points) {
      const [at, value, low, high] = point;
      if (typeof value !== "number") continue;
      const start = left + room * (at + 0.5) + (place - shown.length / 2) * barWidth;
      const element = svg("rect", { x: start + 1, y: y(value), width: Math.max(1, barWidth - 2), height: Math.max(1, bottom - y(value)), class: `bar k${series.style % 10}` });
      marks.push({ element, words: pointWords(chart, series, point) });
      parts.push(element);
      const middle = start + barWidth / 2;
      if (typeof low === "number") parts.push(svg("line", { x1: middle, x2: middle, y1: y(low), y2: y(high), class: "bar-whisker" }));
      if (barWidth >= 30) parts.push(label(middle, bottom - 6, chart.unit === "%" ? perCent(value, 1) : Math.round(value), { "text-anchor": "middle", class: "in-bar" }));
    }
  });
  parts.push(svg("line", { x1: left, x2: right, y1: bottom, y2: bottom, class: "axis" }));
  return { height: bottom + 30, parts };
}

/** A row for each category: bars from 0, or dots with intervals. */
function drawRows(chart, width, hiddenSeries, marks) {
  const shown = visibleSeries(chart, hiddenSeries);
  const isDots = chart.kind === "dots";
  const barHeight = isDots ? 15 : shown.length > 6 ? 8 : 11;
  const rowHeight = Math.max(24, shown.length * barHeight + 12);
  const longest = Math.max(0, ...chart.categories.map((name) => textWidth(name)));
  const left = Math.min(longest + 14, width * 0.36);
  const [right, top] = [width - (isDots ? 12 : 44), 26];
  const bottom = top + rowHeight * chart.categories.length;
  const range = figureRange(chart, hiddenSeries);
  const x = linear(range, [left, right]);
  const parts = ticks(...range, width < 420 ? 4 : 8).flatMap((value) => [
    svg("line", { x1: x(value), x2: x(value), y1: top - 4, y2: bottom, class: "grid" }),
    label(x(value), top - 10, tickText(value, chart.unit), { "text-anchor": "middle" }),
  ]);
  chart.categories.forEach((name, index) => {
    const middle = top + rowHeight * (index + 0.5);
    parts.push(label(left - 8, middle + 4, fitted(name, left - 10), { "text-anchor": "end" }));
    if (index) parts.push(svg("line", { x1: 0, x2: right, y1: top + rowHeight * index, y2: top + rowHeight * index, class: "row-line" }));
  });
  shown.forEach(({ series }, place) => {
    for (const point of series.points) {
      const [at, value, low, high] = point;
      if (typeof value !== "number") continue;
      const middle = top + rowHeight * (at + 0.5) + (place - (shown.length - 1) / 2) * barHeight;
      let element;
      if (isDots) {
        if (typeof low === "number") parts.push(whisker(x(low), middle, x(high), middle, series.style));
        element = marker(series.style, x(value), middle);
      } else {
        element = svg("rect", { x: left, y: middle - barHeight / 2 + 0.5, width: Math.max(1, x(value) - left), height: barHeight - 1, class: `bar k${series.style % 10}` });
      }
      marks.push({ element, words: pointWords(chart, series, point) });
      parts.push(element);
      if (!isDots && typeof low === "number") parts.push(svg("line", { x1: x(low), x2: x(high), y1: middle, y2: middle, class: "bar-whisker" }));
      if (!isDots && barHeight >= 11) parts.push(label(Math.max(x(value), x(high ?? value)) + 4, middle + 4, perCent(value, 1), { class: "minor" }));
    }
  });
  parts.push(svg("line", { x1: left, x2: left, y1: top - 4, y2: bottom, class: "axis" }));
  return { height: bottom + 8, parts };
}

/** One bar for each category, made of the series' parts. */
function drawStack(chart, width, hiddenSeries, marks) {
  const shown = visibleSeries(chart, hiddenSeries);
  const longest = Math.max(0, ...chart.categories.map((name) => textWidth(name)));
  const left = Math.min(longest + 14, width * 0.36);
  const [right, top, rowHeight] = [width - 46, 6, 32];
  const totals = chart.categories.map((_, index) => shown.reduce((sum, { series }) => sum + (series.points[index]?.[1] ?? 0), 0));
  const x = linear([0, Math.max(1, ...totals)], [left, right]);
  const parts = [];
  chart.categories.forEach((name, index) => {
    const middle = top + rowHeight * (index + 0.5);
    let sum = 0;
    parts.push(label(left - 8, middle + 4, fitted(name, left - 10), { "text-anchor": "end" }));
    for (const { series } of shown) {
      const point = series.points[index];
      if (!point?.[1]) continue;
      const [start, end] = [x(sum), x(sum + point[1])];
      const element = svg("rect", { x: start + 0.5, y: middle - 11, width: Math.max(1, end - start - 1), height: 22, class: `bar k${series.style % 10}` });
      marks.push({ element, words: pointWords(chart, series, point) });
      parts.push(element);
      if (end - start > textWidth(count(point[1])) + 6) parts.push(label((start + end) / 2, middle + 4, count(point[1]), { "text-anchor": "middle", class: "in-bar" }));
      sum += point[1];
    }
    parts.push(label(x(sum) + 6, middle + 4, count(sum), { class: "total" }));
  });
  parts.push(svg("line", { x1: left, x2: left, y1: top, y2: top + rowHeight * chart.categories.length, class: "axis" }));
  return { height: top + rowHeight * chart.categories.length + 6, parts };
}
