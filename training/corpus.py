"""Labelled texts, checked row by row before anything is learned from them."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models.article import Article
from models.errors import ArticleError
from training.codes import Codes
from training.errors import CorpusError, RowFault
from training.records import Record, records

ITEM_WORDS = 150
"""Texts without a ``kind`` are items below this many words, else articles (data README)."""


@dataclass(frozen=True)
class CorpusRow:
    """A labelled text.

    ``escalates`` is the target; ``escalation`` the five-step code (-2..2) it came from, None
    where only a 0/1 label was given. ``relevant`` is None where it was not coded. ``flags`` are
    letters of TBSMAD. ``date`` is kept as given; only ISO dates are understood. ``pair`` joins
    the rows of a minimal pair. ``origin`` is "file:row".
    """

    id: str
    text: str
    escalates: bool
    escalation: int | None = None
    relevant: bool | None = None
    flags: str = ""
    date: str = ""
    source: str = ""
    kind: str = "item"
    weight: float = 1.0
    pair: str = ""
    origin: str = ""

    @property
    def day(self) -> datetime.date | None:
        """The date, if it is an ISO date."""
        try:
            return datetime.date.fromisoformat(self.date[:10])
        except ValueError:
            return None

    def article(self) -> Article:
        """The text as it is scored in training: undated, as most texts are served. A model that
        had learned from dates would take the histories in undated texts for news."""
        return Article(self.text, self.id, source=self.source or None)


def read_corpus(
    paths: Iterable[Path | str],
    texts: Iterable[Path | str] = (),
    codes: Codes | None = None,
) -> list[CorpusRow]:
    """The rows of every file (JSONL, CSV or Parquet, each also gzipped), in order.

    ``codes`` replace the labels of the rows whose id they name. Of ``texts``, files that need not
    be labelled, only the rows with a code are read; they come last.

    Raises:
        CorpusError: any row is wrong, any file unreadable, or a code is of no text; it carries
            all of them.
    """
    codes = codes or Codes()
    rows: list[CorpusRow] = []
    faults: list[RowFault] = []
    for item in chain(_records(paths), _coded(texts, codes)):
        row = item if isinstance(item, RowFault) else _row(item, codes)
        if isinstance(row, RowFault):
            faults.append(row)
        else:
            rows.append(row)
    faults += codes.unplaced()
    if faults:
        raise CorpusError(faults)
    return rows


def _records(paths: Iterable[Path | str]) -> Iterator[Record | RowFault]:
    return chain.from_iterable(records(Path(path)) for path in paths)


def _coded(paths: Iterable[Path | str], codes: Codes) -> Iterator[Record | RowFault]:
    for item in _records(paths):
        if isinstance(item, RowFault) or item.fields in codes:
            yield item


def digest(rows: Sequence[CorpusRow]) -> str:
    """SHA-256 (hex) of the rows, whatever files and format they came in."""
    hasher = hashlib.sha256()
    for row in rows:
        content = astuple(row)[:-1]
        hasher.update(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        hasher.update(b"\n")
    return hasher.hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 (hex) of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a whole number")
    return value


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text)]


class _Fields(BaseModel):
    """A row as files hold it; other columns are ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    text: str
    id: Text = ""
    escalation: Annotated[int | None, Field(ge=-2, le=2), BeforeValidator(_no_bool)] = None
    label: Annotated[int | None, Field(ge=0, le=1)] = None
    relevant: bool | None = None
    flags: Annotated[str, Field(pattern="^([TBSMAD]*|-)$")] = ""
    date: Text = ""
    source: Text = ""
    kind: Text = ""
    weight: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0
    language: str = "en"
    pair: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _drop_missing(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if not _is_missing(value)}

    @model_validator(mode="after")
    def _labelled(self) -> Self:
        if self.escalation is None and self.label is None:
            raise ValueError("needs 'escalation' (-2 to 2) or 'label' (0 or 1)")
        if None not in (self.escalation, self.label) and self.escalates != bool(self.label):
            raise ValueError(
                f"'escalation' {self.escalation} and 'label' {self.label} contradict each other"
            )
        return self

    @property
    def escalates(self) -> bool:
        return bool(self.label) if self.escalation is None else self.escalation >= 1


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _row(record: Record, codes: Codes) -> CorpusRow | RowFault:
    try:
        fields = _Fields.model_validate(codes.place(record.fields))
        Article(fields.text, language=fields.language)
    except ValidationError as error:
        return RowFault(record.file, record.row, _reason(error))
    except ArticleError as error:
        return RowFault(record.file, record.row, str(error))
    kind = fields.kind or ("item" if len(fields.text.split()) < ITEM_WORDS else "article")
    return CorpusRow(
        fields.id or text_digest(fields.text)[:10],
        fields.text,
        fields.escalates,
        fields.escalation,
        fields.relevant,
        fields.flags.strip("-"),
        fields.date,
        fields.source,
        kind,
        fields.weight,
        fields.pair,
        f"{Path(record.file).name}:{record.row}",
    )


def _reason(error: ValidationError) -> str:
    parts = []
    for fault in error.errors(include_url=False, include_input=False):
        where = ".".join(str(place) for place in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        parts.append(f"{where}: {message}" if where else message)
    return "; ".join(parts)
