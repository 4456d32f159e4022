// The waterfall's arithmetic: from the base, family by family, to the score's log-odds.

import { moving } from "./families.js";

export function steps(assessment) {
  const { explanation } = assessment;
  let reached = explanation.base_logit;
  return moving(explanation).map((family) => {
    const from = reached;
    reached += family.contribution;
    return { family, from, to: reached };
  });
}

// A function from log-odds to a share of the width, and the whole log-odds to label.
export function axis(values) {
  const low = Math.floor(Math.min(...values) - 0.25);
  const high = Math.ceil(Math.max(...values) + 0.25);
  const stride = Math.max(1, Math.ceil((high - low) / 4));
  const ticks = [];
  for (let tick = Math.ceil(low / stride) * stride; tick <= high; tick += stride) ticks.push(tick);
  return { at: (logit) => (100 * (logit - low)) / (high - low), ticks };
}
