// ---- Errors of one run: confusion and lists ------------------------------------------------------------------

const NO_MENTION = "no mention";

function startErrors() {
  const box = document.getElementById("run-errors");
  if (!box || !data.runs.length) return;
  const select = document.getElementById("error-run");
  const fillSelect = () => {
    const runs = chosenRuns();
    const before = data.runs[Number(select.value)]?.title;
    select.replaceChildren(...runs.map((run) => make("option", { value: data.runs.indexOf(run) }, nameIn(runs, run))));
    const same = runs.find((run) => run.title === before);
    if (same) select.value = data.runs.indexOf(same);
    select.closest(".toolbar").hidden = runs.length < 2;
    showErrors(data.runs[Number(select.value)]);
  };
  select.addEventListener("change", () => showErrors(data.runs[Number(select.value)]));
  sharedListeners.push(fillSelect);
  box.hidden = false;
  fillSelect();
}

/** The title alone where it suffices: runs that are shown together have the same seed. */
function nameIn(runs, run) {
  return runs.filter(({ title }) => title === run.title).length > 1 ? run.label : run.title;
}

function showErrors(run) {
  if (!run) return;
  for (const part of all(".of-types")) part.hidden = run.labels.length === 0;
  document.getElementById("confusion").replaceChildren(confusionTable(run));
  const lists = [["Made most often", run.frequent, true], ["Made with the highest scores", run.confident, false]]
    .filter(([, examples]) => examples.length)
    .map(([title, examples, counted]) => make("div", {}, make("h4", {}, title), make("div", { class: "scroll tall", role: "region", tabindex: "0", "aria-label": title }, exampleTable(run, title, examples, counted))));
  document.getElementById("error-lists").replaceChildren(...lists);
}

function confusionTable(run) {
  const names = [...run.labels, NO_MENTION];
  const last = names.length - 1;
  const head = make("tr", {}, make("th", { scope: "col" }, "Gold ↓ Predicted →"), ...names.map((name) => make("th", { scope: "col", class: "number", title: name }, make("span", { class: "type-name" }, name))));
  const rows = run.confusion.map((counts, gold) => {
    const sum = counts.reduce((total, number) => total + number, 0);
    const cells = counts.map((number, predicted) => {
      if (gold === last && predicted === last) return make("td", {}, "");
      const shade = number && sum ? Math.max(1, Math.round((5 * number) / sum)) : 0;
      const tone = gold === predicted ? `right s${shade}` : `wrong s${shade}`;
      const share = sum ? `, ${perCent(number / sum, 0)} % of the row` : "";
      const words = `${names[gold]} as ${names[predicted]}: ${count(number)}${share}`;
      const found = number ? sentenceLink(run, {
        kind: gold === predicted ? "right" : "error",
        gold: gold === last ? NONE : names[gold],
        predicted: predicted === last ? NONE : names[predicted],
      }, count(number)) : count(number);
      return make("td", { class: `number ${number ? tone : "zero"}`, title: words }, found);
    });
    return make("tr", {}, make("th", { scope: "row" }, make("span", { class: "type-name" }, names[gold])), ...cells);
  });
  return make("table", { class: "confusion" }, make("caption", { class: "hidden" }, "Types taken for each other"), make("thead", {}, head), make("tbody", {}, ...rows));
}

function exampleTable(run, title, examples, counted) {
  const headers = ["Error", "Predicted", "Gold", counted ? "Times" : "Score", counted ? "Highest score" : "Times", "Sentences"];
  const rows = examples.map(([kind, text, predictedType, goldText, goldType, times, score, indices]) => {
    const scored = [score, score === null ? NOTHING : score.toFixed(3)];
    const timed = [times, count(times)];
    const where = indices.filter((index) => hasSentence(run.dataSet, index));
    const link = where.length ? sentenceLink(run, { only: where.join(",") }, where.length === 1 ? "show" : `show ${where.length}`) : NOTHING;
    return [
      [null, make("span", { class: `kind ${kind}` }, kind)],
      predictedType === null ? NOTHING : mention(text, predictedType),
      goldType === null ? NOTHING : mention(goldText ?? text, goldType),
      counted ? timed : scored,
      counted ? scored : timed,
      link,
    ];
  });
  const table = makeTable({ caption: title, headers, rows, numeric: [3, 4] });
  table.caption.className = "hidden";
  return table;
}

function mention(text, type) {
  return make("span", { class: "mention" }, make("q", {}, text), " ", make("span", { class: "type-name" }, type));
}
