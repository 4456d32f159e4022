"""Requests that are accepted and answers that are given, as OpenAPI shows them.

Answers are written straight from ``Assessment.to_dict``; the answer models below describe
them and a test holds the two together.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from models.article import MAX_CHARACTERS, Article
from models.explanation import Band, ExplainLevel

MAX_ARTICLES = 256
MAX_BODY_BYTES = 8 * 2**20

EXAMPLE_TEXT = (
    "The defence minister said on Tuesday that the army would strike across the river unless "
    "the militia withdrew from the border town by Friday. Two battalions moved to the front."
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[T ])", re.ASCII)


def _calendar_day(value: Any) -> Any:
    """A day out of RFC 3339 text; a time of day after it is accepted and dropped."""
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.match(value):
        raise ValueError("must be a date as 2025-03-01, or a date and time as RFC 3339 writes it")
    return datetime.fromisoformat(value).date()


Day = Annotated[
    date,
    BeforeValidator(_calendar_day),
    WithJsonSchema({"anyOf": [{"type": "string", "format": f} for f in ("date", "date-time")]}),
]

# The length is checked by models.Article, so that the answer's code is text_too_long.
Text = Annotated[
    str,
    Field(
        description="The article's body as plain text; offsets in the answer count its Unicode "
        f"code points. At least one letter or digit, at most {MAX_CHARACTERS:,} code points.",
        json_schema_extra={
            "minLength": 1,
            "maxLength": MAX_CHARACTERS,
            "pattern": r"[\p{L}\p{N}]",
        },
    ),
]
ModelName = Annotated[
    str,
    Field(
        max_length=128,
        description="A model version or alias; the champion if left out.",
        examples=["champion"],
    ),
]
Explain = Annotated[
    ExplainLevel,
    Field(description="How much of the explanation to give: nothing, families, or all of it."),
]


class RequestModel(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ScoreRequest(RequestModel):
    """One article to be scored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": EXAMPLE_TEXT, "id": "wire-1", "published_at": "2025-03-04"},
                {"text": EXAMPLE_TEXT, "explain": "none"},
            ]
        }
    )

    text: Text
    id: str | None = Field(None, max_length=512, description="Given back with the assessment.")
    title: str | None = Field(
        None, max_length=5_000, description="Not read: put a headline that counts into text."
    )
    language: str = Field(
        "en",
        max_length=35,
        description="Only English is read.",
        json_schema_extra={"pattern": "^([Ee][Nn]|[Ee][Nn][Gg])([-_].*)?$"},
    )
    published_at: Day | None = Field(
        None, description="Day of publication: tells which years are past."
    )
    source: str | None = Field(None, max_length=1_000, description="Who published it. Not read.")
    explain: Explain | None = None
    model: ModelName | None = None

    def article(self) -> Article:
        """The article to score.

        Raises:
            ArticleError: the text cannot be scored.
        """
        return Article(
            text=self.text,
            id=self.id,
            title=self.title,
            language=self.language,
            source=self.source,
            published_at=self.published_at,
        )


class BatchRequest(RequestModel):
    """Up to 256 articles. An article's own ``explain`` or ``model`` goes before the batch's.

    An article that does not fit ``ScoreRequest`` gets a problem in its place; it does not
    fail the batch.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "articles": [{"id": "a", "text": EXAMPLE_TEXT}, {"id": "b", "text": "..."}],
                    "explain": "summary",
                }
            ]
        }
    )

    articles: Annotated[
        list[Any],
        Field(
            min_length=1,
            max_length=MAX_ARTICLES,
            json_schema_extra={"items": {"$ref": "#/components/schemas/ScoreRequest"}},
        ),
    ]
    explain: Explain = "full"
    model: ModelName | None = None


class ModelRef(BaseModel):
    """The model version that gave the score."""

    name: str
    version: str
    alias: str | None
    fingerprint: str


class Warned(BaseModel):
    """Something about the text that a reader of the score should know."""

    code: str
    detail: str


class FeatureContribution(BaseModel):
    """A feature's value, its share of the logit, and the evidence it counts (by index)."""

    feature: str
    label: str
    value: float
    contribution: float
    evidence: list[int]


class FamilyContribution(BaseModel):
    """A signal family's share of the logit, and the score if it had found nothing."""

    family: str
    label: str
    contribution: float
    score_without: float = Field(ge=0, le=1)
    features: list[FeatureContribution]


class Scope(BaseModel):
    """How the passage is meant: only what is affirmed counts."""

    negated: bool
    hypothetical: bool
    conditional: bool
    past: bool
    attributed_to: str | None


class Evidence(BaseModel):
    """A verbatim passage, code points ``start`` to ``end`` of the text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    family: str
    feature: str
    rule: str
    sentence: list[int] = Field(min_length=2, max_length=2)
    roles: dict[str, str]
    scope: Scope


class Threat(BaseModel):
    """Who threatens whom."""

    actor: str | None
    target: str | None
    kind: str
    conditional: bool
    evidence: int


class Backer(BaseModel):
    """A foreign supporter of a party."""

    backer: str
    iso3: str | None
    client: str | None
    kind: str
    evidence: int


class Setback(BaseModel):
    """A military loss."""

    party: str | None
    kind: str
    place: str | None
    evidence: int


class Explanation(BaseModel):
    """Why this score: ``base_logit`` plus the families' contributions is the logit."""

    base_logit: float
    families: list[FamilyContribution]
    evidence: list[Evidence]
    threats: list[Threat]
    backers: list[Backer]
    setbacks: list[Setback]
    not_found: list[str]
    summary: str


class Assessment(BaseModel):
    """A reading of one text.

    ``score`` is the calibrated probability that a trained analyst, reading only this text,
    codes it as escalation. It is not a forecast of deaths and not a measure of severity.
    """

    id: str | None
    model: ModelRef
    score: float = Field(ge=0, le=1)
    logit: float
    band: Band
    in_scope: bool
    scope_probability: float = Field(ge=0, le=1)
    warnings: list[Warned]
    explanation: Explanation | None


class Fault(BaseModel):
    """What is wrong, and where: a JSON pointer into the request's body."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """An error, after RFC 9457. ``code`` is stable; ``detail`` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str
    errors: list[Fault]


class BatchAnswer(BaseModel):
    """One assessment or problem for each article, in the order of the request."""

    results: list[Assessment | Problem]


class ModelSummary(BaseModel):
    """A model version and the aliases that point at it."""

    version: str
    aliases: list[str]


class ModelList(BaseModel):
    """Every version in the registry, newest name last."""

    models: list[ModelSummary]


class ModelDetail(ModelSummary):
    """What is known about a model version: its card, metrics, features and calibration."""

    card: str = Field(description="The model card, in Markdown.")
    metrics: dict[str, Any]
    features: list[dict[str, Any]]
    calibration: list[dict[str, Any]] | None = Field(
        description="For each filled tenth of score: texts, mean score, share escalating."
    )
    base_rate: dict[str, float] | None = Field(
        None, description="Share of escalating texts in the corpus, and the share assumed in use."
    )
    fingerprint: str | None


class Health(BaseModel):
    """The probe's answer."""

    status: Literal["alive", "ready"]
