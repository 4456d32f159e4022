// Probabilities, log-odds, and how both are written.

export const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));

export const logit = (score) => Math.log(score / (1 - score));

// A calibrated score is never certain, so rounding must not say that it is.
export function score(value) {
  if (value > 0.995) return ">0.99";
  if (value < 0.005) return "<0.01";
  return value.toFixed(2);
}

export function signed(value, digits = 2) {
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return size;
  return (value < 0 ? "\u2212" : "+") + size;
}

export function percent(value) {
  const hundredths = 100 * value;
  if (hundredths > 99.95) return ">99.9 %";
  if (hundredths < 0.05) return "<0.1 %";
  return `${hundredths.toFixed(hundredths > 99 || hundredths < 1 ? 1 : 0)} %`;
}

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function feature(value) {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
