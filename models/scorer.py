"""Article in, assessment out: the only place where features meet coefficients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from models.article import Article
from models.caution import cautions
from models.classifier import Classifier, sigmoid
from models.explaining import explain as build
from models.explanation import Assessment, ExplainLevel, ModelRef, band_of
from models.features.extractor import FeatureExtractor, FeatureSet, shipped_extractor
from models.features.wording import Terms


class EscalationScorer:
    """Scores articles with one model version.

    Holds no state between articles and may be shared between threads.
    """

    def __init__(
        self,
        ref: ModelRef,
        classifier: Classifier,
        manifest: Mapping[str, Any] | None = None,
        extractor: FeatureExtractor | None = None,
    ) -> None:
        self.ref = ref
        self.classifier = classifier
        self.manifest = dict(manifest or {})
        self._extractor = extractor or shipped_extractor()

    def features(self, article: Article) -> tuple[FeatureSet, Terms]:
        """What the classifier sees of an article, in training and in serving."""
        found = self._extractor.extract(article)
        return found, self.classifier.vocabulary.read(found.document, found.stretches)

    def assess(self, article: Article, explain: ExplainLevel = "full") -> Assessment:
        """Score one article; ``explain`` says how much of the reason comes along."""
        found, terms = self.features(article)
        classifier = self.classifier
        logit = classifier.escalation.logit(found.values, terms)
        scope_probability = sigmoid(classifier.scope.logit(found.values, terms))
        in_scope = scope_probability >= classifier.scope_threshold
        return Assessment(
            article.id,
            self.ref,
            sigmoid(logit),
            logit,
            band_of(sigmoid(logit)),
            in_scope,
            scope_probability,
            cautions(found.document, in_scope),
            None if explain == "none" else build(found, terms, classifier, logit, explain),
        )

    def assess_many(
        self, articles: Iterable[Article], explain: ExplainLevel = "full"
    ) -> Iterator[Assessment]:
        """Assess a stream, one at a time, in order."""
        return (self.assess(article, explain) for article in articles)
