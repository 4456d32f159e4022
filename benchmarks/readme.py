"""Writes what README.md shows of the shipped version: its figures and an excerpt of its output.

python -m benchmarks.readme
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from models.registry import Registry

README = Path(__file__).parents[1] / "README.md"
EXAMPLE = "models/examples/escalating.txt"
NAMES = {
    "auc": "AUC",
    "auc_within_relevant": "AUC within relevant texts",
    "average_precision": "Average precision",
    "ece": "Expected calibration error",
    "scope_auc": "AUC of relevance to conflict",
}
KINDS = {"item": "news items", "digest": "digests", "article": "full articles"}
FEATURES_SHOWN = 2
PASSAGES_SHOWN = 2
ROWS_SHOWN = 3
TABLES = ("Threats\n", "Foreign backers\n", "Military setbacks\n")


def figures(metrics: dict[str, Any], version: str) -> str:
    """The table between ``<!-- figures -->`` and ``<!-- /figures -->``."""
    dev = metrics["sets"]["dev"]
    kinds = {name: dev["by"]["kind"][name] for name in KINDS}
    heads = [f"{label} ({kinds[name]['texts']})" for name, label in KINDS.items()]
    lines = [
        f"Model version {version} on {dev['texts']} texts of later years and other publishers "
        f"that it was not\ntrained on, {dev['escalating']} of them escalating:",
        "",
        "| | " + " | ".join([f"all ({dev['texts']})", *heads]) + " |",
        "| --- |" + " --- |" * (1 + len(heads)),
    ]
    for key, label in NAMES.items():
        cells = [_shown(part.get(key)) for part in (dev["figures"], *kinds.values())]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def excerpt(report: str) -> str:
    """The head of a terminal report, its first family, and its tables, each cut short."""
    blocks = report.rstrip().split("\n\n")
    table = next(n for n, block in enumerate(blocks) if block.startswith("What moves it"))
    tables = [_short(block) for block in blocks if block.startswith(TABLES)]
    return "\n\n".join([*blocks[: table + 1], _cut(blocks[table + 1]), "[...]", *tables])


def _short(block: str) -> str:
    lines = block.split("\n")
    more = ["  [...]"] if len(lines) > 1 + ROWS_SHOWN else []
    return "\n".join(lines[: 1 + ROWS_SHOWN] + more)


def _cut(family: str) -> str:
    head, *lines = family.split("\n")
    kept, features, passages = [head], 0, 0
    for line in lines:
        if re.match(r" +[+-]\d", line):
            features, passages = features + 1, 0
        else:
            passages += 1
        if features <= FEATURES_SHOWN and passages <= PASSAGES_SHOWN:
            kept.append(line)
    return "\n".join([*kept, "  [...]"])


def _shown(figure: dict[str, float] | None) -> str:
    return "-" if figure is None or figure["value"] is None else f"{figure['value']:.3f}"


def main() -> None:
    registry = Registry()
    version, _ = registry.resolve()
    metrics = json.loads(registry.folder(version).joinpath("metrics.json").read_text("utf-8"))
    command = [str(Path(sys.executable).with_name("escalation")), "score", EXAMPLE]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    text = README.read_text("utf-8")
    for name, content in (
        ("figures", figures(metrics, version)),
        ("excerpt", f"```text\n{excerpt(report)}\n```"),
    ):
        text = re.sub(
            f"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda match, content=content: f"{match[1]}{content}\n{match[2]}",
            text,
            count=1,
            flags=re.DOTALL,
        )
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
