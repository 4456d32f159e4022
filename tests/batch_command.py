"""``escalation batch`` with the fake scorer: as a call, as a command, as a process.

python -c 'from tests.batch_command import main; main()' INPUT --output OUT ...
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import pyarrow.parquet as pq

from service import cli
from service.batch.job import Loader
from service.batch.run import Request, run_batch
from service.batch.summary import Summary
from service.commands import batch
from tests.batch_fakes import load_fake

MAIN = "from tests.batch_command import main; main()"


def main(arguments: list[str] | None = None, load: Loader = load_fake) -> None:
    """``escalation batch`` with the fake scorer."""
    batch.load_scorer = load
    sys.exit(cli.main(["batch", *(sys.argv[1:] if arguments is None else arguments)]))


def run(
    inputs: Path | str, output: Path | str, load: Loader = load_fake, **options: Any
) -> Summary:
    """A batch run with the fake scorer, from within this process."""
    request = Request(inputs=(str(inputs),), output=str(output), quiet=True, **options)
    return run_batch(request, load)


def table_of(path: Path) -> list[dict[str, Any]]:
    """The rows of an output file."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".csv":
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    return [json.loads(line) for line in path.read_bytes().splitlines()]


class Finished(NamedTuple):
    """What a command leaves behind."""

    returncode: int
    stdout: str
    stderr: str


def invoke(*arguments: object, stdin: bytes = b"") -> Finished:
    """``escalation batch`` within this process, where workers are started but once."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(batch, "load_scorer", load_fake),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            code = cli.main(["batch", *map(str, arguments)])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    return Finished(code, out.getvalue(), err.getvalue())


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """``escalation batch`` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def command(*arguments: object, stdin: bytes = b"", **options: Any) -> Finished:
    """``escalation batch`` as a process of its own, to its end."""
    with start(*arguments, stdin=subprocess.PIPE, **options) as process:
        out, err = process.communicate(stdin, timeout=60)
    return Finished(process.returncode, out.decode(), err.decode())
