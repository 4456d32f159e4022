"""``escalation models``: what versions there are, which one serves, and how two differ."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models import artefact
from models.errors import EscalationError
from models.registry import Change, Registry
from service.commands.differing import ArticleMove, differ, frozen_articles, read_articles
from service.settings import SettingsError, read_settings

EXIT_OK, EXIT_NOTHING_DONE, EXIT_USAGE = 0, 1, 2
SHOWN_MOVES = 10
SHOWN_FAMILIES = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions and their options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--registry",
        type=Path,
        metavar="DIR",
        help="registry folder (default: ESCALATION_REGISTRY)",
    )
    common.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", parents=[common], help="every version and what it is called")
    show = actions.add_parser("show", parents=[common], help="a version's card")
    show.add_argument("version", nargs="?", default="champion", help="version or alias")
    promote = actions.add_parser("promote", parents=[common], help="make a version the champion")
    promote.add_argument("version", help="version or alias, such as candidate")
    actions.add_parser("rollback", parents=[common], help="make the previous champion serve again")
    diff = actions.add_parser(
        "diff", parents=[common], help="score the same articles with two versions"
    )
    diff.add_argument("before", help="version or alias, such as champion")
    diff.add_argument("after", help="version or alias, such as candidate")
    diff.add_argument(
        "--articles", type=Path, metavar="PATH", help="own articles, as JSON lines with 'text'"
    )
    diff.add_argument(
        "--top", type=int, default=SHOWN_MOVES, metavar="N", help="largest moves to show"
    )


def run(options: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    try:
        registry = Registry(options.registry or read_settings().registry)
    except SettingsError as error:
        sys.stderr.write(f"escalation models: {error}\n")
        return EXIT_USAGE
    action = {
        "list": _list, "show": _show, "promote": _promote, "rollback": _rollback, "diff": _diff,
    }[options.action]  # fmt: skip
    return action(registry, options)


def _list(registry: Registry, options: argparse.Namespace) -> int:
    aliases, found = registry.aliases(), []
    for version in registry.versions():
        names = sorted(alias for alias, name in aliases.items() if name == version)
        found.append((version, names, _fault(registry, version)))
    if options.json:
        keys = ("version", "aliases", "unusable")
        _print_json([dict(zip(keys, row, strict=True)) for row in found])
        return EXIT_OK
    for version, names, fault in found:
        row = f"{version:<16}{', '.join(names):<24}"
        _print((f"{row}unusable: {fault}" if fault else row).rstrip())
    return EXIT_OK


def _fault(registry: Registry, version: str) -> str | None:
    try:
        registry.load(version)
    except EscalationError as error:
        return f"{error.code}: {error}"
    return None


def _show(registry: Registry, options: argparse.Namespace) -> int:
    folder = registry.folder(options.version)
    artefact.verify(folder)
    if options.json:
        metrics = json.loads(artefact.read_file(folder, "metrics.json"))
        _print_json({"manifest": artefact.read_manifest(folder), "metrics": metrics})
    else:
        _print(artefact.read_file(folder, "card.md").decode().rstrip())
    return EXIT_OK


def _promote(registry: Registry, options: argparse.Namespace) -> int:
    return _changed(registry.promote(options.version), options)


def _rollback(registry: Registry, options: argparse.Namespace) -> int:
    return _changed(registry.rollback(), options)


def _changed(change: Change, options: argparse.Namespace) -> int:
    if options.json:
        _print_json(change._asdict())
    elif change.champion == change.before:
        _print(f"{change.champion} is the champion already")
    else:
        _print(f"champion: {change.champion} (before: {change.before or 'none'})")
    return EXIT_OK


def _diff(registry: Registry, options: argparse.Namespace) -> int:
    before, after = registry.load(options.before), registry.load(options.after)
    try:
        articles = read_articles(options.articles) if options.articles else frozen_articles()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"escalation models diff: {options.articles}: {error}\n")
        return EXIT_USAGE
    moves = differ(before, after, articles)
    if options.json:
        _print_json([move.to_dict() for move in moves])
        return EXIT_OK
    mean = sum(abs(move.change) for move in moves) / len(moves)
    _print(
        f"{before.ref.version} -> {after.ref.version} on {len(moves)} articles: mean move of the "
        f"score {mean:.3f}, {sum(m.band_changed for m in moves)} change band"
    )
    for line in _table(moves[: options.top]):
        _print(line)
    return EXIT_OK


def _table(moves: Sequence[ArticleMove]) -> list[str]:
    width = max(len(move.id) for move in moves)
    lines = []
    for move in moves:
        families = ", ".join(f"{name} {gain:+.2f}" for name, gain in move.families[:SHOWN_FAMILIES])
        lines.append(
            f"{move.id:<{width}}  {move.before:.3f} -> {move.after:.3f}  {move.change:+.3f}  "
            f"logit by {families}"
        )
    return lines


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _print_json(value: Any) -> None:
    _print(json.dumps(value, indent=1, ensure_ascii=False))
