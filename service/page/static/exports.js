// An assessment as JSON, as Markdown, and as the command that gives it.

import { moving } from "./families.js";
import { score, signed } from "./numbers.js";
import { affirmed, marks } from "./scope.js";

export function json(assessment) {
  return JSON.stringify(assessment, null, 2);
}

export function markdown({ explanation, ...assessment }) {
  const { model } = assessment;
  const families = moving(explanation).map(
    ({ label, contribution, score_without: without }) =>
      `| ${label} | ${signed(contribution)} | ${score(without)} |`,
  );
  const quotes = explanation.evidence
    .filter(({ family }) => family !== "wording")
    .map(({ text, feature, scope }) => {
      const said = [...marks(scope), !affirmed(scope) && "not counted"].filter(Boolean);
      return `- ${quoted(text)} (${feature}${said.length ? `; ${said.join(", ")}` : ""})`;
    });
  return [
    `**Escalation score ${score(assessment.score)}** (${assessment.band}), ${model.name} ${model.version}`,
    "A calibrated reading of the text: not a forecast and not a measure of severity.",
    ...assessment.warnings.map(({ detail }) => `Note: ${detail}.`),
    ["| Family | Log-odds | Score without |", "| --- | ---: | ---: |", `| Base | ${signed(explanation.base_logit)} | |`, ...families].join("\n"),
    quotes.join("\n"),
  ]
    .filter(Boolean)
    .join("\n\n");
}

export function curl(request, withKey) {
  return [
    `curl -s ${shell(`${location.origin}/v1/score`)}`,
    withKey && '-H "Authorization: Bearer $KEY"',
    "-H 'Content-Type: application/json'",
    `--data-raw ${shell(JSON.stringify(request))}`,
  ]
    .filter(Boolean)
    .join(" \\\n  ");
}

const shell = (word) => `'${word.replaceAll("'", "'\\''")}'`;

// Markup in an article must stay text in a Markdown viewer too.
const quoted = (text) => `\u201c${text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|]/g, "\\$&")}\u201d`;
