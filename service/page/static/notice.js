// What went wrong or should be known, up front.

import { el } from "./dom.js";
import { count } from "./numbers.js";

export function notice(title, detail, ...more) {
  return el("div", { class: "notice", role: "note" }, el("strong", {}, title), " ", detail, more);
}

export function failure(problem, again) {
  const faults = problem.errors.map(({ pointer, detail }) =>
    el("li", {}, pointer && [el("code", {}, pointer), " "], detail),
  );
  return el(
    "div",
    { class: "notice failed", role: "alert" },
    el("strong", {}, `${problem.title}.`),
    " ",
    sentence(problem.detail),
    faults.length > 0 && el("ul", {}, faults),
    again && el("p", {}, el("button", { type: "button", onclick: again }, "Try again")),
  );
}

export function waitingFor(problem, seconds) {
  return el(
    "div",
    { class: "notice", role: "note" },
    el("strong", {}, `${problem.title}.`),
    ` Trying again in ${count(seconds, "second")}.`,
  );
}

function sentence(detail) {
  const text = detail[0].toUpperCase() + detail.slice(1);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
