"""With the shipped model: batch says what the scorer says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from models import Article, load_scorer
from tests.batch_command import run, table_of

EXAMPLES = Path(__file__).parent.parent / "models/examples"
TEXTS = [
    *(path.read_text() for path in sorted(EXAMPLES.glob("*.txt"))),
    "The bakery on the square sells bread from six in the morning.",
]


@pytest.fixture(scope="module")
def expected():
    scorer = load_scorer()
    return [
        scorer.assess(Article(text, id=str(number)), explain="full").to_dict()
        for number, text in enumerate(TEXTS)
    ]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_batch_and_scorer_give_the_same_assessment(tmp_path, expected, suffix):
    rows = [{"id": str(number), "text": text} for number, text in enumerate(TEXTS)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / f"out.{suffix}"
    summary = run(tmp_path / "in.jsonl", out, load=load_scorer, explain="full")
    assert summary.model == expected[0]["model"]
    for row, assessment in zip(table_of(out), expected, strict=True):
        for name in ("score", "logit", "band", "in_scope", "scope_probability", "warnings"):
            assert row[name] == assessment[name]
        explanation = row["explanation"]
        for item in explanation["evidence"]:
            item["roles"] = dict(item["roles"])
        assert explanation == assessment["explanation"]
        contributions = {
            name: value for name, value in row.items() if name.startswith("contribution_")
        }
        assert contributions == {
            f"contribution_{family['family']}": family["contribution"]
            for family in assessment["explanation"]["families"]
        }
        assert explanation["base_logit"] + sum(contributions.values()) == pytest.approx(
            row["logit"], abs=1e-9
        )


def test_a_summary_has_the_same_columns_in_every_format(tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": 1, "text": TEXTS[0]}))
    for suffix in ("jsonl", "csv", "parquet"):
        run(tmp_path / "in.jsonl", tmp_path / f"out.{suffix}", load=load_scorer)
    names = list(table_of(tmp_path / "out.jsonl")[0])
    assert pq.read_schema(tmp_path / "out.parquet").names == names
    assert list(table_of(tmp_path / "out.csv")[0]) == names


def test_the_other_commands_do_not_pay_for_batch():
    code = (
        "import sys, contextlib; from service.cli import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "sys.exit(bool({'pyarrow', 'distributed', 'fsspec', 'tqdm'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
