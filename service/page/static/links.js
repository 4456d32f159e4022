// The thread between bars and passages: whoever is pointed at says so, and the others light up.

export class Links extends EventTarget {
  #pinned = null;

  // `spot` is {evidence: Set of indices, family, feature}; null for nothing.
  point(spot) {
    this.#tell(spot ?? this.#pinned);
  }

  // Stays when the pointer leaves. `reveal` asks to bring the first passage into sight: "inside"
  // the article's own frame, or on the "page" as well, which may move what was pressed away.
  pin(spot, reveal = null) {
    this.#pinned = spot;
    this.#tell(spot, reveal);
  }

  // Pointing with the mouse and with the keyboard are one thing.
  watch(node, spot) {
    node.addEventListener("mouseenter", () => this.point(spot));
    node.addEventListener("mouseleave", () => this.point(null));
    node.addEventListener("focusin", () => this.point(spot));
    node.addEventListener("focusout", () => this.point(null));
    return node;
  }

  #tell(spot, reveal = null) {
    this.dispatchEvent(new CustomEvent("spot", { detail: { spot, reveal } }));
  }
}

export function familySpot(explanation, family) {
  const evidence = explanation.evidence.flatMap((item, index) => (item.family === family ? [index] : []));
  return { family, evidence: new Set(evidence) };
}

export function featureSpot(family, { feature, evidence }) {
  return { family, feature, evidence: new Set(evidence) };
}

export function evidenceSpot(explanation, index) {
  const { family, feature } = explanation.evidence[index];
  return { family, feature, evidence: new Set([index]) };
}
