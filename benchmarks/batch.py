"""Batch scoring's speed, its gain from a second worker, its memory and its cost over the scorer.

    python -m benchmarks.batch [--rows 500000] [--only news|articles|memory]

Speeds are taken without the start of the processes, which a run over one row measures, and are the
best of two rounds. A measurement during which other processes took over 5 % of the machine is made
again. The bounds are those of the tracker's issue on batch scoring; a figure outside its bound
makes the run fail.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from models import Article, load_scorer

DATA = Path(__file__).parents[2] / "shared/data"
NEWS = DATA / "unlabelled/news.jsonl.gz"
ARTICLES = DATA / "articles/full.jsonl.gz"

LEAST_GAIN = 1.6
MOST_MEMORY = 1.25
MOST_OVERHEAD = 0.15
FEW_ROWS = 5_000
ROUNDS = 2
MOST_DISTURBED = 0.05
# joblib's resource tracker outlives the driver, so its processor time is nobody's child's.
UNSEEN_SECONDS = 0.5
TRIES = 20


class Run(NamedTuple):
    """One batch run: wall time, and processor time and most memory of all its processes."""

    seconds: float
    processor_seconds: float
    peak_bytes: int
    summary: dict[str, Any]


def rows_of(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def write(source: Path, count: int, target: Path) -> Path:
    """``count`` rows of a source, over and over, each with an id of its own."""
    with open(target, "w", encoding="utf-8") as file:
        for number, line in enumerate(islice(cycle(list(rows_of(source))), count)):
            row = json.loads(line)
            row["id"] = f"{row['id']}-{number}"
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return target


def batch(source: Path, workers: int, out: Path) -> Run:
    entry = "import sys; from service.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", entry, "batch", str(source), "--quiet"]
    command += ["--output", str(out), "--workers", str(workers)]
    begun, used = time.perf_counter(), children_seconds()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        peak = [0]
        watch = threading.Thread(target=follow, args=(process.pid, peak, process.poll))
        watch.start()
        text, _ = process.communicate()
        watch.join()
    assert process.returncode == 0, text
    out.unlink()
    return Run(time.perf_counter() - begun, children_seconds() - used, peak[0], json.loads(text))


T = TypeVar("T")


def undisturbed(measure: Callable[[], T]) -> T:
    """The first result during which the machine did hardly anything else."""
    for _ in range(TRIES):
        begun, used, busy = time.perf_counter(), children_seconds(), machine_seconds()
        result = measure()
        others = machine_seconds() - busy - (children_seconds() - used) - UNSEEN_SECONDS
        share = others / (time.perf_counter() - begun) / (os.cpu_count() or 1)
        if share <= MOST_DISTURBED:
            return result
        print(f"(again: other processes took {share:.0%} of the machine)", flush=True)
        time.sleep(10)
    print("(given up: the figure is disturbed)")
    return result


def machine_seconds() -> float:
    """Processor time of all processes since the start of the machine, without idling."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _, _, *interrupts = map(int, fields)
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def follow(pid: int, peak: list[int], ended: Callable[[], int | None]) -> None:
    """Keep the most memory that a process and its children hold at once."""
    while ended() is None:
        peak[0] = max(peak[0], sum(memory(each) for each in family(pid)))
        time.sleep(0.05)


def family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return
    for child in children.split():
        yield from family(int(child))


