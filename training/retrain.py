"""``escalation-retrain``: a corpus in, an evaluated and gated model version out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from models.errors import EscalationError
from models.registry import Registry
from training.card import interval
from training.fit import fit as shipped_fit
from training.fitting import Fit
from training.gate import table
from training.material import Sources
from training.progress import Progress
from training.run import STAGES, Outcome, Request, retrain

EXIT_OK, EXIT_NOTHING_DONE, EXIT_USAGE, EXIT_REFUSED = 0, 1, 2, 4
EXIT_INTERRUPTED = 130

_EPILOG = """\
exit codes: 0 promoted, 1 nothing done (the reason is on standard error), 2 usage,
4 published as candidate but refused by the gate; the champion is unchanged.
A version folder holds a pickle: a registry is code, to be written only by those you trust.
"""


def main(argv: Sequence[str] | None = None, fit: Fit = shipped_fit) -> int:
    """Run the command line; returns the exit code. ``fit`` stands in for ``training.fit``."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.texts and not options.codes:
        parser.error("--texts are read where --codes name them: give both")
    try:
        request = _request(options)
        with Progress(STAGES) as progress:
            outcome = retrain(request, fit, progress)
    except EscalationError as error:
        sys.stderr.write(f"escalation-retrain: {error.code}: {error}\n")
        return EXIT_NOTHING_DONE
    except KeyboardInterrupt:
        sys.stderr.write("escalation-retrain: interrupted; the registry is as it was\n")
        return EXIT_INTERRUPTED
    sys.stdout.write(report(outcome, options.output))
    return EXIT_OK if outcome.promoted else EXIT_REFUSED


def report(outcome: Outcome, registry: Path) -> str:
    """What came of it, for people."""
    lines = [f"version {outcome.version} in {registry}", ""]
    for name, texts in outcome.metrics["sets"].items():
        figures = texts["figures"]
        lines.append(
            f"{name}: {texts['texts']:,} texts, AUC {interval(figures['auc'])}, within relevant "
            f"{interval(figures['auc_within_relevant'])}, ECE {interval(figures['ece'])}"
        )
    lines += ["", table(outcome.checks), ""]
    champion = f"the champion is {outcome.champion}"
    if outcome.promoted:
        lines.append(f"promoted: {outcome.version} is the champion")
    elif outcome.overtaken is not None:
        lines.append(
            f"refused: {outcome.overtaken} became the champion meanwhile, and {outcome.version} "
            f"was not compared with it; {champion}"
        )
    else:
        failed = sum(not check.passed for check in outcome.checks)
        lines.append(f"refused: {failed} of {len(outcome.checks)} checks failed; {champion}")
    if not outcome.promoted:
        lines.append(
            f"{outcome.version} is kept as candidate: look at it with 'escalation models diff "
            f"--registry {registry} champion candidate'"
        )
    return "\n".join(lines) + "\n"


def _request(options: argparse.Namespace) -> Request:
    return Request(
        sources=Sources(tuple(options.corpus), tuple(options.texts), tuple(options.codes)),
        dev=tuple(options.dev),
        registry=Registry(options.output),
        version=options.version,
        seed=options.seed,
        gate=options.gate,
        base_rate=options.base_rate,
        curve=options.learning_curve,
        embeddings=options.embeddings,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="escalation-retrain",
        description="Train, evaluate and gate a model version from labelled texts.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--corpus", nargs="+", type=Path, required=True, metavar="PATH",
        help="labelled texts, as .jsonl, .csv or .parquet, also .gz: 'text', and 'escalation' "
        "(-2 to 2) or 'label' (0 or 1); optional relevant, flags, date, source, kind, weight",
    )  # fmt: skip
    parser.add_argument(
        "--codes", nargs="+", type=Path, default=[], metavar="PATH",
        help="codes by the id of a text, replacing its labels if it has any: lines of id, "
        "relevant (0 or 1), escalation (-2 to 2) and flags (or -), parted by tabs",
    )  # fmt: skip
    parser.add_argument(
        "--texts", nargs="+", type=Path, default=[], metavar="PATH",
        help="texts without labels, of which those with a code are used",
    )  # fmt: skip
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="registry to add the version to"
    )
    parser.add_argument(
        "--dev", nargs="+", type=Path, default=[], metavar="PATH",
        help="labelled texts to evaluate and compare on, never trained on",
    )  # fmt: skip
    parser.add_argument(
        "--gate", action=argparse.BooleanOptionalAction, default=True,
        help="promote only a version that is no worse than the champion",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of every random choice (default 0)")
    parser.add_argument(
        "--base-rate", type=_share, metavar="SHARE",
        help="share of escalating texts where the scores will be used (default: the corpus's)",
    )  # fmt: skip
    parser.add_argument("--version", metavar="NAME", help="its name (default: the next number)")
    parser.add_argument(
        "--learning-curve", action=argparse.BooleanOptionalAction, default=True,
        help="also fit on parts of the corpus; doubles the time",
    )  # fmt: skip
    parser.add_argument(
        "--embeddings", action="store_true",
        help="also compare with MiniLM sentence embeddings (the extra 'embeddings'; ten minutes)",
    )  # fmt: skip
    return parser


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: give a number between 0 and 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
