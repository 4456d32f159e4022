// The Markdown of a model card as elements: headings, lists, tables, code, emphasis.

import { el } from "./dom.js";

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|_([^_]+)_(?![\w])/g;

// Headings start one level below `level`.
export function markdown(source, level = 2) {
  return source
    .split(/\n{2,}/)
    .filter((block) => block.trim())
    .flatMap((block) => blocks(block.replace(/\s+$/, "").split("\n"), level));
}

function blocks(lines, level) {
  if (/^#+ /.test(lines[0])) {
    const [mark] = lines[0].split(" ");
    const heading = el(`h${Math.min(6, mark.length + level - 1)}`, {}, inline(lines[0].slice(mark.length + 1)));
    return [heading, ...(lines.length > 1 ? blocks(lines.slice(1), level) : [])];
  }
  if (lines[0].startsWith("|")) return [table(lines)];
  if (/^[-*] /.test(lines[0])) return [list(lines)];
  return [el("p", {}, inline(lines.join(" ")))];
}

function list(lines) {
  const items = [];
  for (const line of lines) {
    if (/^[-*] /.test(line)) items.push(line.slice(2));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return el("ul", {}, items.map((item) => el("li", {}, inline(item))));
}

function table([heads, , ...rows]) {
  const cells = (line) => line.split("|").slice(1, -1).map((cell) => cell.trim());
  const figure = (cell) => (/^[-+\u2212]?\d/.test(cell) ? "figure" : null);
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of the model card" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, cells(heads).map((head) => el("th", { scope: "col" }, inline(head))))),
      el("tbody", {}, rows.map((row) => el("tr", {}, cells(row).map((cell) => el("td", { class: figure(cell) }, inline(cell)))))),
    ),
  );
}

function inline(text) {
  const nodes = [];
  let reached = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(reached, match.index));
    if (match[1]) nodes.push(el("code", {}, match[1]));
    else if (match[2]) nodes.push(el("strong", {}, match[2]));
    else nodes.push(el("em", {}, match[3]));
    reached = match.index + match[0].length;
  }
  nodes.push(text.slice(reached));
  return nodes;
}
