"""Which model serves: promotion without restart, broken versions, pinned versions."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import pytest

from models.errors import RegistryError
from service.api.metrics import Metrics
from service.api.problems import RefusedError
from service.api.shelf import Loaded, SelfTestError, Shelf
from tests.fakes import CountingScorer, MemoryLibrary
from tests.serving import ARTICLE, serving, wait_until

BOTH = (CountingScorer("v1"), CountingScorer("v2"))


def version(client: Any) -> str:
    answer = client.post("/v1/score", json={"text": ARTICLE, "explain": "none"})
    assert answer.status_code == 200
    return str(answer.json()["model"]["version"])


def test_promoted_champion_is_picked_up() -> None:
    library = MemoryLibrary(*BOTH)
    with serving(library, watch_seconds=0.05) as client:
        assert version(client) == "v1"
        library.alias["champion"] = "v2"
        wait_until(lambda: version(client) == "v2")
        metrics = client.get("/metrics").text
    assert 'escalation_champion{fingerprint="print-v1",version="v1"} 0.0' in metrics
    assert 'escalation_champion{fingerprint="print-v2",version="v2"} 1.0' in metrics
    assert "escalation_model_swaps_total 2.0" in metrics


def test_broken_version_is_refused_once_and_the_old_one_serves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    library = MemoryLibrary(*BOTH, broken=("bad",))
    with caplog.at_level(logging.INFO), serving(library, watch_seconds=0.02) as client:
        library.alias["champion"] = "bad"
        wait_until(lambda: "bad" in library.loads)
        time.sleep(0.2)
        assert version(client) == "v1"
        assert client.get("/readyz").status_code == 200
        assert "escalation_model_rejected_total 1.0" in client.get("/metrics").text
        library.alias["champion"] = "v2"
        wait_until(lambda: version(client) == "v2")
    assert library.loads.count("bad") == 1
    [refused] = [record for record in caplog.records if record.msg == "champion refused"]
    assert refused.fields["version"] == "bad"  # type: ignore[attr-defined]
    assert "hash mismatch" in refused.fields["reason"]  # type: ignore[attr-defined]


class WrongScorer(CountingScorer):
    """Loads well, answers nonsense."""

    def assess(self, article: Any, explain: Any = "full") -> Any:
        return super().assess(article, explain)._replace(score=1.5)


class UnsoundScorer(CountingScorer):
    """Its contributions do not add up to its logit."""

    def assess(self, article: Any, explain: Any = "full") -> Any:
        assessment = super().assess(article, explain)
        return assessment._replace(logit=assessment.logit + 0.01)


@pytest.mark.parametrize("scorer", [WrongScorer("v3"), UnsoundScorer("v3")])
def test_self_test_refuses(scorer: CountingScorer) -> None:
    with pytest.raises(SelfTestError):
        Loaded(scorer, 100)


def shelf(library: MemoryLibrary, pinned: int = 2) -> Shelf:
    return Shelf(library, Metrics(), pinned, 100)


def test_any_failure_of_a_new_version_leaves_the_old_one() -> None:
    async def promote() -> str:
        library = MemoryLibrary(CountingScorer("v1"), WrongScorer("v3"))
        one = shelf(library)
        await one.refresh()
        library.alias["champion"] = "v3"
        await one.refresh()
        await one.refresh()
        assert library.loads == ["v1", "v3"]
        return (await one.get(None)).version

    assert asyncio.run(promote()) == "v1"


def test_unreadable_aliases_leave_everything_as_it_is() -> None:
    class Unreadable(MemoryLibrary):
        readable = True

        def aliases(self) -> dict[str, str]:
            if not self.readable:
                raise RegistryError("aliases.json is not valid JSON")
            return super().aliases()

    async def read() -> str:
        library = Unreadable(*BOTH)
        one = shelf(library)
        await one.refresh()
        library.readable = False
        await one.refresh()
        return (await one.get(None)).version

    assert asyncio.run(read()) == "v1"


def test_pinned_versions_stay_loaded_within_the_bound() -> None:
    async def pin() -> list[str]:
        library = MemoryLibrary(*(CountingScorer(f"v{n}") for n in range(1, 6)))
        one = shelf(library, pinned=2)
        await one.refresh()
        for name in ("v2", "v3", "v2", "v4", "v2", "v3"):
            assert (await one.get(name)).version == name
        return library.loads

    assert asyncio.run(pin()) == ["v1", "v2", "v3", "v4", "v3"]


def test_callers_of_one_version_wait_for_one_load() -> None:
    async def pin() -> list[str]:
        library = MemoryLibrary(*BOTH)
        one = shelf(library)
        await one.refresh()
        await asyncio.gather(*(one.get("v2") for _ in range(20)))
        return library.loads

    assert asyncio.run(pin()) == ["v1", "v2"]


def test_alias_is_the_version_it_points_at() -> None:
    async def pin() -> tuple[bool, list[str]]:
        library = MemoryLibrary(*BOTH)
        library.alias |= {"candidate": "v2", "previous": "v1"}
        one = shelf(library)
        await one.refresh()
        same = await one.get("candidate") is await one.get("v2")
        return same and await one.get("previous") is await one.get(None), library.loads

    assert asyncio.run(pin()) == (True, ["v1", "v2"])


def test_many_versions_at_once_are_put_off() -> None:
    class Slow(MemoryLibrary):
        def load(self, name: str) -> CountingScorer:
            time.sleep(0.05 if name != "champion" else 0)
            return super().load(name)

    async def pin() -> list[object]:
        one = shelf(Slow(*(CountingScorer(f"v{n}") for n in range(1, 8))))
        await one.refresh()
        return await asyncio.gather(
            *(one.get(f"v{n}") for n in range(2, 8)), return_exceptions=True
        )

    outcomes = asyncio.run(pin())
    assert [type(outcome) for outcome in outcomes] == [Loaded] * 2 + [RefusedError] * 4


def test_failed_load_is_tried_again() -> None:
    async def pin() -> str:
        library = MemoryLibrary(*BOTH, broken=("late",))
        one = shelf(library)
        await one.refresh()
        with pytest.raises(Exception, match="hash mismatch"):
            await one.get("late")
        library.broken.clear()
        library.scorers["late"] = CountingScorer("late")
        return (await one.get("late")).version

    assert asyncio.run(pin()) == "late"
