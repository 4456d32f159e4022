"""Wall time of ``escalation score`` from a cold process, and where it goes.

python -m benchmarks.startup
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 5
EXAMPLE = "models/examples/escalating.txt"
STAGES = (
    ("python itself", "pass"),
    ("+ NumPy", "import numpy"),
    ("+ the package", "import models"),
    ("+ lexicon and model", "from models import load_scorer; load_scorer()"),
)


def seconds(command: list[str]) -> float:
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        taken.append(time.perf_counter() - start)
        assert "score" not in command or "Escalation score" in done.stdout
    return statistics.median(taken)


def main() -> None:
    for label, code in STAGES:
        print(f"{label:22}{seconds([sys.executable, '-c', code]):.2f} s")
    command = "import sys; from service.cli import main; sys.exit(main())"
    whole = seconds([sys.executable, "-c", command, "score", EXAMPLE])
    print(f"{'escalation score':22}{whole:.2f} s (target: at most 2)")


if __name__ == "__main__":
    main()
