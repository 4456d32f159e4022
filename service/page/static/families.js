// Each signal family has a letter and a hue: colour is never the only sign. Hues are in base.css.

const LETTERS = {
  threat_language: "T",
  foreign_backers: "B",
  military_setbacks: "S",
  mobilisation: "M",
  armed_violence: "V",
  scope_widening: "W",
  de_escalation: "D",
  context: "C",
  wording: "O",
};

export const WORDING = "wording";

export function letter(family) {
  return LETTERS[family] ?? family[0].toUpperCase();
}

export function labels(explanation) {
  return new Map(explanation.families.map(({ family, label }) => [family, label]));
}

// Families that moved the logit, strongest first.
export function moving(explanation) {
  return explanation.families
    .filter(({ contribution, features }) => Math.abs(contribution) >= 0.005 || features.length)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}
