"""Names of model versions (champion, candidate, previous): one small file, changed whole.

A reader sees the file before or after a change, never in between, whatever happens to the
writer: the new file is complete on disk before it takes the old one's name. Writers take
turns under a lock that the kernel gives back when its holder dies, so none is ever stale.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path

from models.errors import RegistryError

ALIASES = "aliases.json"
CHAMPION, CANDIDATE, PREVIOUS = "champion", "candidate", "previous"
LOCK = ".lock"
PARTIAL = ".partial-"
"""Prefix of what is not yet whole; left behind only by a writer that was killed."""

LOCK_SECONDS = 60.0
"""Writers hold the lock for well under a second; a longer wait means that one hangs."""

_POLL_SECONDS = 0.02


def read_aliases(path: Path | Traversable) -> dict[str, str | None]:
    """Alias to version; None where an alias of an underlying registry is withdrawn.

    Raises:
        RegistryError: the file is there but is no mapping in JSON.
    """
    try:
        aliases = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise RegistryError(f"{path} is not valid JSON: restore it or promote a version") from error
    if not isinstance(aliases, dict):
        raise RegistryError(f"{path} must map aliases to versions")
    return {str(alias): None if name is None else str(name) for alias, name in aliases.items()}


def write_aliases(root: Path, aliases: Mapping[str, str | None]) -> None:
    """Replace the alias file of a registry in one step; call it under ``locked``.

    Raises:
        OSError: it could not be written; the file is as it was.
    """
    partial = root / f"{PARTIAL}{uuid.uuid4().hex}"
    try:
        write_durably(partial, (json.dumps(aliases, indent=1, sort_keys=True) + "\n").encode())
        partial.replace(root / ALIASES)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(root)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and wait until it is on disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until a folder's entries, renames among them, are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(root: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the registry's write lock; the folder is made if need be.

    Raises:
        RegistryError: the folder cannot be written, or another process holds the lock too long.
    """
    # Not on Windows, where the rest of the module, which serving needs, works all the same.
    import fcntl  # noqa: PLC0415

    try:
        root.mkdir(parents=True, exist_ok=True)
        file = (root / LOCK).open("ab")
    except OSError as error:
        raise RegistryError(f"{root} cannot be written: {error.strerror}") from error
    with file:
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise RegistryError(
                        f"{root} has been locked by another process for {seconds:.0f} s: "
                        "wait for it to finish, or end it"
                    ) from None
                time.sleep(_POLL_SECONDS)
        yield
