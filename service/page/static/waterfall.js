// From base to score by family, in log-odds with the probability beside; each bar opens.

import { el, svg } from "./dom.js";
import { letter } from "./families.js";
import { featureList } from "./features.js";
import { familySpot } from "./links.js";
import { percent, sigmoid, signed } from "./numbers.js";
import { axis, steps } from "./steps.js";

const BAR = 18;

// `switches` are {isOff(family), toggle(family)}; `opened` is a Set of families, kept up to date.
export function waterfall(assessment, links, switches, opened) {
  const { explanation } = assessment;
  const all = steps(assessment);
  const scale = axis([explanation.base_logit, assessment.logit, ...all.map(({ to }) => to)]);
  const rows = all.map((step) => row(step, scale, explanation, { links, switches, opened }));
  const list = el(
    "ol",
    { class: "waterfall" },
    heads(),
    end("Base", "before a word is read", explanation.base_logit, null, scale),
    rows,
    end("Score", null, assessment.logit, all.at(-1)?.to, scale),
    ticks(scale),
  );
  links.addEventListener("spot", ({ detail: { spot } }) => {
    for (const node of list.querySelectorAll("[data-spot]")) {
      const lit = spot && (node.dataset.spot === spot.family || node.dataset.spot === spot.feature);
      node.classList.toggle("lit", Boolean(lit));
    }
  });
  return list;
}

function heads() {
  return el(
    "li",
    { class: "heads", "aria-hidden": "true" },
    ["", "", "log-odds", "then", "counts"].map((head) => el("span", {}, head)),
  );
}

function row({ family, from, to }, scale, explanation, { links, switches, opened }) {
  const id = `features-${family.family}`;
  const spot = familySpot(explanation, family.family);
  const list = el("div", { id, hidden: true });
  const opener = el(
    "button",
    { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": id },
    el("span", { class: "letter", "aria-hidden": "true" }, letter(family.family)),
    el("span", { class: "label" }, family.label),
    el("span", { class: "unseen" }, `, ${signed(family.contribution)} log-odds, then ${percent(sigmoid(to))}`),
  );
  const unfold = (open) => {
    if (open && !list.firstChild) list.append(featureList(family, explanation, links));
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) opened.add(family.family);
    else opened.delete(family.family);
  };
  opener.addEventListener("click", () => {
    unfold(list.hidden);
    links.pin(list.hidden ? null : spot, "inside");
  });
  if (opened.has(family.family)) unfold(true);
  const line = el(
    "div",
    { class: "row", "data-spot": family.family },
    opener,
    bar(scale, from, to),
    el("span", { class: "figure", "aria-hidden": "true" }, signed(family.contribution)),
    el("span", { class: "figure then", "aria-hidden": "true" }, percent(sigmoid(to))),
    toggle(family, switches),
  );
  return el(
    "li",
    { class: switches.isOff(family.family) ? "off" : null, "data-family": family.family },
    links.watch(line, spot),
    list,
  );
}

function toggle(family, switches) {
  return el("button", {
    type: "button",
    class: "switch",
    role: "switch",
    "aria-checked": String(!switches.isOff(family.family)),
    "aria-label": `Count ${family.label.toLowerCase()}`,
    onclick: () => switches.toggle(family),
  });
}

function end(label, note, logit, from, scale) {
  const at = `${scale.at(logit)}%`;
  return el(
    "li",
    { class: "end" },
    el(
      "div",
      { class: "row" },
      el("span", { class: "opener" }, el("span", { class: "label" }, label, note && el("small", {}, ` ${note}`))),
      chart(
        grid(scale),
        from != null && svg("line", { class: "lead", x1: at, x2: at, y1: 0, y2: BAR / 2 }),
        svg("circle", { class: "dot", cx: at, cy: BAR / 2, r: 4.5 }),
      ),
      el("span", { class: "figure" }, signed(logit)),
      el("span", { class: "figure then" }, percent(sigmoid(logit))),
    ),
  );
}

function bar(scale, from, to) {
  const [a, b] = [scale.at(from), scale.at(to)];
  return chart(
    grid(scale),
    svg("line", { class: "lead", x1: `${a}%`, x2: `${a}%`, y1: -12, y2: BAR }),
    svg("line", { class: "lead", x1: `${b}%`, x2: `${b}%`, y1: 0, y2: BAR + 12 }),
    svg("rect", {
      class: to >= from ? "bar up" : "bar down",
      x: `${Math.min(a, b)}%`,
      width: `${Math.max(Math.abs(b - a), 0.4)}%`,
      y: 3,
      height: BAR - 6,
      rx: 1.5,
    }),
  );
}

function chart(...parts) {
  return svg("svg", { class: "chart", height: BAR, "aria-hidden": "true" }, parts);
}

function grid(scale) {
  return scale.ticks.map((tick) =>
    svg("line", {
      class: tick === 0 ? "grid even" : "grid",
      x1: `${scale.at(tick)}%`,
      x2: `${scale.at(tick)}%`,
      y1: -12,
      y2: BAR + 12,
    }),
  );
}

// Ticks are read at a glance: whole percents.
function whole(share) {
  if (share > 0.995) return ">99 %";
  return share < 0.005 ? "<1 %" : `${Math.round(100 * share)} %`;
}

function ticks(scale) {
  const marks = scale.ticks.map((tick) => {
    const x = `${scale.at(tick)}%`;
    return [
      svg("text", { x, y: 11, "text-anchor": "middle" }, signed(tick, 0)),
      svg("text", { x, y: 25, "text-anchor": "middle", class: "share" }, whole(sigmoid(tick))),
    ];
  });
  const drawn = svg("svg", { class: "chart axis", height: 28 }, marks);
  return el("li", { class: "ticks", "aria-hidden": "true" }, el("div", { class: "row" }, el("span", {}), drawn));
}
