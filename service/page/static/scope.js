// How a passage is meant, in words; what is not affirmed does not count.

export function affirmed({ negated, hypothetical, past }) {
  return !(negated || hypothetical || past);
}

export function marks(scope) {
  return [
    scope.negated && "negated",
    scope.hypothetical && "supposed",
    scope.past && "past",
    scope.conditional && "conditional",
    scope.attributed_to && `according to ${scope.attributed_to}`,
  ].filter(Boolean);
}
