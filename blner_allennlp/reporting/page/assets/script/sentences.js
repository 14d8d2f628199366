// ---- Sentences: what is in one, and whether a filter wants it -------------------------------------------------

const NONE = "(none)";
const browser = data.browser;
const SCORE_STEPS = 10000;
const sentenceByPlace = new Map(browser.sentences.map((row, position) => [`${row[0]} ${row[1]}`, position]));

function hasSentence(dataSet, index) {
  return sentenceByPlace.has(`${browser.dataSets.indexOf(dataSet)} ${index}`);
}

function chunks(flat, size) {
  const found = [];
  for (let index = 0; index < flat.length; index += size) found.push(flat.slice(index, index + size));
  return found;
}

/** A sentence with names for its parts; made when it is first looked at. */
const unpacked = new Map();
function sentenceAt(position) {
  let sentence = unpacked.get(position);
  if (sentence) return sentence;
  const [dataSet, index, words, gold, answers, missing, buckets, document_] = browser.sentences[position];
  sentence = {
    position,
    dataSet,
    index,
    words: typeof words === "string" ? (words === "" ? [] : words.split(" ")) : words,
    gold: chunks(gold, 3).map(([start, end, type]) => ({ start, end, type })),
    answers: answers.map((answer) => answer === 0 ? null : chunks(answer, 5).map(([start, end, type, verdict, score]) => (
      { start, end, type, verdict: browser.verdicts[verdict], score: score < 0 ? null : score / SCORE_STEPS }))),
    missing: missing.map((flat) => chunks(flat, 2).map(([place, kind]) => ({ place, kind: browser.oversights[kind] }))),
    buckets,
    document: document_ < 0 ? null : browser.documents[document_],
  };
  sentence.text = sentence.words.join(" ").toLowerCase();
  sentence.keys = sentence.answers.map((answer) => answer === null ? null : mentionsKey(answer));
  unpacked.set(position, sentence);
  return sentence;
}

/** The same for answers with the same words and types, in whatever order. */
function mentionsKey(mentions) {
  return mentions.map(({ start, end, type }) => `${start}-${end}-${type}`).sort().join(" ");
}

function systemsDisagree(sentence) {
  return new Set(sentence.keys.filter((key) => key !== null)).size > 1;
}

/** All that a system did with a sentence: its predictions, and the gold that it did not find. */
function events(sentence, system) {
  const answer = sentence.answers[system];
  if (answer === null) return [];
  const predictions = answer.map((found) => {
    const isExact = (gold) => gold.start === found.start && gold.end === found.end;
    const overlaps = (gold) => gold.start < found.end && found.start < gold.end;
    const near = { right: (gold) => isExact(gold) && gold.type === found.type, type: isExact, boundary: overlaps, spurious: () => false }[found.verdict];
    return {
      kind: found.verdict,
      golds: sentence.gold.flatMap((gold, place) => near(gold) ? [place] : []),
      predicted: found.type,
      // Nobody marked exactly these words.
      withoutGold: found.verdict === "boundary" || found.verdict === "spurious",
    };
  });
  const oversights = sentence.missing[system]
    .filter(({ kind }) => kind !== "type") // The prediction beside it says so already.
    .map(({ place, kind }) => ({ kind, golds: [place], predicted: null, withoutGold: false }));
  return [...predictions, ...oversights];
}

function goldMatches(sentence, place, wanted) {
  if (wanted.goldType !== null && sentence.gold[place].type !== wanted.goldType) return false;
  return wanted.attribute === null || sentence.buckets[wanted.attribute][place] === wanted.bucket;
}

function eventMatches(sentence, event, wanted) {
  if (wanted.kind === "error" ? event.kind === "right" : wanted.kind && event.kind !== wanted.kind) return false;
  if (wanted.predicted === NONE ? event.predicted !== null : wanted.predictedType !== null && event.predicted !== wanted.predictedType) return false;
  if (wanted.gold === NONE) return event.withoutGold;
  if (wanted.goldType === null && wanted.attribute === null) return true;
  return event.golds.some((place) => goldMatches(sentence, place, wanted));
}

/** A filter with numbers for its names; null if it names what the page does not have, which nothing can match. */
function resolved(filter) {
  const number = (names, name) => name === "" || name === NONE ? null : names.indexOf(name);
  const [attributeName, ...rest] = filter.bucket.split(":");
  const attribute = filter.bucket === "" ? null : browser.attributes.indexOf(attributeName);
  const bucket = attribute === null || attribute < 0 ? null : browser.buckets[attribute].indexOf(rest.join(":"));
  const wanted = {
    kind: filter.kind,
    gold: filter.gold,
    predicted: filter.predicted,
    dataSet: number(browser.dataSets, filter.data),
    system: number(browser.systems, filter.system),
    goldType: number(browser.types, filter.gold),
    predictedType: number(browser.types, filter.predicted),
    attribute,
    bucket,
    text: filter.q.trim().toLowerCase(),
    only: filter.only ? new Set(filter.only.split(",").map(Number)) : null,
    disagree: filter.disagree === "1",
  };
  return Object.values(wanted).includes(-1) ? null : wanted;
}

