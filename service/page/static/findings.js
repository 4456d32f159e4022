// Threats, backers and setbacks as tables, each row with its passage; and what was not found.

import { backerGraph } from "./backers.js";
import { el } from "./dom.js";
import { labels } from "./families.js";
import { evidenceSpot } from "./links.js";

const UNNAMED = () => el("span", { class: "unnamed" }, "not named");

export function findings({ explanation }, links) {
  const { threats, backers, setbacks } = explanation;
  const cite = (row) => quotation(explanation, row.evidence, links);
  return [
    section("Threats", "threat_language", threats, ["Who", "Whom", "Kind", "Passage"], (row) => [
      row.actor ?? UNNAMED(),
      row.target ?? UNNAMED(),
      row.conditional ? `${row.kind}, conditional` : row.kind,
      cite(row),
    ]),
    section(
      "Foreign backers",
      "foreign_backers",
      backers,
      ["Backer", "Backed", "Kind", "Passage"],
      (row) => [
        [row.backer, row.iso3 && el("small", {}, ` ${row.iso3}`)],
        row.client ?? UNNAMED(),
        row.kind,
        cite(row),
      ],
      backerGraph,
    ),
    section("Setbacks", "military_setbacks", setbacks, ["Whose", "Lost", "Where", "Passage"], (row) => [
      row.party ?? UNNAMED(),
      row.kind,
      row.place ?? "",
      cite(row),
    ]),
    notFound(explanation),
  ];
}

function section(title, family, rows, heads, cells, picture) {
  if (!rows.length) return null;
  return el(
    "section",
    { class: "finding", "data-family": family },
    el("h3", {}, title),
    picture?.(rows),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, table` },
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", {}, rows.map((row) => el("tr", {}, cells(row).map((cell) => el("td", {}, cell))))),
      ),
    ),
  );
}

function quotation(explanation, index, links) {
  const spot = evidenceSpot(explanation, index);
  const button = el(
    "button",
    { type: "button", class: "cite", onclick: () => links.pin(spot, "page") },
    explanation.evidence[index].text,
  );
  return links.watch(button, spot);
}

function notFound(explanation) {
  if (!explanation.not_found.length) return null;
  const names = labels(explanation);
  return el(
    "section",
    { class: "finding" },
    el("h3", {}, "Looked for and not found"),
    el("ul", { class: "absent" }, explanation.not_found.map((family) => el("li", {}, names.get(family) ?? family))),
  );
}
