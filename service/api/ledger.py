"""Log lines and metrics of answered requests, written down a moment later and together.

Done between one answer and the next request they cost a caller on one connection 0.2 ms a
request, twice what the answer's own handling takes; in a batch they cost a third of that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

DELAY_SECONDS = 0.02

Entry = Callable[[], None]


class Ledger:
    """Runs entries in order, within ``DELAY_SECONDS``, on the event loop."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Have ``entry`` run soon."""
        if not self._entries:
            asyncio.get_running_loop().call_later(DELAY_SECONDS, self.settle)
        self._entries.append(entry)

    def settle(self) -> None:
        """Run what is waiting now: before metrics are read, and before the process ends."""
        entries, self._entries = self._entries, []
        for entry in entries:
            entry()
