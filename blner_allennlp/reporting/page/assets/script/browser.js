// ---- Sentences: filters, pages, keys, and the address ---------------------------------------------------------

const PAGE_SIZE = 20;
const EMPTY_FILTER = { data: "", system: "", kind: "", gold: "", predicted: "", bucket: "", q: "", only: "", disagree: "", apart: "", page: "" };
let filter = { ...EMPTY_FILTER };
let matching = [];

function sentenceAddress(changed) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...EMPTY_FILTER, ...changed })) if (value !== "") parameters.set(key, value);
  const query = parameters.toString();
  return query ? `#sentences?${query}` : "#sentences";
}

/** A link to some sentences of a run; plain text where the page does not have them. */
function sentenceLink(run, wanted, words) {
  if (!browser.dataSets.includes(run.dataSet)) return document.createTextNode(words);
  if (!run.browserName && !wanted.only) return document.createTextNode(words);
  return make("a", { href: sentenceAddress({ data: run.dataSet, system: run.browserName, ...wanted }) }, words);
}

function pageNumber() {
  const last = Math.max(1, Math.ceil(matching.length / PAGE_SIZE));
  return Math.min(last, Math.max(1, Number.parseInt(filter.page, 10) || 1));
}

function showSentences() {
  const page = pageNumber();
  const first = (page - 1) * PAGE_SIZE;
  const positions = matching.slice(first, first + PAGE_SIZE);
  const system = filter.system === "" ? null : browser.systems.indexOf(filter.system);
  const list = document.getElementById("sentence-list");
  list.replaceChildren(...positions.map((position) => sentenceElement(sentenceAt(position), { system, apart: filter.apart === "1" })));
  if (!positions.length) list.append(make("p", { class: "note" }, "No sentence on this page matches all of these filters."));
  const total = browser.sentences.length;
  const range = positions.length ? `${count(first + 1)}–${count(first + positions.length)} of ` : "";
  const chosen = filter.only ? "; only those of one error, Clear shows all" : "";
  document.getElementById("sentence-count").textContent = `${range}${count(matching.length)} sentence${matching.length === 1 ? "" : "s"}${matching.length === total ? "" : ` (${count(total)} without filters)`}${chosen}`;
  const pager = document.querySelector("#sentences .pager");
  const last = Math.max(1, Math.ceil(matching.length / PAGE_SIZE));
  pager.hidden = last === 1;
  document.getElementById("page-number").textContent = `Page ${count(page)} of ${count(last)}`;
  const [back, on] = all("button", pager);
  back.disabled = page === 1;
  on.disabled = page === last;
}

function keepAddress() {
  try { history.replaceState(null, "", sentenceAddress(filter)); } catch { /* Some viewers forbid it; the filter works without. */ }
}

function setFilter(changed, { keep = true } = {}) {
  filter = { ...filter, page: "", ...changed };
  matching = matchingPositions(filter);
  const form = document.getElementById("sentence-filters");
  for (const name of ["data", "system", "kind", "gold", "predicted", "bucket", "q"]) if (form.elements[name].value !== filter[name]) form.elements[name].value = filter[name];
  form.elements.disagree.checked = filter.disagree === "1";
  form.elements.apart.checked = filter.apart === "1";
  showSentences();
  if (keep) keepAddress();
}

function turnPage(step, focusLast = false) {
  const before = pageNumber();
  filter.page = String(before + step);
  filter.page = String(pageNumber());
  if (pageNumber() === before) return;
  showSentences();
  keepAddress();
  const articles = all("#sentence-list article");
  focusSentence(focusLast ? articles[articles.length - 1] : articles[0]);
}

function focusSentence(article) {
  if (!article) return;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "nearest" });
}

function stepSentence(step) {
  const articles = all("#sentence-list article");
  const now = articles.indexOf(document.activeElement.closest("#sentence-list article"));
  const next = now < 0 ? 0 : now + step;
  if (next < 0) turnPage(-1, true);
  else if (next >= articles.length) turnPage(1);
  else focusSentence(articles[next]);
}

function fromAddress() {
  const [place, query] = location.hash.slice(1).split(/\?(.*)/s);
  if (place !== "sentences" || query === undefined) return;
  const found = {};
  for (const [key, value] of new URLSearchParams(query)) if (key in EMPTY_FILTER) found[key] = value;
  setFilter({ ...EMPTY_FILTER, ...found }, { keep: false });
  document.getElementById("sentences").scrollIntoView();
}

function fillForm(form) {
  const named = (names) => names.map((name) => [name, name]);
  const types = [...browser.types].sort((one, other) => one.localeCompare(other, "en"));
  const choices = {
    data: [["", "all"], ...named(browser.dataSets)],
    system: [["", "all"], ...named(browser.systems)],
    kind: [["", "all"], ["error", "any error"], ["boundary", "boundary errors"], ["type", "type errors"], ["spurious", "spurious"], ["missing", "missing"], ["right", "right ones"]],
    gold: [["", "any"], ...named(types), [NONE, "no mention"]],
    predicted: [["", "any"], ...named(types), [NONE, "no mention"]],
  };
  for (const [name, found] of Object.entries(choices)) form.elements[name].append(...options(found));
  form.elements.bucket.append(...options([["", "any"]]), ...browser.attributes.map((attribute, index) => make(
    "optgroup", { label: attribute },
    ...[...browser.buckets[index]].sort(bucketOrder(attribute)).map((bucket) => {
      const interval = data.bucketLabels[`${attribute} ${bucket}`];
      return make("option", { value: `${attribute}:${bucket}` }, interval ? `${attribute} ${bucket}: ${interval}` : `${attribute} ${bucket}`);
    }),
  )));
  form.elements.bucket.closest("label").hidden = browser.attributes.length === 0;
  form.elements.data.closest("label").hidden = browser.dataSets.length < 2;
  form.elements.system.closest("label").hidden = browser.systems.length < 2;
  form.elements.disagree.closest("label").hidden = browser.systems.length < 2;
}

/** Buckets in the order in which the analyses have them. */
function bucketOrder(attribute) {
  const order = Object.keys(data.bucketLabels);
  return (one, other) => order.indexOf(`${attribute} ${one}`) - order.indexOf(`${attribute} ${other}`);
}

function startBrowser() {
  const form = document.getElementById("sentence-filters");
  if (!form) return;
  fillForm(form);
  let waiting = 0;
  const read = () => setFilter({
    ...Object.fromEntries(["data", "system", "kind", "gold", "predicted", "bucket", "q"].map((name) => [name, form.elements[name].value])),
    disagree: form.elements.disagree.checked ? "1" : "",
    apart: form.elements.apart.checked ? "1" : "",
  });
  form.addEventListener("change", read);
  form.addEventListener("input", (event) => {
    if (event.target.name !== "q") return;
    clearTimeout(waiting);
    waiting = setTimeout(read, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); setFilter({ ...EMPTY_FILTER }); });
  for (const button of all("#sentences .pager button")) button.addEventListener("click", () => turnPage(Number(button.dataset.step)));
  addEventListener("hashchange", fromAddress);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j" || event.key === "k") stepSentence(event.key === "j" ? 1 : -1);
    else if (event.key === "/") { event.preventDefault(); form.elements.q.focus(); }
    else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && event.target.closest("#sentence-list")) turnPage(event.key === "ArrowRight" ? 1 : -1);
  });
  setFilter({}, { keep: false });
  fromAddress();
}
