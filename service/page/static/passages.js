// The article with its evidence: highlighted by family, struck where it does not count.

import { el } from "./dom.js";
import { labels, letter, WORDING } from "./families.js";
import { evidenceSpot } from "./links.js";
import { rove } from "./roving.js";
import { affirmed, marks } from "./scope.js";
import { segments } from "./segments.js";

// `reading` is {text, assessment, at, ranges}. Learned wording shows only when pointed at: it
// has a term in most sentences.
export function passages(container, reading, links) {
  const { text, assessment, at, ranges } = reading;
  const { explanation } = assessment;
  const spans = explanation.evidence.map(({ start, end }) => [at(start), at(end)]);
  const pieces = segments(text.length, spans, ranges.flat());
  const names = labels(explanation);
  const draw = (piece) => drawn(piece, text, explanation, names, links);
  container.replaceChildren(...inSentences(pieces, ranges, draw));
  rove(container, [...container.querySelectorAll("mark[role=button]")]);
}

// The same text as sentences that can be struck out; `struck` is a Set of their places.
export function strikeable(container, { text, ranges }, struck, toggle) {
  const edges = segments(text.length, ranges);
  container.replaceChildren(
    ...edges.map(({ start, end, over }) => {
      if (!over.length) return text.slice(start, end);
      const place = over[0];
      return el(
        "span",
        {
          class: "sentence",
          role: "button",
          "aria-pressed": String(struck.has(place)),
          onclick: ({ currentTarget }) => {
            const now = toggle(place);
            currentTarget.setAttribute("aria-pressed", String(now));
          },
        },
        text.slice(start, end),
      );
    }),
  );
  rove(container, [...container.querySelectorAll(".sentence")]);
}

export function light(container, spot, reveal) {
  container.classList.toggle("pointing", Boolean(spot?.evidence.size));
  container.dataset.family = spot?.family ?? "";
  let first = null;
  for (const node of container.querySelectorAll("[data-over]")) {
    const lit = Boolean(spot) && node.dataset.over.split(" ").some((index) => spot.evidence.has(Number(index)));
    node.classList.toggle("lit", lit);
    if (lit) first ??= node;
  }
  if (reveal && first) show(container, first, reveal);
}

function show(container, node, reveal) {
  const [box, frame] = [node.getBoundingClientRect(), container.getBoundingClientRect()];
  const behavior = calm() ? "auto" : "smooth";
  if (reveal === "page" && (frame.top < 0 || frame.bottom > innerHeight)) {
    container.scrollIntoView({ block: "center", behavior });
  }
  if (box.top >= frame.top && box.bottom <= frame.bottom) return;
  container.scrollBy({ top: box.top - frame.top - frame.height / 3, behavior });
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function inSentences(pieces, ranges, draw) {
  const nodes = [];
  let place = 0;
  let sentence = null;
  for (const piece of pieces) {
    while (place < ranges.length && ranges[place][1] <= piece.start) {
      place += 1;
      sentence = null;
    }
    if (place < ranges.length && piece.start >= ranges[place][0]) {
      if (sentence === null) nodes.push((sentence = el("span", { class: "sentence" })));
      sentence.append(draw(piece));
    } else {
      nodes.push(draw(piece));
    }
  }
  return nodes;
}

function drawn({ start, end, over, begins }, text, explanation, names, links) {
  const words = text.slice(start, end);
  if (!over.length) return words;
  const visible = over.filter((index) => explanation.evidence[index].family !== WORDING);
  if (!visible.length) return el("span", { class: "term", "data-over": over.join(" ") }, words);
  const shown = explanation.evidence[visible[0]];
  const opens = begins.filter((index) => visible.includes(index));
  const node = el(
    "mark",
    {
      "data-over": over.join(" "),
      "data-family": shown.family,
      "data-letter": opens.length ? opens.map((index) => letter(explanation.evidence[index].family)).join("") : null,
      class: visible.some((index) => affirmed(explanation.evidence[index].scope)) ? null : "struck",
    },
    words,
  );
  if (visible.length > 1) under(node, explanation.evidence[visible[1]].family);
  if (opens.length) opener(node, opens, explanation, names, links);
  return links.watch(node, spotOf(visible, explanation));
}

// A second family over the same words shows as a second line beneath them.
function under(node, family) {
  node.classList.add("shared");
  node.dataset.under = family;
}

function opener(node, opens, explanation, names, links) {
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", opens.map((index) => spoken(explanation.evidence[index], names)).join("; "));
  node.addEventListener("click", () => links.pin(evidenceSpot(explanation, opens[0])));
}

function spoken({ text, family, scope }, names) {
  return [text, names.get(family) ?? family, ...marks(scope)].join(", ");
}

function spotOf(visible, explanation) {
  return { ...evidenceSpot(explanation, visible[0]), evidence: new Set(visible), from: "article" };
}
