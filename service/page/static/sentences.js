// The sentences of a text: as the API gives them where it found something, the browser's own between.

export function sentences(text, explanation, at) {
  const known = new Map();
  for (const { sentence } of explanation.evidence) known.set(at(sentence[0]), at(sentence[1]));
  const ranges = [];
  let reached = 0;
  for (const [start, end] of [...known].sort((a, b) => a[0] - b[0])) {
    if (start < reached) continue;
    const [close, open] = edges(text, reached, start);
    extend(ranges, close);
    ranges.push(...split(text, close, open), [open, end]);
    reached = end;
  }
  const [close] = edges(text, reached, text.length);
  extend(ranges, close);
  return [...ranges, ...split(text, close, text.length)];
}

function extend(ranges, close) {
  if (ranges.length) ranges.at(-1)[1] = close;
}

// The API's sentences run from word to word: a full stop or a quotation mark at an edge is
// theirs too. Returns where the sentence before ends, and where the one after begins.
function edges(text, start, end) {
  const between = text.slice(start, end);
  const close = start === 0 ? 0 : start + between.match(/^[^\s\p{L}\p{N}]*/u)[0].length;
  const open = end - between.match(/[^\s\p{L}\p{N}]*$/u)[0].length;
  return [close, Math.max(close, open)];
}

function split(text, start, end) {
  if (!/[\p{L}\p{N}]/u.test(text.slice(start, end))) return [];
  const pieces = Intl.Segmenter
    ? [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(text.slice(start, end))]
    : [{ index: 0, segment: text.slice(start, end) }];
  return pieces
    .map(({ index, segment }) => [start + index, start + index + segment.trimEnd().length])
    .filter(([from, to]) => to > from);
}

// The text with some of its sentences taken out.
export function without(text, ranges, struck) {
  let kept = "";
  let reached = 0;
  for (const place of [...struck].sort((a, b) => a - b)) {
    const [start, end] = ranges[place];
    kept += text.slice(reached, start);
    reached = end;
  }
  return kept + text.slice(reached);
}
