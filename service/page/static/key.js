// The caller's key, asked for only when the service wants one, and kept in this variable only.

import { byId } from "./dom.js";

let key = null;
let asking = null;

const SENDABLE = /^[\x20-\x7e]+$/;
const REFUSED = "That key was not accepted.";

export function keyHeader() {
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

export function askForKey() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

function ask() {
  const form = byId("key");
  const field = byId("key-value");
  if (key !== null) byId("key-note").textContent = REFUSED;
  key = null;
  form.hidden = false;
  field.focus();
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      key = field.value.trim();
      field.value = "";
      if (!SENDABLE.test(key)) {
        byId("key-note").textContent = REFUSED;
        return;
      }
      form.hidden = true;
      resolve();
    };
  });
}
