// ---- Elements, numbers and the data block ----------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";
const NOTHING = "–";
const data = JSON.parse(document.getElementById("data").textContent);

/** Makes an element. Attributes with a value of null are left out; children are nodes or plain text, never markup. */
function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function all(selector, root = document) {
  return [...root.querySelectorAll(selector)];
}

function perCent(share, digits = 2) {
  return share === null || share === undefined ? NOTHING : (100 * share).toFixed(digits).replace("-", "−");
}

const thousands = new Intl.NumberFormat("en-US");

function count(number) {
  return thousands.format(number);
}

/** A chart's figure in its unit. */
function inUnit(value, unit, digits = 2) {
  if (value === null || value === undefined) return NOTHING;
  if (unit === "%") return perCent(value, digits);
  return unit === "s" ? `${value.toFixed(value < 10 ? 1 : 0)} s` : count(value);
}

/** Option elements; the first value is what is chosen at first. */
function options(choices) {
  return choices.map(([value, words]) => make("option", { value }, words));
}
