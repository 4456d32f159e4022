"""Who may call: bearer keys and allowances."""

from __future__ import annotations

import hashlib
import hmac
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.api import keys
from service.api.keys import Allowance, KeyRing
from service.api.problems import RefusedError
from tests.serving import ARTICLE, serving

ANALYST, ROBOT = "an-analyst's key", "ключ робота"


def digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


KEYS = {"analyst": digest(ANALYST), "robot": digest(ROBOT)}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(api_keys=KEYS, rate_limit=60, rate_burst=5) as client:
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "")],
        [("Authorization", "Bearer")],
        [("Authorization", "Bearer wrong")],
        [("Authorization", f"Bearer {ANALYST}x")],
        [("Authorization", f"Bearer {ANALYST[:-1]}")],
        [("Authorization", f"Basic {ANALYST}")],
        [("Authorization", ANALYST)],
        [("Authorization", "Bearer " + digest(ANALYST).hex())],
        [("Authorization", "Bearer " + "k" * 10_000)],
        [("Authorization", b"Bearer \xff\xfe\xed\xa0\x80")],
        [("Authorization", "Bearer a"), ("Authorization", f"Bearer {ANALYST}")],
        [("X-API-Key", ANALYST)],
    ],
)
def test_refuses(client: httpx.Client, headers: list[tuple[str, str | bytes]]) -> None:
    sent = [(name.encode(), v if isinstance(v, bytes) else v.encode()) for name, v in headers]
    answer = client.post("/v1/score", json={"text": ARTICLE}, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "analyst" not in answer.text


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/v1", "/v1/nothing"])
def test_the_whole_of_v1_needs_a_key(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi.json"])
def test_probes_need_none(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("value", [f"Bearer {ANALYST}", f"bearer {ANALYST}", f"BEARER  {ANALYST} "])
def test_knows_a_key(value: str) -> None:
    assert KeyRing(KEYS).caller([value.encode()]) == "analyst"


def test_knows_a_key_of_unusual_characters() -> None:
    assert KeyRing(KEYS).caller([f"Bearer {ROBOT}".encode()]) == "robot"


def test_every_key_is_compared_whatever_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    compare_digest = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return compare_digest(one, other)

    monkeypatch.setattr(keys.hmac, "compare_digest", compare)
    ring = KeyRing(KEYS)
    ring.caller([f"Bearer {ANALYST}".encode()])
    for wrong in ([], [b"Bearer x"], [b"Basic x"], [b""], [b"a", b"b"]):
        with pytest.raises(RefusedError):
            ring.caller(wrong)
    assert compared == [*KEYS.values()] * 6


def test_timing_does_not_tell_a_near_miss() -> None:
    """Digests that share 31 of 32 bytes take as long to refuse as ones that share none."""
    sent = digest("sent")
    near = sent[:-1] + bytes([sent[-1] ^ 1])
    far = bytes(byte ^ 0xFF for byte in sent)
    rings = {"near": KeyRing({"a": near}), "far": KeyRing({"a": far})}
    seconds: dict[str, list[float]] = {"near": [], "far": []}
    for _ in range(4000):
        for name, ring in rings.items():
            begun = time.perf_counter()
            with pytest.raises(RefusedError):
                ring.caller([b"Bearer sent"])
            seconds[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    assert abs(medians["near"] - medians["far"]) < 0.1 * medians["far"]


def test_allowance_is_each_key_s_own(client: httpx.Client) -> None:
    analyst = {"Authorization": f"Bearer {ANALYST}"}
    robot = {"Authorization": f"Bearer {ROBOT}".encode()}
    answers = [client.get("/v1/models", headers=analyst) for _ in range(8)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    refused = answers[-1]
    assert (refused.status_code, refused.json()["code"]) == (429, "overloaded")
    assert int(refused.headers["retry-after"]) >= 1
    assert client.get("/v1/models", headers=robot).status_code == 200


def test_batch_counts_its_articles() -> None:
    with serving(rate_limit=60, rate_burst=10) as client:
        batch = {"articles": [{"text": ARTICLE}] * 40}
        assert client.post("/v1/score:batch", json=batch).status_code == 200
        refused = client.post("/v1/score", json={"text": ARTICLE})
    assert refused.status_code == 429
    assert 20 < int(refused.headers["retry-after"]) <= 31


def test_allowance_refills() -> None:
    allowance = Allowance(["a"], per_minute=6000, burst=2)
    allowance.take("a")
    allowance.take("a")
    with pytest.raises(RefusedError) as refused:
        allowance.take("a")
    assert refused.value.retry_after is not None
    time.sleep(refused.value.retry_after + 0.005)
    allowance.take("a")
    allowance.close()


def test_no_limit_unless_one_is_set() -> None:
    allowance = Allowance([], per_minute=0, burst=1)
    for _ in range(1000):
        allowance.take(keys.ANYONE)
    allowance.close()


def test_workers_share_the_allowance(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from service.api.keys import Allowance\n"
        "a = Allowance(['k'], 1, 10, Path(sys.argv[1])); n = 0\n"
        "try:\n"
        "    while True: a.take('k'); n += 1\n"
        "except Exception: print(n)"
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", program, tmp_path / "allowance"], stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    taken = [int(worker.communicate(timeout=30)[0]) for worker in workers]
    assert sum(taken) == 10
