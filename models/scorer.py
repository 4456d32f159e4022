"""Article in, assessment out: the only place where features meet coefficients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from models.article import Article
from models.caution import cautions
from models.classifier import Classifier, off_topic, sigmoid
from models.explaining import explain as build
from models.explanation import Assessment, ExplainLevel, ModelRef, band_of
from models.features.catalogue import OFF_TOPIC, catalogue
from models.features.extractor import FeatureExtractor, FeatureSet, shipped_extractor
from models.features.wording import Terms

OFF_TOPIC_INDEX = [feature.name for feature in catalogue()].index(OFF_TOPIC)


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

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The catalogue features' names, in the order of their values."""
        return self._extractor.names

    def prepare(self) -> None:
        """Do now what would otherwise slow the first articles of a long-lived process."""
        self._extractor.prepare()

    def features(self, article: Article) -> tuple[FeatureSet, Terms, float]:
        """What the escalation head sees of an article, and the logit of the scope head."""
        found = self._extractor.extract(article)
        terms = self.classifier.vocabulary.read(found.document, found.stretches)
        scope_logit = self.classifier.scope.logit(found.values, terms)
        found.values[OFF_TOPIC_INDEX] = off_topic(scope_logit)
        return found, terms, scope_logit

    def assess(self, article: Article, explain: ExplainLevel = "full") -> Assessment:
        """Score one article; ``explain`` says how much of the reason comes along."""
        found, terms, scope_logit = self.features(article)
        classifier = self.classifier
        logit = classifier.escalation.logit(found.values, terms)
        scope_probability = sigmoid(scope_logit)
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
            None
            if explain == "none"
            else build(found, terms, classifier, logit, scope_logit, explain),
        )

    def assess_many(
        self, articles: Iterable[Article], explain: ExplainLevel = "full"
    ) -> Iterator[Assessment]:
        """Assess a stream, one at a time, in order."""
        return (self.assess(article, explain) for article in articles)
