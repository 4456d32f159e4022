"""``escalation batch``: score a file, a folder or an archive of articles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from joblib import cpu_count

from models import load_scorer
from service.batch.errors import UsageError
from service.batch.run import Request, run_batch
from service.cli import EXIT_NOTHING_DONE, EXIT_OK, EXIT_SOME_FAILED, EXIT_USAGE
from service.settings import SettingsError, read_settings

FORMATS = ("jsonl", "csv", "parquet")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add(
        "input",
        nargs="+",
        metavar="INPUT",
        help="file, folder, glob, '-' or fsspec address of JSONL, CSV or Parquet, plain or "
        "compressed with gzip or zstd; columns id and text at least",
    )
    add("--output", required=True, metavar="OUT", help="file; a folder of parts if it ends in '/'")
    add("--format", choices=FORMATS, help="format of the output (default: told by its name)")
    add("--input-format", choices=FORMATS, help="format of the input (default: told by its name)")
    add("--errors", metavar="PATH", help="file of rows that failed (default: OUT.errors.jsonl)")
    add(
        "--explain",
        choices=("none", "summary", "full"),
        default="summary",
        help="none: score and band; summary: a contribution for each family too (default); full: "
        "the whole explanation as well",
    )
    add("--prefix", default="", help="put before the name of each added column")
    add(
        "--duplicates",
        action="store_true",
        help="add duplicate_of: the id of the article that a row nearly repeats",
    )
    add("--model", metavar="VERSION", help="model version or alias (default: champion)")
    add("--registry", type=Path, metavar="DIR", help="folder of model versions")
    add("--workers", type=_positive, default=cpu_count(), metavar="N", help="local processes")
    add("--backend", choices=("loky", "dask"), default="loky", help="where the workers are")
    add("--scheduler", metavar="ADDR", help="Dask scheduler, such as tcp://host:8786")
    add("--resume", action="store_true", help="go on with an interrupted run")
    add("--max-errors", type=_natural, metavar="N", help="stop when more rows fail")
    add("--partition-bytes", type=_positive, metavar="N", help="input read as one unit of work")
    add("--quiet", action="store_true", help="show no progress")


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is negative")
    return number


def _positive(text: str) -> int:
    number = _natural(text)
    if number == 0:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def run(options: argparse.Namespace) -> int:
    """Run the batch; prints the summary as JSON and returns the exit code."""
    try:
        summary = run_batch(_request(options), load_scorer)
    except (UsageError, SettingsError) as error:
        sys.stderr.write(f"escalation batch: {error}\n")
        return EXIT_USAGE
    except OSError as error:
        sys.stderr.write(f"escalation batch: {error}; what is finished is kept: add --resume\n")
        return EXIT_NOTHING_DONE
    except KeyboardInterrupt:
        sys.stderr.write("escalation batch: what is finished is kept: add --resume to go on\n")
        raise
    sys.stdout.write(summary.to_json() + "\n")
    if not summary.scored:
        return EXIT_NOTHING_DONE
    return EXIT_SOME_FAILED if summary.errors else EXIT_OK


def _request(options: argparse.Namespace) -> Request:
    if (options.backend == "dask") != (options.scheduler is not None):
        raise UsageError("--backend dask and --scheduler ADDR go together")
    return Request(
        inputs=tuple(options.input),
        output=options.output,
        format=options.format,
        input_format=options.input_format,
        errors=options.errors,
        explain=options.explain,
        prefix=options.prefix,
        duplicates=options.duplicates,
        version=options.model,
        registry=options.registry or read_settings().registry,
        workers=options.workers,
        scheduler=options.scheduler,
        resume=options.resume,
        max_errors=options.max_errors,
        partition_bytes=options.partition_bytes,
        quiet=options.quiet,
    )
