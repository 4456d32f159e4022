"""The folder of an unfinished run, ``OUT.partial/``: what is done, and whether it still holds.

    run.json             input, options and model that the run was started with
    done/N.json          partition N is finished: the last file that its worker writes
    parts/part-N.SUFFIX  its scored rows
    errors/N.jsonl       its error rows, if any
    sketches/N.arrow     with --duplicates, a sketch of each scored text
    cuts/N               input laid down for a worker, gone once N is done
    final/               the output and its errors file, waiting for their names
    summary.json         both are whole: what is left is to give them their names

All of it can be thrown away at any time: that only loses what was computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from service.batch import storage
from service.batch.errors import ResumeRefusedError

_FOLDERS = ("done", "parts", "errors", "sketches", "cuts", "final")


@dataclass(frozen=True, slots=True)
class Done:
    """What a finished partition amounts to: ``rows == scored + sum(errors.values())``.

    ``records`` counts what is numbered, blank lines too; ``digest`` is that of its cut.
    """

    index: int
    source: str
    records: int
    rows: int
    scored: int
    errors: dict[str, int] = field(default_factory=dict)
    weight: int = 0
    digest: str | None = None

    def to_json(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The addresses in the folder of a run; workers get it with every partition."""

    folder: str
    suffix: str

    def place(self, kind: str) -> str:
        """The folder of one kind of file."""
        return storage.join(self.folder, kind)

    @property
    def run(self) -> str:
        """The address of what the run was started with."""
        return storage.join(self.folder, "run.json")

    @property
    def summary(self) -> str:
        """The address of what marks the output as whole."""
        return storage.join(self.folder, "summary.json")

    @property
    def final_output(self) -> str:
        """The address of the output before it has its name."""
        return storage.join(self.place("final"), "output")

    @property
    def final_errors(self) -> str:
        """The address of the errors file before it has its name."""
        return storage.join(self.place("final"), "errors.jsonl")

    def done(self, index: int) -> str:
        """The address of a finished partition's record."""
        return storage.join(self.place("done"), f"{index:08d}.json")

    def part(self, index: int) -> str:
        """The address of a partition's scored rows."""
        return storage.join(self.place("parts"), self.part_name(index))

    def part_name(self, index: int) -> str:
        """The name of a partition's scored rows, also in an output folder."""
        return f"part-{index:08d}.{self.suffix}"

    def errors(self, index: int) -> str:
        """The address of a partition's error rows."""
        return storage.join(self.place("errors"), f"{index:08d}.jsonl")

    def sketches(self, index: int) -> str:
        """The address of a partition's sketches."""
        return storage.join(self.place("sketches"), f"{index:08d}.arrow")

    def cursor(self, index: int) -> str:
        """The address of the row that a watched worker is at."""
        return storage.join(self.place("cuts"), f"{index:08d}.at")

    def start(self, run: Mapping[str, Any]) -> None:
        """Make the folder for a new run."""
        for kind in _FOLDERS:
            storage.make_folder(self.place(kind))
        storage.write(self.run, json.dumps(run, indent=1).encode())

    def resume(self, run: Mapping[str, Any]) -> dict[int, Done]:
        """The finished partitions of the run that was started with the same ``run``.

        Raises:
            ResumeRefusedError: nothing to resume, or something changed since.
        """
        if not storage.exists(self.run):
            raise ResumeRefusedError(f"no unfinished run in {self.folder}: leave out --resume")
        before = json.loads(storage.read(self.run))
        changed = sorted(key for key in {*before, *run} if before.get(key) != run.get(key))
        if changed:
            raise ResumeRefusedError(
                f"{', '.join(changed)} changed since {self.folder} was begun: "
                "give the same again, or remove that folder to start over"
            )
        names = storage.names(self.place("done"))
        finished = (self.read_done(int(name[:8])) for name in names if name.endswith(".json"))
        return {done.index: done for done in finished if done is not None}

    def read_done(self, index: int) -> Done | None:
        """A partition's record, None as long as it is not finished."""
        address = self.done(index)
        return Done(**json.loads(storage.read(address))) if storage.exists(address) else None
