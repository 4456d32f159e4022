// The score's scale: bands, base rate, the score, and what it would be otherwise.

import { bands } from "./config.js";
import { svg } from "./dom.js";
import { percent, score as written } from "./numbers.js";

const TOP = 26;
const HEIGHT = 10;

// `marks` are {score, kind, text}; kind is "score", "other" (hollow) or "base".
export function scale(marks, description) {
  let from = 0;
  const parts = bands.map(([upper, name]) => {
    const part = band(from, upper, name);
    from = upper;
    return part;
  });
  const drawn = svg(
    "svg",
    { class: "scale", height: 52, role: "img", "aria-label": description },
    parts,
    [0, ...bands.map(([upper]) => upper)].map(tick),
  );
  for (const mark of marks) drawn.append(pointer(mark));
  return drawn;
}

export function baseRate(rate) {
  return { kind: "base", score: rate, text: `base rate ${percent(rate)}` };
}

export function describe(marks) {
  return `Scale from 0 to 1: ${marks.map(({ text, score }) => `${text || "score"} at ${written(score)}`).join(", ")}`;
}

const at = (value) => `${100 * value}%`;

function band(from, upper, name) {
  return [
    svg("rect", { class: `band ${name}`, x: at(from), y: TOP, width: at(upper - from), height: HEIGHT }),
    svg("text", { class: "name", x: at((from + upper) / 2), y: TOP + 24, "text-anchor": "middle" }, name),
  ];
}

function tick(value) {
  const anchor = { 0: "start", 1: "end" }[value] ?? "middle";
  return svg("text", { class: "tick", x: at(value), y: TOP + 24, "text-anchor": anchor }, String(value));
}

function pointer({ score, kind, text }) {
  const anchor = score < 0.12 ? "start" : score > 0.88 ? "end" : "middle";
  const label = text && svg("text", { x: at(score), y: 10, "text-anchor": anchor }, text);
  const line = svg("line", { x1: at(score), x2: at(score), y1: kind === "base" ? 14 : TOP - 6, y2: TOP + HEIGHT });
  const dot = kind === "base" ? null : svg("circle", { cx: at(score), cy: TOP + HEIGHT / 2, r: 7 });
  return svg("g", { class: `pointer ${kind}` }, label, line, dot);
}
