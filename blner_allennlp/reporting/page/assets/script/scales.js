// ---- Scales and axes ---------------------------------------------------------------------------------------

/** Round numbers from `low` to `high`, about `wanted` of them. */
function ticks(low, high, wanted = 5) {
  const rough = (high - low) / wanted || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const found = [];
  for (let index = first; index * step <= high + step * 1e-6; index += 1) found.push(Number((index * step).toPrecision(10)));
  return found;
}

/** The range of all figures and interval ends, a little wider, within what the unit can be. */
function figureRange(chart, hiddenSeries) {
  let low = Infinity;
  let high = -Infinity;
  chart.series.forEach((series, index) => {
    if (hiddenSeries.has(index)) return;
    for (const [, y, lower, upper] of series.points) {
      for (const value of [y, lower, upper]) {
        if (typeof value === "number") { low = Math.min(low, value); high = Math.max(high, value); }
      }
    }
  });
  if (low > high) return [0, 1];
  if (chart.zero) low = 0;
  if (chart.diagonal) return [0, 1];
  const margin = (high - low) * 0.06 || (chart.unit === "%" ? 0.02 : 1);
  low = chart.zero ? 0 : low - margin;
  high += margin;
  return chart.unit === "%" ? [Math.max(0, low), Math.min(1, Math.max(high, low + 0.01))] : [Math.max(0, low), high];
}

/** A function from figures to pixels. */
function linear(from, to) {
  const factor = (to[1] - to[0]) / (from[1] - from[0] || 1);
  return (value) => to[0] + (value - from[0]) * factor;
}

function tickText(value, unit) {
  if (unit === "%") return String(Number((100 * value).toFixed(2)));
  return Math.abs(value) >= 1000 ? count(value) : String(Number(value.toFixed(2)));
}

const measuring = document.createElement("canvas").getContext("2d");

function textWidth(text, size = 12) {
  measuring.font = `${size}px system-ui, sans-serif`;
  return measuring.measureText(text).width;
}

/** Text with an ellipsis if it is wider than `width` pixels. */
function fitted(text, width, size = 12) {
  if (textWidth(text, size) <= width) return text;
  let length = text.length;
  while (length > 1 && textWidth(`${text.slice(0, length)}…`, size) > width) length -= 1;
  return `${text.slice(0, length)}…`;
}
