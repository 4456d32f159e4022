"""What a run amounts to, as one line of JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from service.batch.workspace import Done


@dataclass(frozen=True, slots=True)
class Summary:
    """``rows == scored + sum(errors.values())``: nothing is lost.

    ``seconds`` is the time of the last run alone when it resumed another. ``output`` and
    ``errors_file`` are None where there was nothing to write.
    """

    rows: int
    scored: int
    errors: dict[str, int]
    seconds: float
    model: dict[str, Any]
    output: str | None
    errors_file: str | None
    duplicates: int | None

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: bytes) -> Summary:
        """The summary that ``to_json`` wrote."""
        return cls(**json.loads(text))


def errors_by_code(done: Sequence[Done]) -> dict[str, int]:
    """How many rows failed for which reason."""
    total: Counter[str] = Counter()
    for partition in done:
        total.update(partition.errors)
    return dict(sorted(total.items()))
