// The reliability plot: mean score against the share that analysts coded as escalation.

import { svg } from "./dom.js";
import { count, score } from "./numbers.js";

const SIZE = 300;
const LEFT = 44;
const TICKS = [0, 0.2, 0.5, 0.8, 1];

// `bins` are {score, share, texts}, out of fold.
export function reliability(bins) {
  const said = bins.map((bin) => `score ${score(bin.score)}: ${score(bin.share)} of ${count(bin.texts, "text")}`);
  return svg(
    "svg",
    { class: "reliability", viewBox: `0 0 ${LEFT + SIZE + 16} ${SIZE + 60}`, role: "img", "aria-label": `Reliability. ${said.join("; ")}` },
    TICKS.map(ticks),
    svg("line", { class: "even", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    svg("polyline", { points: bins.map((bin) => `${x(bin.score)},${y(bin.share)}`).join(" ") }),
    bins.map(point),
    svg("text", { x: x(0.5), y: SIZE + 54, "text-anchor": "middle" }, "score"),
    svg("text", { x: 12, y: y(0.5), "text-anchor": "middle", transform: `rotate(-90 12 ${y(0.5)})` }, "share coded as escalation"),
  );
}

const x = (value) => LEFT + SIZE * value;
const y = (value) => 14 + SIZE * (1 - value);

function ticks(value) {
  return [
    svg("line", { class: "grid", x1: x(value), x2: x(value), y1: y(0), y2: y(1) }),
    svg("line", { class: "grid", x1: x(0), x2: x(1), y1: y(value), y2: y(value) }),
    svg("text", { x: x(value), y: y(0) + 18, "text-anchor": "middle" }, String(value)),
    svg("text", { x: x(0) - 7, y: y(value) + 4, "text-anchor": "end" }, String(value)),
  ];
}

// Wilson's interval: a bin of few texts says little.
function point({ score: mean, share, texts }) {
  const z = 1.96;
  const middle = (share + (z * z) / (2 * texts)) / (1 + (z * z) / texts);
  const reach = (z / (1 + (z * z) / texts)) * Math.sqrt((share * (1 - share)) / texts + (z * z) / (4 * texts * texts));
  return svg(
    "g",
    {},
    svg("title", {}, `${count(texts, "text")}: mean score ${score(mean)}, ${score(share)} coded as escalation`),
    svg("line", { class: "reach", x1: x(mean), x2: x(mean), y1: y(middle - reach), y2: y(middle + reach) }),
    svg("circle", { cx: x(mean), cy: y(share), r: 4.5 }),
  );
}
