// A table whose rows sort by the column clicked.

import { announce, el } from "./dom.js";

// `columns` are {name, value(row), cell(row), figure}; rows without a value go last.
export function ranking(columns, rows, sorted) {
  const body = el("tbody");
  const heads = columns.map((column) => {
    const head = el("th", { scope: "col", class: column.figure ? "figure" : null });
    head.append(el("button", { type: "button", onclick: () => sort(column, head) }, column.name));
    return head;
  });
  const sort = (column, head) => {
    const falling = head.ariaSort ? head.ariaSort === "ascending" : Boolean(column.figure);
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const ordered = [...rows].sort((a, b) => compare(column.value(a), column.value(b), falling));
    body.replaceChildren(...ordered.map((row) => line(columns, row)));
    announce(`Sorted by ${column.name}, ${head.ariaSort}.`);
  };
  sort(columns[sorted], heads[sorted]);
  return el(
    "div",
    { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Scores, table" },
    el("table", { class: "ranking" }, el("thead", {}, el("tr", {}, heads)), body),
  );
}

function line(columns, row) {
  return el("tr", {}, columns.map(({ cell, figure }) => el("td", { class: figure ? "figure" : null }, cell(row))));
}

function compare(a, b, falling) {
  if (a == null || b == null) return (a == null) - (b == null);
  const order = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
  return falling ? -order : order;
}
