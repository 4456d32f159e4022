// The view of the model: key figures, reliability, and its card.

import { byId, el } from "./dom.js";
import { markdown } from "./markdown.js";
import { baseRateOf, model } from "./model.js";
import { failure } from "./notice.js";
import { percent } from "./numbers.js";
import { reliability } from "./reliability.js";

const FIGURES = {
  auc: "AUC, all texts",
  auc_within_relevant: "AUC, conflict texts only",
  brier: "Brier score",
  ece: "Calibration error",
};

export async function showModel() {
  const place = byId("card");
  if (!place.childElementCount) place.replaceChildren(el("p", {}, "Loading \u2026"));
  try {
    const detail = await model("champion");
    place.replaceChildren(...drawn(detail));
  } catch (problem) {
    if (problem.code === undefined) throw problem;
    place.replaceChildren(failure(problem, showModel));
  }
}

function drawn(detail) {
  const bins = Array.isArray(detail.calibration) ? detail.calibration : [];
  return [
    el("div", { class: "panel-head" }, el("h2", {}, "Model"), el("p", { class: "note" }, `${detail.version} ${detail.aliases.join(" ")}`)),
    el(
      "div",
      { class: "figures" },
      bins.length > 0 && el("figure", {}, reliability(bins), el("figcaption", {}, "Texts scored by a model that had not seen their stories, in tenths of score, with 95 % intervals. On the diagonal a score of 0.7 means 70 of 100.")),
      el("dl", {}, figures(detail)),
    ),
    el("article", { class: "prose" }, markdown(detail.card, 3)),
  ];
}

function figures(detail) {
  const measured = detail.metrics.sets?.out_of_fold?.figures ?? {};
  const rows = Object.entries(FIGURES)
    .filter(([name]) => measured[name]?.value != null)
    .map(([name, label]) => [label, measured[name].value.toFixed(3), range(measured[name])]);
  const rate = baseRateOf(detail);
  if (rate !== null) rows.push(["Base rate assumed", percent(rate), null]);
  return rows.map(([label, value, note]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, value, note && el("small", {}, ` ${note}`))),
  );
}

function range({ low, high }) {
  return low == null || high == null ? null : `${low.toFixed(3)}\u2013${high.toFixed(3)}`;
}