def memory(pid: int) -> int:
    """Proportional set size: what is shared is counted once over all processes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def bare(source: Path) -> tuple[float, float]:
    """A loop over ``assess`` with every article at hand, explained as batch does.

    Returns seconds and processor seconds.
    """
    with open(source, encoding="utf-8") as file:
        articles = [Article(json.loads(line)["text"]) for line in file]
    scorer = load_scorer()
    begun, used = time.perf_counter(), time.process_time()
    for article in articles:
        scorer.assess(article, explain="summary")
    return time.perf_counter() - begun, time.process_time() - used


def bare_apart(source: Path) -> tuple[float, float]:
    """``bare`` in a process of its own."""
    code = f"from benchmarks.batch import *; print(*bare(Path({str(source)!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    seconds, processor_seconds = map(float, done.stdout.split())
    return seconds, processor_seconds


def speed(name: str, source: Path, rows: int, folder: Path) -> Iterator[tuple[str, float, float]]:
    """The figures on one input: (what, figure, bound)."""
    size = source.stat().st_size
    one_row = write(NEWS, 1, folder / "one.jsonl")
    seconds: dict[int, list[float]] = {0: [], 1: [], 2: []}
    busy: dict[int, list[float]] = {0: [], 1: []}
    starts: list[float] = []
    for _ in range(ROUNDS):
        for workers in (1, 2):
            start = undisturbed(partial(batch, one_row, workers, folder / "out.jsonl"))
            run = undisturbed(partial(batch, source, workers, folder / "out.jsonl"))
            assert run.summary["rows"] == run.summary["scored"] == rows, run.summary
            seconds[workers].append(run.seconds - start.seconds)
            starts.append(start.seconds)
            if workers == 1:
                busy[1].append(run.processor_seconds - start.processor_seconds)
        alone, alone_busy = undisturbed(partial(bare_apart, source))
        seconds[0].append(alone)
        busy[0].append(alone_busy)
    for workers, label in enumerate(("bare loop", "1 worker", "2 workers")):
        best = min(seconds[workers])
        print(f"{name}: {label}: {rows / best:,.0f} rows/s, {size / best / 1e6:.2f} MB/s")
    print(f"{name}: {min(starts):.1f} s to start")
    yield f"{name}: gain of 2 workers over 1", min(seconds[1]) / min(seconds[2]), LEAST_GAIN
    yield (
        f"{name}: overhead over the bare loop",
        1 - min(seconds[0]) / min(seconds[1]),
        MOST_OVERHEAD,
    )
    yield f"{name}: the same in processor time", 1 - min(busy[0]) / min(busy[1]), MOST_OVERHEAD


def memory_growth(rows: int, folder: Path) -> tuple[str, float, float]:
    peaks = []
    for count in (FEW_ROWS, rows):
        source = write(NEWS, count, folder / "memory.jsonl")
        run = batch(source, 2, folder / "out.jsonl")
        peaks.append(run.peak_bytes)
        print(
            f"memory: {count:,} rows: {run.peak_bytes / 1e6:,.0f} MB at most in all processes, "
            f"{count / run.seconds:,.0f} rows/s with the start"
        )
    return f"memory at {rows:,} rows over that at {FEW_ROWS:,}", peaks[1] / peaks[0], MOST_MEMORY


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=500_000, help="for the memory figure")
    parser.add_argument("--only", choices=("news", "articles", "memory"))
    options = parser.parse_args()
    if not (NEWS.exists() and ARTICLES.exists()):
        print(f"skipped: no {NEWS} or {ARTICLES}")
        return 0
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    figures: list[tuple[str, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.only in (None, "news"):
            news = write(NEWS, 60_000, folder / "news.jsonl")
            figures += speed("news", news, 60_000, folder)
        if options.only in (None, "articles"):
            articles = write(ARTICLES, 5_000, folder / "articles.jsonl")
            figures += speed("articles", articles, 5_000, folder)
        if options.only in (None, "memory"):
            figures.append(memory_growth(options.rows, folder))
    print(f"load after: {os.getloadavg()[0]:.1f}")
    return report(figures)


def report(figures: list[tuple[str, float, float]]) -> int:
    missed = 0
    for what, figure, bound in figures:
        kept = figure >= bound if "gain" in what else figure <= bound
        sign = "at least" if "gain" in what else "at most"
        missed += not kept
        print(f"{'ok    ' if kept else 'MISSED'} {what}: {figure:.2f} ({sign} {bound})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
