// The API counts code points; JavaScript strings count UTF-16 units.

const ASTRAL = /[\u{10000}-\u{10ffff}]/u;

// A function from code point offsets to string offsets.
export function offsets(text) {
  if (!ASTRAL.test(text)) return (point) => point;
  const units = [0];
  for (const character of text) units.push(units.at(-1) + character.length);
  return (point) => units[point];
}
