// The view of a file of articles: scored, ranked, spread and taken away.

import { scoreBatch } from "./client.js";
import { limits } from "./config.js";
import { writeCsv } from "./csv.js";
import { announce, byId, el } from "./dom.js";
import { moving } from "./families.js";
import { histogram } from "./histogram.js";
import { failure, notice, waitingFor } from "./notice.js";
import { count, score as written, signed } from "./numbers.js";
import { ranking } from "./ranking.js";
import { articles, FileUnfit } from "./rows.js";

let running = new AbortController();

// `open(text)` shows one article in the reading view.
export function startBatch(open) {
  byId("file").addEventListener("change", ({ target }) => {
    if (target.files.length) take(target.files[0], open);
    target.value = "";
  });
}

export async function take(file, open) {
  const place = byId("scored");
  place.hidden = false;
  running.abort();
  running = new AbortController();
  place.replaceChildren(el("p", {}, `Reading ${file.name} \u2026`));
  try {
    await score(file.name, articles(file.name, await file.text()), open, place, running.signal);
  } catch (error) {
    if (!(error instanceof FileUnfit)) throw error;
    place.replaceChildren(notice("Not scored.", error.message));
  }
}

async function score(name, asked, open, place, signal) {
  const body = { articles: asked, explain: "summary" };
  if (new Blob([JSON.stringify(body)]).size > limits.bytes) {
    throw new FileUnfit(`The articles are larger than ${limits.bytes / 2 ** 20} MiB together.`);
  }
  place.replaceChildren(el("p", {}, `Scoring ${count(asked.length, "article")} \u2026`));
  const waiting = (problem, seconds) => place.replaceChildren(waitingFor(problem, seconds));
  try {
    const { results } = await scoreBatch(body, { signal, waiting });
    show(name, asked.map((article, row) => ({ row: row + 1, article, result: results[row] })), open, place);
  } catch (problem) {
    if (signal.aborted) return;
    if (problem.code === undefined) throw problem;
    place.replaceChildren(failure(problem, () => score(name, asked, open, place, signal)));
  }
}

function show(name, rows, open, place) {
  const scores = rows.filter(({ result }) => "score" in result).map(({ result }) => result.score);
  const failed = rows.length - scores.length;
  place.replaceChildren(
    el(
      "div",
      { class: "panel-head" },
      el("h2", {}, name),
      el("button", { type: "button", onclick: () => download(name, rows) }, "Download CSV"),
    ),
    el("p", { class: "note" }, `${count(scores.length, "article")} scored${failed ? `, ${failed} not` : ""}.`),
    ...(scores.length ? [histogram(scores)] : []),
    ranking(columns(open), rows, 2),
  );
  announce(`${count(scores.length, "article")} scored, ${failed} not.`);
}

function columns(open) {
  return [
    { name: "Id", value: ({ article }) => article.id, cell: ({ article }) => article.id },
    { name: "Text", value: ({ article }) => opening(article.text), cell: ({ article }) => opener(article.text, open) },
    { name: "Score", figure: true, value: ({ result }) => result.score, cell: ({ result }) => ("score" in result ? written(result.score) : "\u2013") },
    { name: "Band", value: ({ result }) => result.score, cell: ({ result }) => verdict(result) },
    { name: "Strongest", value: ({ result }) => strongest(result)?.label, cell: ({ result }) => mover(strongest(result)) },
  ];
}

function opening(text) {
  return typeof text === "string" ? text.slice(0, 400).replace(/\s+/g, " ") : JSON.stringify(text);
}

function opener(text, open) {
  if (typeof text !== "string" || !text.trim()) return el("span", { class: "note" }, "no text");
  return el("button", { type: "button", class: "cite clip", onclick: () => open(text) }, opening(text));
}

function verdict(result) {
  if (!("score" in result)) return el("span", { class: "failed-row", title: result.detail }, result.title);
  if (!result.in_scope) return "out of scope";
  return el("span", { class: `word ${result.band}` }, result.band);
}

function strongest(result) {
  return "score" in result ? moving(result.explanation)[0] : undefined;
}

function mover(family) {
  if (!family) return "";
  return [family.label, " ", el("span", { class: "figure" }, signed(family.contribution))];
}

function download(name, rows) {
  const heads = ["row", "id", "score", "logit", "band", "in_scope", "warnings", "problem", "model"];
  const lines = rows.map(({ row, article, result }) => [
    row,
    article.id,
    result.score,
    result.logit,
    result.band,
    result.in_scope,
    result.warnings?.map(({ code }) => code).join(" "),
    result.code,
    result.model?.version,
  ]);
  const blob = new Blob([writeCsv([heads, ...lines])], { type: "text/csv" });
  const link = el("a", { href: URL.createObjectURL(blob), download: `${name.replace(/\.[^.]*$/, "")}-scores.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
