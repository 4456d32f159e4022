// What is known of a model version, asked for once.

import { describeModel } from "./client.js";

const known = new Map();

export function model(version) {
  if (!known.has(version)) {
    const asked = describeModel(version);
    known.set(version, asked);
    asked.catch(() => known.delete(version));
  }
  return known.get(version);
}

// The share of escalating texts that the version's scores assume.
export function baseRateOf(detail) {
  return detail.base_rate?.assumed ?? null;
}
