// Who backs whom, as a small graph: backers left, the backed right, each line named by its kind.

import { svg } from "./dom.js";

const ROW = 34;
const [LEFT, RIGHT] = [36, 66];
const UNNAMED = "not named";

export function backerGraph(rows) {
  const ties = distinct(rows);
  const backers = placed(ties.map(({ backer }) => backer));
  const clients = placed(ties.map(({ client }) => client));
  const height = ROW * Math.max(backers.size, clients.size);
  const y = (places, name) => (height * (places.get(name) + 0.5)) / places.size;
  return svg(
    "svg",
    { class: "graph", height, role: "img", "aria-label": ties.map(said).join("; ") },
    ties.map((tie) => line(tie, y(backers, tie.backer), y(clients, tie.client))),
    [...backers.keys()].map((name) => node(name, LEFT, y(backers, name), "end")),
    [...clients.keys()].map((name) => node(name, RIGHT, y(clients, name), "start")),
  );
}

function distinct(rows) {
  const ties = new Map();
  for (const { backer, client, kind } of rows) {
    const name = client ?? UNNAMED;
    const tie = ties.get(`${backer}\n${name}`) ?? { backer, client: name, kinds: new Set() };
    tie.kinds.add(kind);
    ties.set(`${backer}\n${name}`, tie);
  }
  return [...ties.values()];
}

function placed(names) {
  return new Map([...new Set(names)].map((name, place) => [name, place]));
}

function said({ backer, client, kinds }) {
  return `${backer} backs ${client}: ${[...kinds].join(", ")}`;
}

function line({ kinds }, from, to) {
  // Labels sit nearer the backer, where lines to one client have not yet met.
  const share = 0.36;
  const kind = [...kinds].filter((name) => name !== "unspecified").join(", ");
  return svg(
    "g",
    {},
    svg("line", { x1: `${LEFT + 1.5}%`, y1: from, x2: `${RIGHT - 1.5}%`, y2: to }),
    kind &&
      svg(
        "text",
        { class: "kind", x: `${LEFT + share * (RIGHT - LEFT)}%`, y: from + share * (to - from) - 5, "text-anchor": "middle" },
        kind,
      ),
  );
}

function node(name, x, y, anchor) {
  const shown = name.length > 22 ? `${name.slice(0, 21)}\u2026` : name;
  return svg(
    "g",
    {},
    svg("circle", { cx: `${x}%`, cy: y, r: 4 }),
    svg("text", { x: `${x + (anchor === "end" ? -1.8 : 1.8)}%`, y: y + 4, "text-anchor": anchor }, svg("title", {}, name), shown),
  );
}
