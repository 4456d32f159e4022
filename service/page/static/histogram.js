// How the scores of a batch spread: twenty bars over the bands.

import { bands } from "./config.js";
import { svg } from "./dom.js";
import { count } from "./numbers.js";

const BARS = 20;
const HEIGHT = 96;

export function histogram(scores) {
  const counts = new Array(BARS).fill(0);
  for (const score of scores) counts[Math.min(BARS - 1, Math.floor(score * BARS))] += 1;
  const most = Math.max(...counts, 1);
  const width = 100 / BARS;
  return svg(
    "svg",
    { class: "histogram", height: HEIGHT + 34, role: "img", "aria-label": said(scores) },
    counts.map((number, place) => {
      const height = number ? Math.max(2, (HEIGHT * number) / most) : 0;
      return [
        svg("rect", { class: `band ${band(place / BARS)}`, x: `${place * width + 0.2}%`, width: `${width - 0.4}%`, y: 14 + HEIGHT - height, height }),
        number > 0 && svg("text", { x: `${(place + 0.5) * width}%`, y: 10 + HEIGHT - height, "text-anchor": "middle" }, String(number)),
      ];
    }),
    svg("line", { x1: 0, x2: "100%", y1: 14 + HEIGHT, y2: 14 + HEIGHT }),
    [0, ...bands.map(([upper]) => upper)].map((value) =>
      svg("text", { x: `${100 * value}%`, y: HEIGHT + 28, "text-anchor": { 0: "start", 1: "end" }[value] ?? "middle" }, String(value)),
    ),
  );
}

function band(score) {
  return bands.find(([upper]) => score < upper)[1];
}

function said(scores) {
  const parts = bands.map(([, name]) => `${scores.filter((score) => band(Math.min(score, 0.9999)) === name).length} ${name}`);
  return `Scores of ${count(scores.length, "article")}: ${parts.join(", ")}`;
}
