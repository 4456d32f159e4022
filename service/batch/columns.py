"""The columns that scoring adds to a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.explanation import Assessment, ExplainLevel
from service.batch.errors import RowError

ASSESSMENT_COLUMNS = (
    "score",
    "band",
    "logit",
    "in_scope",
    "scope_probability",
    "warnings",
    "model_version",
)
EXPLANATION_COLUMN = "explanation"
DUPLICATE_COLUMN = "duplicate_of"


@dataclass(frozen=True)
class Columns:
    """Which columns are added and what they are called.

    ``families`` are those of the model, in its order; each gives ``contribution_<family>``
    unless ``explain`` is ``none``. ``prefix`` goes before every name, so that an input that
    has a ``score`` of its own can be scored. ``duplicates`` adds ``duplicate_of``, known only
    once all parts are there.
    """

    explain: ExplainLevel
    families: tuple[str, ...]
    prefix: str = ""
    duplicates: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of what ``values`` gives, in its order."""
        names = list(ASSESSMENT_COLUMNS)
        if self.explain != "none":
            names += [f"contribution_{family}" for family in self.families]
        if self.explain == "full":
            names.append(EXPLANATION_COLUMN)
        return tuple(self.prefix + name for name in names)

    @property
    def duplicate_name(self) -> str:
        """The name of the column that ``--duplicates`` adds."""
        return self.prefix + DUPLICATE_COLUMN

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset((*self.names, self.duplicate_name) if self.duplicates else self.names)

    def refuse_clash(self, names: Iterable[str]) -> None:
        """Refuse a row whose own columns would be written over.

        Raises:
            RowError: ``column_clash``.
        """
        if not self._taken.isdisjoint(names):
            clashing = ", ".join(sorted(self._taken.intersection(names)))
            raise RowError("column_clash", f"the input has {clashing} too: choose another --prefix")

    def values(self, assessment: Assessment) -> dict[str, Any]:
        """The added columns of one row."""
        values: list[Any] = [
            assessment.score,
            assessment.band,
            assessment.logit,
            assessment.in_scope,
            assessment.scope_probability,
            [warning._asdict() for warning in assessment.warnings],
            assessment.model.version,
        ]
        if assessment.explanation is not None:
            found = {
                family.family: family.contribution for family in assessment.explanation.families
            }
            values += [found[family] for family in self.families]
        if self.explain == "full":
            values.append(assessment.to_dict()["explanation"])
        return dict(zip(self.names, values, strict=True))
