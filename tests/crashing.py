"""Run as a process of its own: changes a registry and dies on the way.

python -m tests.crashing steps ROOT     die before each file operation in turn
python -m tests.crashing full ROOT      run into a file-size limit
python -m tests.crashing publish ROOT N publish N versions and promote each
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from models import artefact
from models.errors import RegistryError
from models.registry import Registry
from tests.versions import publish

KILLED = 9
_EVENTS = frozenset({"open", "os.mkdir", "os.rename", "os.remove", "fcntl.flock", "os.rmdir"})


def check_whole(registry: Registry) -> None:
    """Every version has all its files as they were made, and every alias leads to one."""
    assert registry.root is not None
    for version in registry.versions():
        artefact.verify(registry.folder(version))
    for alias in registry.aliases():
        registry.load(alias)


def in_child(action: Callable[[], None]) -> int:
    """Run in a forked process; returns its exit code, minus the signal if one killed it."""
    process = os.fork()
    if not process:
        try:
            action()
        except RegistryError as error:
            sys.stderr.write(f"{error}\n")
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def die_before(step: int) -> None:
    """Exit at once before the file operation number ``step``, counting from 1."""
    left = step

    def hook(event: str, _: object) -> None:
        nonlocal left
        if event in _EVENTS:
            left -= 1
            if left == 0:
                os._exit(KILLED)

    sys.addaudithook(hook)


def steps(root: Path) -> int:
    """Die before each operation of publish, promote and rollback; returns how many there were."""
    registry = Registry(root)
    registry.promote(publish(registry))
    publish(registry)
    changes: list[Callable[[], object]] = [
        lambda: publish(registry),
        lambda: registry.promote("candidate"),
        registry.rollback,
    ]
    deaths = 0
    for change in changes:
        step = 0
        while True:
            step += 1
            before = registry.aliases()

            def doomed(step: int = step, change: Callable[[], object] = change) -> None:
                die_before(step)
                change()

            code = in_child(doomed)
            check_whole(registry)
            if code == 0:
                break
            assert code == KILLED, code
            deaths += 1
            assert registry.aliases()["champion"] in {
                before["champion"],
                before.get("previous"),
            } | {before.get("candidate")}
            if registry.aliases() != before:
                break  # the change took place; what followed was housekeeping
        publish(registry)
        registry.promote("candidate")
        publish(registry)
        partial = [path.name for path in root.glob(".partial-*")]
        assert not partial, partial
    return deaths


def full(root: Path) -> int:
    """Fail every write beyond a size; returns how many changes were refused."""
    registry = Registry(root)
    publish(registry)
    registry.promote("candidate")
    publish(registry)
    refused = 0
    for limit in (0, 10, 300, 1_000):
        for change in (lambda: publish(registry), lambda: registry.promote("candidate")):
            before, versions = registry.aliases(), registry.versions()

            def cramped(limit: int = limit, change: Callable[[], object] = change) -> None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
                change()

            if in_child(cramped) == 0:
                continue
            refused += 1
            assert (registry.aliases(), registry.versions()) == (before, versions)
            check_whole(registry)
            assert not list(root.glob(".partial-*"))
    return refused


def main() -> int:
    """Run the scenario named on the command line."""
    scenario, root = sys.argv[1], Path(sys.argv[2])
    if scenario == "publish":
        registry = Registry(root)
        for _ in range(int(sys.argv[3])):
            sys.stdout.write(f"{registry.promote(publish(registry)).champion}\n")
            sys.stdout.flush()
        return 0
    sys.stdout.write(f"{ {'steps': steps, 'full': full}[scenario](root) }\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
