// The view of one article: written, scored, read, and taken apart.

import { scoreOne } from "./client.js";
import { copyButton } from "./clipboard.js";
import { offsets } from "./codepoints.js";
import { limits } from "./config.js";
import { announce, byId, el } from "./dom.js";
import { example, watchDraft, wellFormed } from "./drafts.js";
import { curl, json, markdown } from "./exports.js";
import { findings } from "./findings.js";
import { cautions, headline } from "./headline.js";
import { inspect } from "./inspector.js";
import { keyHeader } from "./key.js";
import { Links } from "./links.js";
import { baseRateOf, model } from "./model.js";
import { failure, notice, waitingFor } from "./notice.js";
import { count, score as written } from "./numbers.js";
import { light, passages, strikeable } from "./passages.js";
import { baseRate, describe, scale } from "./scale.js";
import { sentences, without } from "./sentences.js";
import { strip, WhatIf } from "./whatif.js";
import { waterfall } from "./waterfall.js";

const field = byId("text");
const sheet = byId("passages");
const result = byId("result");
const inspector = byId("inspector");
const modes = [...document.querySelectorAll("[data-mode]")];

let links = new Links();
let reading = null;
let whatIf = new WhatIf(() => {});
let running = new AbortController();
let mode = "write";

export function startReading() {
  watchDraft(field, (text) => assess(text));
  field.addEventListener("input", () => (byId("clear").hidden = !field.value));
  field.addEventListener("paste", () => setTimeout(() => assess(field.value, "read")));
  byId("day").addEventListener("change", () => field.value.trim() && assess(field.value, mode));
  byId("clear").addEventListener("click", () => read(""));
  for (const button of modes) button.addEventListener("click", () => setMode(button.dataset.mode));
  for (const button of document.querySelectorAll("#view-read [data-example]")) {
    button.addEventListener("click", async () => read(await example(button.dataset.example)));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !byId("view-read").hidden && mode !== "write") setMode("write");
  });
  empty();
}

// Shows a text as if it had been pasted.
export function read(text) {
  field.value = text;
  byId("clear").hidden = !text;
  return assess(text, text.trim() ? "read" : "write");
}

export function currentText() {
  return field.value;
}

async function assess(text, then = mode) {
  running.abort();
  running = new AbortController();
  if (!text.trim()) return empty();
  if (text.length > 2 * limits.characters) return refuse(text);
  const { signal } = running;
  result.setAttribute("aria-busy", "true");
  const waiting = (problem, seconds) => result.replaceChildren(waitingFor(problem, seconds));
  try {
    const request = requestFor(text);
    const assessment = await scoreOne(request, { signal, waiting });
    show(text, request, assessment, then);
  } catch (problem) {
    if (signal.aborted) return;
    if (problem.code === undefined) throw problem;
    forget();
    result.replaceChildren(failure(problem, () => assess(text, then)));
  } finally {
    if (!signal.aborted) result.removeAttribute("aria-busy");
  }
}

function requestFor(text) {
  const day = byId("day").value;
  return { text: wellFormed(text), ...(day && { published_at: day }) };
}

function show(text, request, assessment, then) {
  const at = offsets(text);
  links = new Links();
  const ranges = sentences(text, assessment.explanation, at);
  reading = { text, request, assessment, at, ranges, rate: null, opened: new Set() };
  whatIf = new WhatIf((all) => (all ? redraw() : drawResult()));
  links.addEventListener("spot", ({ detail: { spot, reveal } }) => {
    if (mode !== "read" && reveal) setMode("read");
    light(sheet, spot, reveal);
    inspect(inspector, assessment.explanation, spot);
  });
  drawResult();
  setMode(then);
  announce(`Score ${written(assessment.score)}, ${assessment.band}.`);
  performance.mark("score-shown");
  addBaseRate(reading);
}

async function addBaseRate(shown) {
  try {
    shown.rate = baseRateOf(await model(shown.assessment.model.version));
  } catch {
    return; // The scale does without; the model's own view says what is wrong.
  }
  if (reading === shown) byId("scale")?.replaceWith(drawScale());
}

function drawResult() {
  const { assessment, request } = reading;
  const focus = document.activeElement?.getAttribute("aria-label");
  result.replaceChildren(
    ...cautions(assessment),
    headline(assessment),
    drawScale(),
    strip(whatIf, assessment.score) ?? "",
    el("h3", {}, "Why"),
    waterfall(assessment, links, whatIf, reading.opened),
    ...findings(assessment, links).filter(Boolean),
    copies(request, assessment),
  );
  if (focus) result.querySelector(`[aria-label="${CSS.escape(focus)}"]`)?.focus();
}

function redraw() {
  drawResult();
  setMode(mode);
}

function drawScale() {
  const { assessment, rate } = reading;
  const others = whatIf.alternatives().map(({ score, label }) => ({ kind: "other", score, text: "", label }));
  const marks = [
    ...(rate === null ? [] : [baseRate(rate)]),
    { kind: "score", score: assessment.score, text: "" },
    ...others,
  ];
  return el("div", { id: "scale" }, scale(marks, describe(marks.map((mark) => ({ ...mark, text: mark.text || mark.label })))));
}

function copies(request, assessment) {
  return el(
    "p",
    { class: "copies" },
    "Copy as",
    copyButton("JSON", () => json(assessment)),
    copyButton("Markdown", () => markdown(assessment)),
    copyButton("curl", () => curl(request, "Authorization" in keyHeader())),
    el("span", { class: "note" }, `${assessment.model.name} ${assessment.model.version}`),
  );
}

function setMode(wanted) {
  mode = reading ? wanted : "write";
  for (const button of modes) {
    button.disabled = !reading && button.dataset.mode !== "write";
    button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  }
  field.hidden = mode !== "write";
  sheet.hidden = mode === "write";
  inspector.hidden = mode !== "read";
  sheet.classList.toggle("striking", mode === "strike");
  if (mode === "read") {
    passages(sheet, reading, links);
    inspect(inspector, reading.assessment.explanation, null);
  } else if (mode === "strike") {
    strikeable(sheet, reading, whatIf.struck, strike);
  }
}

// Takes a sentence out or puts it back; whether it is out now.
function strike(place) {
  const { struck } = whatIf;
  if (!struck.delete(place)) struck.add(place);
  rescore(reading, new Set(struck));
  return struck.has(place);
}

async function rescore({ text, request, ranges }, struck) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  if (!struck.size) return whatIf.setSentences(null);
  try {
    const rest = wellFormed(without(text, ranges, struck));
    const { score } = await scoreOne({ ...request, text: rest, explain: "none" }, { signal });
    whatIf.setSentences(score);
    announce(`Without ${count(struck.size, "sentence")}: ${written(score)}.`);
  } catch (problem) {
    if (signal.aborted) return;
    if (problem.code === undefined) throw problem;
    result.prepend(failure(problem));
  }
}

function refuse(text) {
  forget();
  const most = limits.characters.toLocaleString("en");
  result.replaceChildren(notice("Too long.", `The text has ${count(text.length, "character")}; at most ${most} are scored.`));
}

function empty() {
  forget();
  result.replaceChildren(
    el(
      "div",
      { class: "empty" },
      el("p", { class: "lead" }, "How dangerous does it read, and why?"),
      el("p", {}, "Paste an article, drop a text file, or start from an example. The answer names the passages it rests on."),
    ),
  );
}

function forget() {
  reading = null;
  result.removeAttribute("aria-busy");
  setMode("write");
}
