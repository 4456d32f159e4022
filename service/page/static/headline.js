// The score as a number and a sentence, with what should be known before trusting it.

import { el } from "./dom.js";
import { notice } from "./notice.js";
import { percent, score } from "./numbers.js";

export function headline(assessment) {
  return el(
    "div",
    { class: assessment.in_scope ? "headline" : "headline doubtful" },
    el(
      "p",
      { class: "number" },
      el("span", { class: "value" }, score(assessment.score)),
      el("span", { class: `word ${assessment.band}` }, assessment.band),
    ),
    el("p", { class: "meaning" }, meaning(assessment)),
  );
}

export function cautions(assessment) {
  return assessment.warnings.map(({ code, detail }) =>
    code === "out_of_scope"
      ? notice("Out of scope.", `This ${detail} (probability ${percent(assessment.scope_probability)}).`)
      : notice("Take care.", `${detail[0].toUpperCase()}${detail.slice(1)}.`),
  );
}

function meaning({ score: value }) {
  const share = value > 0.995 ? "more than 99" : value < 0.005 ? "fewer than 1" : `about ${Math.round(100 * value)}`;
  return `Of 100 texts that read like this, a trained analyst codes ${share} as escalation: a calibrated reading, not a forecast and not a measure of severity.`;
}
