"""What an output format can do: write one part, and join parts into the output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, Protocol

from service.batch.columns import Columns
from service.batch.rows import Block, Row


class Scored(NamedTuple):
    """A row and the columns that scoring adds to it."""

    row: Row
    values: Mapping[str, Any]


class PartWriter(Protocol):
    """Writes the scored rows of one partition."""

    def write(self, block: Block, scored: Sequence[Scored]) -> None:
        """Add the scored rows of a block."""

    def finish(self) -> None:
        """Bring everything into the file; nothing may be written after."""


@dataclass(slots=True)
class Part:
    """A finished part; ``duplicates`` gives each row's ``duplicate_of``, None: no such column.

    Parts share what they are compared with, so each iterator must be used up in turn.
    """

    address: str
    name: str
    duplicates: Iterator[str | None] | None = None


class OutputFormat(Protocol):
    """One output format. A shape is what parts must share before they can be joined."""

    def part_writer(self, file: BinaryIO, columns: Columns) -> PartWriter:
        """A writer of one part."""

    def shape(self, addresses: Iterator[str], columns: Columns) -> Any:
        """The shape that every part can take without loss."""

    def agrees(self, address: str, shape: Any, columns: Columns) -> bool:
        """Whether a part has that shape already."""

    def join(self, parts: Iterator[Part], shape: Any, columns: Columns, target: BinaryIO) -> None:
        """Write the parts one after the other, each in that shape, holding little of them."""
