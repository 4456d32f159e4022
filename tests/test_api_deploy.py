"""The image and what stands around it, as far as can be told without an engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.api.metrics import Metrics
from service.settings import Settings

ROOT = Path(__file__).parents[1]


def test_dockerfile_has_no_lint() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [linter, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_last_stage_runs_as_nobody_and_builds_nothing() -> None:
    stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d+:\d+$", stage, re.MULTILINE)
    assert "HEALTHCHECK" in stage
    assert not re.search(r"uv |apt-get|gcc|pip install", stage)


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def test_service_is_confined() -> None:
    service = loaded("compose.yaml")["services"]["escalation"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["stop_grace_period"].rstrip("s")) > Settings().stop_seconds
    known = {f"ESCALATION_{name.upper()}" for name in Settings.model_fields}
    assert service["environment"].keys() <= known


def test_mounted_files_are_there() -> None:
    for service in loaded("compose.yaml")["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith(".") or (ROOT / source).exists(), source


def expressions() -> list[str]:
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/escalation.json").read_text())
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = [
        rule["expr"] for group in loaded("deploy/alerts.yml")["groups"] for rule in group["rules"]
    ]
    return panels + rules


@pytest.mark.parametrize("expression", expressions())
def test_dashboard_and_alerts_ask_for_metrics_that_exist(expression: str) -> None:
    exposed = Metrics().exposition().decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\w+)$", exposed, re.MULTILINE))
    for name in re.findall(r"\bescalation_\w+", expression):
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        assert name in kinds or kinds.get(base) == "histogram", name


def test_prometheus_reads_the_service() -> None:
    [job] = loaded("deploy/prometheus.yml")["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["escalation:8000"]}]
