// A family's features: value, share of the log-odds, and the passages counted.

import { el } from "./dom.js";
import { featureSpot } from "./links.js";
import { count, feature as written, signed } from "./numbers.js";

export function featureList(family, explanation, links) {
  if (!family.features.length) return el("p", { class: "features note" }, "Nothing found.");
  const ordered = [...family.features].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const most = Math.max(...ordered.map(({ contribution }) => Math.abs(contribution)), 1e-9);
  return el("ul", { class: "features" }, ordered.map((item) => line(item, family, most, links)));
}

function line(item, family, most, links) {
  const spot = featureSpot(family.family, item);
  const passages = item.evidence.length;
  const button = el(
    "button",
    { type: "button", "data-spot": item.feature, onclick: () => links.pin(spot, "page"), title: item.feature },
    el("span", { class: "label" }, item.label),
    el("span", { class: item.contribution < 0 ? "share down" : "share", "aria-hidden": "true" }),
    el("span", { class: "passages-count" }, passages ? count(passages, "passage") : "whole text"),
    el("span", { class: "figure value" }, el("span", { class: "unseen" }, "value "), written(item.value)),
    el("span", { class: "figure" }, signed(item.contribution)),
  );
  button.style.setProperty("--share", Math.abs(item.contribution) / most);
  return el("li", {}, links.watch(button, spot));
}
