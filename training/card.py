"""The model card: what a version is for, what its score is not, and how well it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.explanation import BANDS
from training.measures import Figure

Report = Mapping[str, Any]

_NAMES = {
    "auc": "AUC",
    "auc_within_relevant": "AUC within relevant texts",
    "average_precision": "Average precision",
    "brier": "Brier score",
    "ece": "Expected calibration error",
    "scope_auc": "AUC of relevance to conflict",
}

_USE = """\
## What it is for

Reading English news text for analysts: ranking and filtering articles by how strongly they report
or signal that a conflict is escalating, with the passages that say so.

The score is the calibrated probability that a trained conflict analyst, reading only this text on
its day of publication, codes it as escalation (+1 or +2 on a five-step scale): the danger,
intensity or scope of an armed conflict or security confrontation is said or signalled to be rising.

## What the score is not

- **Not a forecast.** Trained on the same news, text alone foretells next-quarter escalation of
  deaths with AUC 0.56, against 0.77 for the history of fatalities, and adds nothing to it.
- **Not severity.** A routine report of forty dead may score below a border closure.
- **Not truth.** It reads what a text says, whether or not that is so; reports, threats and
  propaganda are read alike.
- **Not a basis for decisions about persons**, nor for targeting of any kind."""

_CODING = """\
The texts of the shipped version's main corpus were coded by a large language model reading each
text under a written codebook, never by a rule. A held-out part was coded twice, independently:
binary escalation agrees in 96 % (Cohen's kappa 0.92), the five-step code has quadratic-weighted
kappa 0.95. Two passes of one model agree more than two people would: treat the labels as those of
one careful coder, not as truth. Named as hard by the coders: tolls between 10 and 30 dead (about 25
in one attack for code 2, battle deaths and day totals rather 1, so the toll partly drives the line
between 0, 1 and 2); towns taken (1 or 2); relevance of crackdowns, cartels, terror trials and mixed
digests; mobilisation for missile tests; foreign backing for air strikes whose beneficiary is not
named.

Of the shipped version's texts 4,600 are further news of 2002 to 2017, picked for what an earlier
version was unsure of, and coded in the same way by another reading of the codebook
(`training/coded/news.tsv`). That reading was also given, unmarked, 230 texts of the main corpus:
binary escalation agrees in 92 % (kappa 0.82), relevance in 97 % (0.92), attacks in 95 %
(0.90). The texts of `training/sample` are invented and were coded as they were written; scores are
calibrated on the other texts where there are enough. A corpus of your own has its own coding:
describe it beside the version."""

_LIMITS = """\
## Limits and ethical notes

- English only; texts in other languages are marked doubtful, not translated.
- News of 2002-2019 and the publishers it came from: later wars, weapons and outlets read less well
  until they are in the corpus. Watch the drift figures of the service.
- Names of states, peoples, groups and persons are kept out of the learned wording, so that the same
  event reads the same whoever is party to it; what is reported about whom still differs, and so do
  the figures by region above.
- Reporting is uneven: places with few correspondents look calmer than they are. Compare a place
  with itself over time rather than with others.
- Anyone who knows the model can word a text to move the score.
- A folder of a model version holds a pickle (`model.joblib`), which is code: use it only from
  makers you trust. Scoring reads `weights.npz` alone, which is not code."""


def card(manifest: Report, metrics: Report) -> str:
    """The card in Markdown; every number in it is from ``manifest`` or ``metrics``."""
    sections = [
        f"# Model card: {manifest['name']} {manifest['version']}",
        _USE,
        "\n".join(_data(manifest, metrics)),
        "\n".join(_figures(metrics)),
        "\n".join(_groups(metrics["sets"])),
        "\n".join(_calibration(manifest, metrics)),
        "\n".join(_reading(metrics)),
        "\n".join(_choice(metrics)),
        "\n".join(_gate(metrics["gate"])),
        _LIMITS,
        "\n".join(_making(manifest)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _data(manifest: Report, metrics: Report) -> Iterator[str]:
    corpus = manifest["corpus"]
    yield "## Data and how it was coded"
    yield ""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in corpus["by_kind"].items())
    yield (
        f"{corpus['rows']:,} distinct texts ({kinds}), {manifest['base_rate']['corpus']:.1%} of "
        f"them escalating. {corpus['repeats']:,} repeated rows and {corpus['conflicts']:,} texts "
        f"labelled both ways were left out; {corpus['undated']:,} have no readable date. Folds "
        "keep near duplicates, a source's month and a publisher's articles together."
    )
    yield ""
    yield _CODING
    for name, texts in metrics["sets"].items():
        if name != "out_of_fold":
            yield ""
            yield f"Evaluation set `{name}`: {texts['texts']:,} texts, none of them trained on."


def _figures(metrics: Report) -> Iterator[str]:
    yield "## How well it reads"
    yield ""
    yield (
        "With bootstrap 95 % intervals (a source's day is drawn as a whole). `out_of_fold`: each "
        "text scored by a model of other stories. Within relevant texts, conflict is told from "
        "conflict, which is the harder question."
    )
    for name, texts in metrics["sets"].items():
        yield ""
        yield f"### {name}: {texts['texts']:,} texts, {texts['escalating']:,} escalating"
        yield ""
        sticks = {stick["label"]: stick for stick in texts["yardsticks"].values()}
        models = {"this version": texts["figures"], **sticks}
        yield from _grid(
            ["", *models],
            [
                [label, *(interval(model.get(key)) for model in models.values())]
                for key, label in _NAMES.items()
            ],
        )


def _groups(sets: Report) -> Iterator[str]:
    yield "## By group"
    for name, texts in sets.items():
        for slice_, groups in texts["by"].items():
            yield ""
            yield f"### {name}, by {slice_}"
            yield ""
            yield from _grid(
                ["", "texts", "escalating", "mean score", "AUC", "within relevant", "ECE"],
                [
                    [
                        group_name,
                        f"{group['texts']:,}",
                        f"{group['share']:.1%}",
                        f"{group['mean_score']:.1%}",
                        interval(group.get("auc")),
                        interval(group.get("auc_within_relevant")),
                        interval(group.get("ece")),
                    ]
                    for group_name, group in groups.items()
                ],
            )


def _calibration(manifest: Report, metrics: Report) -> Iterator[str]:
    rate = manifest["base_rate"]
    yield "## Calibration and base rate"
    yield ""
    yield from _grid(
        ["score", "texts", "mean score", "share escalating"],
        [
            [
                f"{row['from']:.1f}-{row['to']:.1f}",
                f"{row['texts']:,}",
                f"{row['score']:.3f}",
                f"{row['share']:.3f}",
            ]
            for row in metrics["calibration"]
        ],
    )
    yield ""
    yield (
        f"The corpus is sampled to be rich in conflict: {rate['corpus']:.1%} of its texts "
        "escalate. A feed with fewer makes every score too high, though not the order of scores. "
        "`escalation-retrain --base-rate SHARE` moves the intercept by the difference of the two "
        "shares' logits, which is exact if the feed differs in nothing but the share."
    )
    if rate["shift"]:
        yield ""
        yield (
            f"**This version assumes {rate['assumed']:.1%}: {rate['shift']:+.3f} was added to "
            "every logit.** All figures in this card are from before that, at the corpus's rate."
        )
    bands = ", ".join(f"{name} below {upper}" for upper, name in BANDS)
    yield ""
    yield (
        f"Bands: {bands}, severe from there. Out of scope: probability of relevance below "
        f"{manifest['thresholds']['scope']:.2f}."
    )


def _reading(metrics: Report) -> Iterator[str]:
    yield "## What it reads by"
    yield ""
    seen = metrics["family_importance_on"] == "out_of_fold"
    where = "the texts it was trained on, which flatters the wording" if seen else "dev"
    yield f"Measured on {where}."
    yield ""
    yield from _grid(
        ["family", "fires in", "mean share of logit", "AUC lost when silent"],
        [
            [
                row["family"],
                f"{row['fires']:.1%}",
                f"{row['mean_contribution']:.2f}",
                f"{row['auc_lost']:+.3f}",
            ]
            for row in metrics["family_importance"]
        ],
    )
    suite = metrics["behaviour"]
    yield ""
    yield (
        f"Behaviour suite, out of fold: {suite['pairs_in_order']} of {suite['pairs']} minimal "
        f"pairs in the right order; {suite['off_topic_quiet']} of {suite['off_topic']} off-topic "
        "texts below 0.35."
    )


def _choice(metrics: Report) -> Iterator[str]:
    if metrics["candidates"]:
        yield "## What was compared"
        yield ""
        columns = list(dict.fromkeys(key for row in metrics["candidates"] for key in row))
        yield from _grid(
            columns, [[_cell(row.get(key)) for key in columns] for row in metrics["candidates"]]
        )
        yield ""
    if metrics["learning_curve"]:
        yield "Learning curve, out of fold:"
        yield ""
        yield from _grid(
            ["texts", "AUC", "within relevant"],
            [
                [f"{p['texts']:,}", interval(p["auc"]), interval(p["auc_within_relevant"])]
                for p in metrics["learning_curve"]
            ],
        )


def _gate(gate: Report) -> Iterator[str]:
    yield f"## Gate, against {gate['champion'] or 'no champion'}"
    yield ""
    if not gate["enforced"]:
        yield "Not enforced (`--no-gate`)."
        yield ""
    yield from _grid(
        ["check", "candidate", "champion", "", ""],
        [
            [c["check"], c["candidate"], c["champion"], "ok" if c["passed"] else "no", c["why"]]
            for c in gate["checks"]
        ],
    )


def _making(manifest: Report) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    runtime = ", ".join(f"{name} {number}" for name, number in manifest["runtime"].items())
    yield f"- Runtime: {runtime}"
    yield f"- Seed: {manifest['seed']}"
    yield f"- Corpus (SHA-256): `{manifest['corpus']['sha256']}`"
    yield f"- Features (fingerprint): `{manifest['fingerprint']}`"


def interval(figure: Mapping[str, float | None] | None) -> str:
    """A figure with its interval, "-" where there is none."""
    return str(Figure(**figure)) if figure else "-"


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4f}" if isinstance(value, float) else "" if value is None else str(value)


def _grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
