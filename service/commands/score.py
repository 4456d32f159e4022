"""``escalation score FILE``: one article, its score, and why, readable in a terminal."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from models.article import Article
from models.errors import TextBinaryError, TextTooLongError
from models.registry import load_scorer
from service.cli import EXIT_NOTHING_DONE, EXIT_OK, EXIT_USAGE
from service.report import report
from service.settings import SettingsError, read_settings

_MAX_BYTES = 4 * 1024 * 1024
"""More cannot be a text within the character limit, whatever its encoding."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", help="a text file in UTF-8, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the assessment as JSON")
    parser.add_argument(
        "--explain", choices=("none", "summary", "full"), default="full", help="default: full"
    )
    parser.add_argument("--model", metavar="VERSION", help="version or alias; default: champion")
    parser.add_argument(
        "--registry",
        type=Path,
        help="folder of model versions; default: $ESCALATION_REGISTRY, else the shipped ones",
    )


def run(options: argparse.Namespace) -> int:
    """Score one article; errors of the domain are raised."""
    try:
        text = _read(options.file)
    except OSError as error:
        sys.stderr.write(f"escalation: cannot read {options.file}: {error.strerror}\n")
        return EXIT_NOTHING_DONE
    article = Article(text, id=None if options.file == "-" else Path(options.file).name)
    try:
        registry = options.registry or read_settings().registry
    except SettingsError as error:
        sys.stderr.write(f"escalation score: {error}\n")
        return EXIT_USAGE
    assessment = load_scorer(options.model, registry).assess(article, options.explain)
    if options.json:
        sys.stdout.write(json.dumps(assessment.to_dict(), indent=2) + "\n")
    else:
        sys.stdout.write(report(assessment, article.text))
    return EXIT_OK


def _read(name: str) -> str:
    if name == "-":
        raw = sys.stdin.buffer.read(_MAX_BYTES + 1)
    else:
        with Path(name).open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise TextTooLongError(f"{name} holds more than {_MAX_BYTES:,} bytes: score its parts")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextBinaryError(
            f"{name} is not UTF-8 text (byte {error.start:,}): convert it to UTF-8 first"
        ) from error