function sentenceMatches(sentence, wanted) {
  if (wanted.dataSet !== null && sentence.dataSet !== wanted.dataSet) return false;
  if (wanted.only && !wanted.only.has(sentence.index)) return false;
  if (wanted.system !== null && sentence.answers[wanted.system] === null) return false;
  if (wanted.text && !sentence.text.includes(wanted.text)) return false;
  if (wanted.disagree && !systemsDisagree(sentence)) return false;
  if (wanted.kind || wanted.predicted || wanted.gold === NONE) {
    const systems = wanted.system === null ? sentence.answers.map((_, index) => index) : [wanted.system];
    return systems.some((system) => events(sentence, system).some((event) => eventMatches(sentence, event, wanted)));
  }
  if (wanted.goldType === null && wanted.attribute === null) return true;
  return sentence.gold.some((_, place) => goldMatches(sentence, place, wanted));
}

function matchingPositions(filter) {
  const wanted = resolved(filter);
  if (wanted === null) return [];
  return browser.sentences.map((_, position) => position).filter((position) => sentenceMatches(sentenceAt(position), wanted));
}

// ---- Sentences: what they look like ----------------------------------------------------------------------------

/** Mentions that overlap go to lines of their own. */
function layersOf(marks) {
  const layers = [[]];
  for (const mark of [...marks].sort((one, other) => one.start - other.start || other.end - one.end)) {
    const layer = layers.find((line) => !line.length || line[line.length - 1].end <= mark.start);
    if (layer) layer.push(mark);
    else layers.push([mark]);
  }
  return layers;
}

function markedLine(sentence, marks) {
  const line = make("p", { class: "words" });
  let position = 0;
  for (const mark of marks) {
    if (mark.start > position) line.append(`${sentence.words.slice(position, mark.start).join(" ")} `);
    line.append(markElement(sentence, mark), " ");
    position = mark.end;
  }
  line.append(sentence.words.slice(position).join(" "));
  return line;
}

function markElement(sentence, mark) {
  const type = browser.types[mark.type];
  const kind = mark.kind === "gold" || mark.kind === "right" ? null : mark.kind;
  const element = make("mark", { class: `t${mark.type % 8} ${mark.kind}`, title: mark.hint ?? null }, sentence.words.slice(mark.start, mark.end).join(" "), "\u00a0");
  // Spaces that do not break keep the label with the last word.
  element.append(make("span", { class: "label" }, type), kind ? "\u00a0" : "");
  if (kind) element.append(make("span", { class: "kind" }, kind));
  return element;
}

function rowOf(sentence, names, marks, isGold) {
  const title = make("div", { class: "who" }, ...names.map(([words, style, isRight]) => make(
    "span", { class: "name" }, style === null ? "" : make("span", { class: `swatch c${style % 10}`, "aria-hidden": "true" }), words, isRight ? make("span", { class: "tick", title: "all right" }, " ✓") : "",
  )));
  const lines = layersOf(marks).map((layer) => markedLine(sentence, layer));
  return make("div", { class: isGold ? "answer gold" : "answer" }, title, make("div", { class: "lines" }, ...lines));
}

const styleByTitle = new Map(data.runs.flatMap((run) => [[run.title, run.style], [run.label, run.style]]));

function styleOf(system) {
  return styleByTitle.get(system) ?? styleByTitle.get(system.replace(/ \(seed .*\)$/, "")) ?? null;
}

function answerMarks(sentence, system, names) {
  const answer = sentence.answers[system];
  const shown = answer.map((found, place) => {
    // Systems that share a row differ in their scores only.
    const scores = names.map((other) => {
      const twin = sentence.answers[other].find(({ start, end, type }) => start === found.start && end === found.end && type === found.type);
      return twin?.score === null || !twin ? null : `${browser.systems[other]} ${twin.score.toFixed(3)}`;
    }).filter((words) => words !== null);
    return { ...found, kind: found.verdict, hint: scores.length ? `score: ${scores.join(", ")}` : null };
  });
  const ghosts = sentence.missing[system].filter(({ kind }) => kind === "missing").map(({ place }) => ({ ...sentence.gold[place], kind: "missing" }));
  return [...shown, ...ghosts];
}

/** One sentence: a row for the gold, and one for each answer that differs from it. */
function sentenceElement(sentence, { system, apart }) {
  const goldMarks = sentence.gold.map((gold) => ({ ...gold, kind: "gold" }));
  const goldKey = mentionsKey(sentence.gold);
  const shown = sentence.answers.map((_, index) => index).filter((index) => sentence.answers[index] !== null && (system === null || index === system));
  const groups = new Map();
  for (const index of shown) {
    const key = apart ? String(index) : sentence.keys[index];
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  const goldNames = [["Gold", null, false]];
  const rows = [];
  for (const [key, members] of groups) {
    const names = members.map((index) => [browser.systems[index], styleOf(browser.systems[index]), sentence.keys[index] === goldKey]);
    if (!apart && key === goldKey) goldNames.push(...names);
    else rows.push(rowOf(sentence, names, answerMarks(sentence, members[0], members), false));
  }
  // Where nobody erred, one word says so.
  const allRight = shown.length > 1 && goldNames.length === shown.length + 1;
  rows.unshift(rowOf(sentence, allRight ? [goldNames[0], [`all ${shown.length} systems`, null, true]] : goldNames, goldMarks, true));
  // People count from 1.
  const where = [`${browser.dataSets[sentence.dataSet]}, sentence ${sentence.index + 1}`, sentence.document && `document ${sentence.document}`].filter(Boolean).join(", ");
  return make("article", { class: "sentence", tabindex: "-1", "aria-label": where, "data-index": sentence.index }, make("p", { class: "where" }, where), ...rows);
}
