// A text being written: scored when the writer pauses, or at once on Ctrl+Enter.

const PAUSE = 400;

export function watchDraft(field, ready) {
  let timer;
  const now = () => {
    clearTimeout(timer);
    ready(field.value);
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    now();
  });
}

export async function example(name) {
  const answer = await fetch(`/static/examples/${name}.txt`);
  return (await answer.text()).trim();
}

// Lone surrogates cannot be sent as UTF-8; replaced one for one, offsets stay.
export function wellFormed(text) {
  return text.toWellFormed?.() ?? text;
}
