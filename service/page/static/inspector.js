// What is known of the passage pointed at, in one steady place below the article.

import { el } from "./dom.js";
import { letter, WORDING } from "./families.js";
import { affirmed, marks } from "./scope.js";

const MOST = 2;

export function inspect(container, explanation, spot) {
  const shown = spot ? [...spot.evidence].slice(0, MOST) : [];
  const more = spot ? spot.evidence.size - shown.length : 0;
  container.replaceChildren(
    ...shown.map((index) => line(explanation.evidence[index], explanation)),
    ...(more > 0 ? [el("p", { class: "note" }, `and ${more} more`)] : []),
    ...(shown.length ? [] : [hint(spot)]),
  );
}

function hint(spot) {
  return el(
    "p",
    { class: "note" },
    spot ? "No passage of its own: it is read off the whole text." : "Point at a passage or a bar to see more.",
  );
}

function line(item, explanation) {
  const said = marks(item.scope);
  const roles = Object.entries(item.roles).map(([role, words]) => `${role}: ${words}`);
  return el(
    "p",
    { "data-family": item.family },
    el("span", { class: "letter", "aria-hidden": "true" }, letter(item.family)),
    el("q", {}, item.text),
    " ",
    el("span", {}, feature(item, explanation)),
    roles.length > 0 && el("span", { class: "roles" }, ` · ${roles.join(" · ")}`),
    said.length > 0 && el("em", {}, ` · ${said.join(", ")}${affirmed(item.scope) ? "" : ": does not count"}`),
  );
}

function feature(item, explanation) {
  const family = explanation.families.find((one) => one.family === item.family);
  if (item.family === WORDING) return family.label; // Its features are named by their words.
  const found = family?.features.find((one) => one.feature === item.feature);
  return found?.label ?? family?.label ?? item.feature;
}
