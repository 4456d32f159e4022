// Copying, also where the page is not served securely and the clipboard API is missing.

import { announce, el } from "./dom.js";

export function copyButton(name, text) {
  const button = el("button", { type: "button", onclick: () => copy(text()).then(done, failed) }, name);
  const done = () => flash(button, "Copied");
  const failed = () => flash(button, "Not copied");
  return button;
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = el("textarea", { class: "unseen" });
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (!copied) throw new Error("the browser did not copy");
}

function flash(button, word) {
  const name = button.textContent;
  announce(`${name}: ${word}`);
  button.textContent = word;
  button.disabled = true;
  setTimeout(() => {
    button.textContent = name;
    button.disabled = false;
  }, 1200);
}
