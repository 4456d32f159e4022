// What the score would be: without a family (as the API recomputed it), without some sentences.

import { el } from "./dom.js";
import { count, logit, score, signed } from "./numbers.js";

export class WhatIf {
  #changed;
  family = null;
  sentences = null;
  struck = new Set();

  constructor(changed) {
    this.#changed = changed;
  }

  isOff = (family) => this.family?.family === family;

  // One at a time: families interact, so two of them off is not the sum of each.
  toggle = (family) => {
    this.family = this.isOff(family.family) ? null : family;
    this.#changed();
  };

  setSentences(value) {
    this.sentences = value;
    this.#changed();
  }

  reset = () => {
    this.family = null;
    this.sentences = null;
    this.struck.clear();
    this.#changed(true);
  };

  alternatives() {
    const found = [];
    if (this.family) {
      found.push({ label: `without ${this.family.label.toLowerCase()}`, score: this.family.score_without });
    }
    if (this.struck.size && this.sentences !== null) {
      found.push({ label: `without ${count(this.struck.size, "sentence")}`, score: this.sentences });
    }
    return found;
  }
}

export function strip(whatIf, original) {
  const rows = whatIf.alternatives();
  if (!rows.length) return null;
  return el(
    "div",
    { class: "whatif" },
    rows.map(({ label, score: value }) =>
      el(
        "p",
        {},
        el("span", { class: "label" }, label),
        el("span", { class: "figure" }, `${score(original)} \u2192 `, el("strong", {}, score(value))),
        el("span", { class: "note figure" }, `${signed(logit(value) - logit(original))} log-odds`),
      ),
    ),
    el("button", { type: "button", class: "link", onclick: whatIf.reset }, "Reset"),
  );
}
