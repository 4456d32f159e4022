// Puts the views together: which one shows, and where a dropped file goes.

import { startBatch, take } from "./batch.js";
import { showModel } from "./card.js";
import { startCompare } from "./compare.js";
import { byId } from "./dom.js";
import { currentText, read, startReading } from "./read.js";

const VIEWS = ["read", "compare", "batch", "model"];
const TABULAR = /\.(jsonl|ndjson|json|csv)$/i;

function show() {
  const asked = location.hash.slice(1);
  const shown = VIEWS.includes(asked) ? asked : "read";
  for (const view of VIEWS) byId(`view-${view}`).hidden = view !== shown;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown === "model") showModel();
}

function open(text) {
  location.hash = "read";
  scrollTo(0, 0);
  return read(text);
}

async function drop(event) {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const [file] = event.dataTransfer.files;
  if (file && TABULAR.test(file.name)) {
    location.hash = "batch";
    await take(file, open);
  } else {
    const text = file ? await file.text() : event.dataTransfer.getData("text/plain");
    if (text) await dropText(event.target, text);
  }
}

async function dropText(target, text) {
  if (!target.matches?.(".side textarea")) return open(text);
  target.value = text;
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", drop);
addEventListener("hashchange", show);

startReading();
startCompare(currentText);
startBatch(open);
show();
