// Two texts side by side: what moved, and why.

import { scoreOne } from "./client.js";
import { byId, el, svg } from "./dom.js";
import { example, watchDraft, wellFormed } from "./drafts.js";
import { letter } from "./families.js";
import { cautions } from "./headline.js";
import { difference } from "./difference.js";
import { failure, waitingFor } from "./notice.js";
import { score, signed } from "./numbers.js";
import { describe, scale } from "./scale.js";

const EXAMPLES = { escalating: "escalating", de_escalating: "de-escalating", off_topic: "off topic" };
const sides = { A: null, B: null };

// `current` gives the text of the reading view.
export function startCompare(current) {
  for (const panel of document.querySelectorAll(".side")) fillSide(panel, current);
  draw();
}

function fillSide(panel, current) {
  const name = panel.dataset.side;
  const field = el("textarea", {
    id: `text-${name}`,
    spellcheck: "false",
    placeholder: "Paste a text",
    "aria-labelledby": `title-${name}`,
  });
  const take = (text) => {
    field.value = text;
    return assess(name, text, answer);
  };
  const answer = el("div", { class: "answer" });
  watchDraft(field, (text) => assess(name, text, answer));
  panel.append(
    el("div", { class: "panel-head" }, el("h2", { id: `title-${name}` }, `Text ${name}`), answer),
    field,
    el(
      "p",
      { class: "examples panel-foot" },
      el("button", { type: "button", class: "link", onclick: () => take(current()) }, "the article in Read"),
      Object.entries(EXAMPLES).map(([file, label]) =>
        el("button", { type: "button", class: "link", onclick: async () => take(await example(file)) }, label),
      ),
    ),
  );
}

const running = {};

async function assess(name, text, answer) {
  running[name]?.abort();
  const { signal } = (running[name] = new AbortController());
  sides[name] = null;
  if (!text.trim()) {
    answer.replaceChildren();
    return draw();
  }
  try {
    const waiting = (problem, seconds) => answer.replaceChildren(waitingFor(problem, seconds));
    const assessment = await scoreOne({ text: wellFormed(text) }, { signal, waiting });
    sides[name] = assessment;
    answer.replaceChildren(summary(assessment));
  } catch (problem) {
    if (signal.aborted) return;
    if (problem.code === undefined) throw problem;
    answer.replaceChildren(failure(problem, () => assess(name, text, answer)));
  }
  draw();
}

function summary(assessment) {
  return el(
    "p",
    { class: assessment.in_scope ? "number small" : "number small doubtful" },
    el("span", { class: "value" }, score(assessment.score)),
    el("span", { class: `word ${assessment.band}` }, assessment.in_scope ? assessment.band : "out of scope"),
  );
}

function draw() {
  const { A, B } = sides;
  byId("comparison").replaceChildren(...(A && B ? moved(A, B) : [invitation()]));
}

function invitation() {
  return el(
    "div",
    { class: "empty" },
    el("p", { class: "lead" }, "What moved between two texts, and why?"),
    el("p", {}, "Yesterday\u2019s report and today\u2019s, or two accounts of one event: once both are scored, the families and features that differ are listed here."),
  );
}

function moved(A, B) {
  const marks = [
    { kind: "other", score: A.score, text: "A" },
    { kind: "score", score: B.score, text: "B" },
  ];
  const change = B.score - A.score;
  const verdict = Math.abs(change) < 0.005 ? "Both read alike." : `B reads ${change > 0 ? "higher" : "lower"}.`;
  return [
    ...[A, B].flatMap(cautions),
    el("p", { class: "verdict" }, `${verdict} `, el("strong", {}, `${score(A.score)} \u2192 ${score(B.score)}`), el("span", { class: "note" }, ` ${signed(B.logit - A.logit)} log-odds`)),
    scale(marks, describe(marks)),
    table(difference(A, B)),
  ];
}

function table(rows) {
  const most = Math.max(...rows.map(({ change }) => Math.abs(change)), 1e-9);
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Differences, table" },
    el(
      "table",
      { class: "differences" },
      el("thead", {}, el("tr", {}, ["Family", "A", "B", "B \u2212 A"].map((head) => el("th", { scope: "col" }, head)), el("td"), el("th", { scope: "col" }, "Because of"))),
      el("tbody", {}, rows.map((row) => line(row, most))),
    ),
  );
}

function line({ family, label, a, b, change, why }, most) {
  return el(
    "tr",
    { "data-family": family },
    el("th", { scope: "row" }, el("span", { class: "letter", "aria-hidden": "true" }, letter(family)), label),
    [a, b, change].map((value) => el("td", { class: "figure" }, signed(value))),
    el("td", { class: "bar-cell" }, bar(change / most)),
    el("td", { class: "why" }, why.map((item) => el("div", {}, el("span", { class: "figure" }, signed(item.change)), el("span", {}, item.label, " ", item.quote && el("q", {}, item.quote))))),
  );
}

function bar(share) {
  return svg(
    "svg",
    { class: "chart", height: 16, "aria-hidden": "true" },
    svg("line", { class: "grid even", x1: "50%", x2: "50%", y1: -8, y2: 24 }),
    svg("rect", { class: share < 0 ? "bar down" : "bar up", x: `${50 + Math.min(0, 50 * share)}%`, width: `${Math.max(50 * Math.abs(share), 0.5)}%`, y: 2, height: 12, rx: 1.5 }),
  );
}
