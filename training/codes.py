"""Codes kept apart from the texts they are of: a coder's lines, or an analyst's corrections.

A line is what the codebook asks of a coder: id, relevant (0 or 1), escalation (-2 to 2) and the
letters of the flags (``-`` for none), parted by tabs. Lines that begin with ``#`` are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from training.errors import CorpusError, RowFault

_LINE = re.compile(
    r"(?P<id>[^\t]*[^\t\s][^\t]*)\t(?P<relevant>[01])\t(?P<escalation>-[12]|[0-2])"
    r"\t(?P<flags>[TBSMAD]+|-)"
)
_WANTED = (
    "needs an id, relevant (0 or 1), escalation (-2 to 2) and flags (letters of TBSMAD, or -), "
    "parted by tabs"
)
_LABELS = {"relevant", "escalation", "label", "flags"}


class Code(NamedTuple):
    """What a coder says of the text ``id``, and where."""

    id: str
    fields: dict[str, str]
    file: str
    row: int


class Codes:
    """Codes by the id of their text; a later one replaces an earlier one."""

    def __init__(self, codes: Iterable[Code] = ()) -> None:
        self._codes = {code.id: code for code in codes}
        self._placed: set[str] = set()

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, fields: Mapping[str, Any]) -> bool:
        """Whether a code is of the text in these fields."""
        return self._of(fields) is not None

    def place(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A text's fields with the code that is of it, which replaces any they held."""
        code = self._of(fields)
        if code is None:
            return dict(fields)
        self._placed.add(code.id)
        kept = {name: value for name, value in fields.items() if name not in _LABELS}
        return {**kept, **code.fields}

    def _of(self, fields: Mapping[str, Any]) -> Code | None:
        name = fields.get("id")
        return None if name is None else self._codes.get(str(name))

    def unplaced(self) -> list[RowFault]:
        """A fault for each code whose text was not met."""
        return [
            RowFault(code.file, code.row, f"no text has the id {code.id!r}")
            for code in self._codes.values()
            if code.id not in self._placed
        ]


def read_codes(paths: Iterable[Path | str]) -> Codes:
    """The codes of every file, in order.

    Raises:
        CorpusError: a file cannot be read or a line is not as said above; all are named.
    """
    codes: list[Code] = []
    faults: list[RowFault] = []
    for path in paths:
        try:
            lines = Path(path).read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            faults.append(RowFault(str(path), 0, f"cannot be read: {error}"))
            continue
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            found = _LINE.fullmatch(line.rstrip())
            if found is None:
                faults.append(RowFault(str(path), number, _WANTED))
            else:
                codes.append(Code(found["id"], found.groupdict(), str(path), number))
    if faults:
        raise CorpusError(faults)
    return Codes(codes)
