"""What Prometheus sees: requests, scores, families, warnings, drift."""

from __future__ import annotations

import math
import random

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.api.drift import MIN_ARTICLES, BinDrift, Drift, stability_index
from tests.fakes import REFERENCE
from tests.serving import ARTICLE, serving


def samples(exposition: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
    }


def test_requests_scores_and_warnings_are_counted() -> None:
    with serving() as client:
        for _ in range(3):
            client.post("/v1/score", json={"text": ARTICLE})
        client.post("/v1/score", json={"text": "Calm day.", "explain": "summary"})
        client.post("/v1/score", json={"text": "Calm day.", "explain": "none"})
        client.post("/v1/score", json={"text": ""})
        client.post("/v1/score:batch", json={"articles": [{"text": ARTICLE}, {"text": ""}]})
        client.get("/v1/models/" + "x" * 50)
        client.request("BREW", "/coffee")
        found = samples(client.get("/metrics").text)
    score = ("route=/v1/score", "status=200")
    assert found["escalation_requests_total", "method=POST", *score] == 5
    assert found["escalation_requests_total", "method=POST", "route=/v1/score", "status=422"] == 1
    assert found["escalation_requests_total", "method=other", "route=unmatched", "status=404"] == 1
    assert found["escalation_request_seconds_count", "route=/v1/models/{version}"] == 1
    assert found["escalation_refused_total", "code=text_empty"] == 2
    assert found["escalation_score_count", "version=v1"] == 6
    assert found["escalation_score_bucket", "le=0.2", "version=v1"] == 2
    assert found["escalation_articles_total", "in_scope=yes", "version=v1"] == 6
    assert found["escalation_explained_total", "version=v1"] == 5
    fired = ("escalation_family_fired_total", "family=threat_language", "version=v1")
    assert found[fired] == 4
    assert found["escalation_warnings_total", "code=short_text"] == 2
    assert found[("escalation_requests_in_flight",)] == 1
    assert found[("escalation_queue_depth",)] == 0


def test_drift_is_exposed_once_there_are_enough_articles() -> None:
    with serving(drift_articles=MIN_ARTICLES) as client:
        batch = {"articles": [{"text": ARTICLE}] * (MIN_ARTICLES - 50)}
        client.post("/v1/score:batch", json=batch)
        early = samples(client.get("/metrics").text)
        client.post("/v1/score:batch", json=batch)
        found = samples(client.get("/metrics").text)
    names = ("score", "words", "firing.threat_language", "firing.armed_violence")
    keys = [("escalation_drift_psi", f"distribution={name}", "version=v1") for name in names]
    assert not any(key in early for key in keys)
    assert all(found[key] > 0.25 for key in keys)
    assert found["escalation_drift_articles", "version=v1"] == MIN_ARTICLES


def test_index_of_equal_shares_is_nothing() -> None:
    assert stability_index([10, 20, 30], [100, 200, 300]) == pytest.approx(0, abs=1e-3)


def test_index_as_worked_out_by_hand() -> None:
    # Shares 1/2, 1/2 against 1/4, 3/4: the smoothing is small beside a million.
    expected = (0.25 - 0.5) * math.log(0.5) + (0.75 - 0.5) * math.log(1.5)
    assert stability_index([5e5, 5e5], [2.5e5, 7.5e5]) == pytest.approx(expected, abs=1e-5)


def test_sample_of_the_reference_has_not_drifted_and_another_has() -> None:
    draw = random.Random(7)  # noqa: S311
    same = BinDrift((0.0, 0.2, 0.5, 0.8, 1.0), (40, 30, 20, 10), 2000)
    other = BinDrift((0.0, 0.2, 0.5, 0.8, 1.0), (40, 30, 20, 10), 2000)
    for _ in range(2000):
        low, high = draw.choices([(0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1)], (40, 30, 20, 10))[0]
        same.observe(draw.uniform(low, high))
        other.observe(draw.random() ** 0.5)
    assert same.index() < 0.02
    assert other.index() > 0.25


def test_old_articles_leave_the_window() -> None:
    drift = BinDrift((0.0, 0.5, 1.0), (1, 1), 100)
    for value in [0.9] * 100 + [0.2] * 50 + [0.8] * 50:
        drift.observe(value)
    assert len(drift) == 100
    assert drift.index() == pytest.approx(0, abs=1e-9)


def test_values_outside_the_reference_fall_into_the_outer_bins() -> None:
    drift = BinDrift((0.0, 10.0, 20.0), (1, 1), 10)
    drift.observe(-5)
    drift.observe(1e9)
    assert drift.index() == pytest.approx(0, abs=1e-9)


def test_model_without_reference_measures_nothing() -> None:
    drift = Drift({}, 1000)
    for _ in range(500):
        drift.observe(0.5, 100, ["threat_language"])
    assert list(drift.indices()) == []
    assert drift.size == 500


def test_unexplained_articles_say_nothing_of_firing() -> None:
    drift = Drift(REFERENCE, 1000)
    for _ in range(MIN_ARTICLES):
        drift.observe(0.1, 50, None)
    assert {name for name, _ in drift.indices()} == {"score", "words"}
