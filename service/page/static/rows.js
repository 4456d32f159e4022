// Articles out of a dropped file, JSONL or CSV. Fields that the API does not know are left here.

import { limits } from "./config.js";
import { parseCsv } from "./csv.js";
import { wellFormed } from "./drafts.js";
import { count } from "./numbers.js";

const KNOWN = ["id", "title", "text", "language", "published_at", "source"];

export class FileUnfit extends Error {}

export function articles(name, content) {
  const text = content.replace(/^\ufeff/, "");
  const rows = /\.csv$/i.test(name) ? fromCsv(text) : fromJsonl(text);
  if (!rows.length) throw new FileUnfit("The file holds no articles.");
  if (rows.length > limits.articles) {
    throw new FileUnfit(`The file holds ${count(rows.length, "article")}; at most ${limits.articles} are scored here. Use \u201cescalation batch\u201d for larger files.`);
  }
  return rows.map(article);
}

function fromCsv(text) {
  const [heads, ...rows] = parseCsv(text);
  const names = heads?.map((head) => head.trim().toLowerCase()) ?? [];
  if (!names.includes("text")) throw new FileUnfit("The file\u2019s first line names no column \u201ctext\u201d.");
  return rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]])));
}

function fromJsonl(text) {
  return text
    .split("\n")
    .map((line, number) => [line.trim(), number + 1])
    .filter(([line]) => line)
    .map(([line, number]) => parsed(line, number));
}

function parsed(line, number) {
  let row = null;
  try {
    row = JSON.parse(line);
  } catch {
    // Told below, with its line.
  }
  if (row === null || typeof row !== "object" || Array.isArray(row)) {
    throw new FileUnfit(`Line ${number} is not a JSON object.`);
  }
  return row;
}

function article(row, place) {
  const kept = KNOWN.filter((name) => row[name] != null && row[name] !== "").map((name) => [name, row[name]]);
  const found = Object.fromEntries(kept);
  found.id = String(found.id ?? place + 1);
  found.text = typeof found.text === "string" ? wellFormed(found.text) : (found.text ?? "");
  return found;
}
