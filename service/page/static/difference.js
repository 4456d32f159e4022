// What differs between two assessments: families, their features, and a passage for each.

const LISTED = 3;
const SLIGHT = 0.05;

export function difference(A, B) {
  const before = byName(A.explanation.families, "family");
  return B.explanation.families
    .map((after) => {
      const { family, label, contribution: b } = after;
      const a = before.get(family)?.contribution ?? 0;
      return { family, label, a, b, change: b - a, why: reasons(before.get(family), after, A, B) };
    })
    .filter(({ a, b }) => Math.abs(a) >= 0.005 || Math.abs(b) >= 0.005)
    .sort((one, other) => Math.abs(other.change) - Math.abs(one.change));
}

function reasons(before, after, A, B) {
  const [old, now] = [byName(before?.features ?? [], "feature"), byName(after.features, "feature")];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((name) => {
      const [a, b] = [old.get(name), now.get(name)];
      const change = (b?.contribution ?? 0) - (a?.contribution ?? 0);
      return { label: (b ?? a).label, change, quote: quote(b, B, after.family) ?? quote(a, A, after.family) };
    })
    .filter(({ change }) => Math.abs(change) >= SLIGHT)
    .sort((one, other) => Math.abs(other.change) - Math.abs(one.change))
    .slice(0, LISTED);
}

// A passage found for this very feature; the learned wording's labels are its quotes already.
function quote(feature, { explanation }, family) {
  if (!feature || family === "wording") return null;
  const found = feature.evidence.map((index) => explanation.evidence[index]);
  return found.find((item) => item.feature === feature.feature)?.text ?? null;
}

const byName = (items, key) => new Map(items.map((item) => [item[key], item]));
