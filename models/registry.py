"""Where model versions live, and which one serves.

A version is an immutable folder; ``champion``, ``candidate`` and ``previous`` are names for
versions. Every change is one rename under a lock, so a registry is whole at any moment: after
a kill, on a full disk, and with two retrainings at once.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import EllipsisType
from typing import Any, NamedTuple

from models import artefact
from models.aliases import (
    ALIASES,
    CANDIDATE,
    CHAMPION,
    PARTIAL,
    PREVIOUS,
    locked,
    read_aliases,
    write_aliases,
)
from models.errors import RegistryError, UnknownModelVersionError
from models.scorer import EscalationScorer

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBERED = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
_RESERVED = frozenset({ALIASES, CHAMPION, CANDIDATE, PREVIOUS})


class Version(NamedTuple):
    """What a version consists of, ready to be written: its files and its manifest."""

    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]


class Change(NamedTuple):
    """A change of champion: the version that serves now, and the one that did before."""

    champion: str
    before: str | None


class Registry:
    """The shipped versions, overlaid by those under ``root``.

    ``root`` holds one folder a version and ``aliases.json``; its aliases win over the shipped.
    Without a root the registry is read-only.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root
        self._shipped = files("models").joinpath("artifacts")

    def versions(self) -> list[str]:
        """Every version's name, sorted."""
        places = [self._shipped, *([self.root] if self.root and self.root.is_dir() else [])]
        return sorted(
            {entry.name for place in places for entry in place.iterdir() if _is_version(entry)}
        )

    def aliases(self) -> dict[str, str]:
        """Alias to version."""
        found = read_aliases(self._shipped.joinpath(ALIASES))
        if self.root is not None:
            found |= read_aliases(self.root / ALIASES)
        return {alias: version for alias, version in found.items() if version is not None}

    def resolve(self, name: str | None = None) -> tuple[str, str | None]:
        """The version and alias that ``name`` (a version, an alias, None: champion) means.

        Raises:
            UnknownModelVersionError: no such version or alias.
        """
        wanted = name or CHAMPION
        aliases = self.aliases()
        if wanted in aliases:
            return aliases[wanted], wanted
        if _VERSION.fullmatch(wanted) and wanted in self.versions():
            return wanted, None
        known = ", ".join([*sorted(aliases), *self.versions()]) or "none"
        raise UnknownModelVersionError(f"no model version or alias {wanted!r}; known: {known}")

    def folder(self, name: str | None = None) -> Path | Traversable:
        """The folder of a version or alias.

        Raises:
            UnknownModelVersionError: no such version or alias.
            RegistryError: the folder is a link that leads out of the registry.
        """
        version, _ = self.resolve(name)
        if not _VERSION.fullmatch(version):
            raise UnknownModelVersionError(f"{version!r} is no version name")
        if self.root is not None and (self.root / version / artefact.MANIFEST).is_file():
            return _inside(self.root, version)
        shipped = self._shipped.joinpath(version)
        if not shipped.joinpath(artefact.MANIFEST).is_file():
            raise UnknownModelVersionError(f"the registry has no folder for version {version!r}")
        return shipped

    def load(self, name: str | None = None) -> EscalationScorer:
        """The scorer of a version or alias.

        Raises:
            UnknownModelVersionError: no such version or alias.
            ArtefactError: the folder cannot be used (see ``models.artefact.load``).
        """
        version, alias = self.resolve(name)
        scorer = artefact.load(self.folder(version), alias)
        if scorer.ref.version != version:
            raise RegistryError(
                f"the folder {version!r} holds version {scorer.ref.version!r}: it was renamed or "
                "copied; give it its own name back"
            )
        return scorer

    def check_writable(self, version: str | None = None) -> None:
        """Fail now rather than after hours of training.

        Raises:
            RegistryError: nothing can be written here, or the name is taken or unfit.
        """
        with locked(self._writable()):
            if version is not None:
                self._free(version)

    def publish(self, build: Callable[[str], Version], version: str | None = None) -> str:
        """Write a new version and name it the candidate; ``build`` makes it for its name.

        Without ``version`` it gets the next free number. The champion is left alone.

        Raises:
            RegistryError: the name is taken or unfit, or the folder could not be written;
                the registry is as it was.
        """
        root = self._writable()
        with locked(root):
            _sweep(root)
            name = self._next_version() if version is None else self._free(version)
            try:
                artefact.save(root / name, *build(name))
                write_aliases(root, {**read_aliases(root / ALIASES), CANDIDATE: name})
            except OSError as error:
                raise RegistryError(
                    f"{root}: version {name} was not published: {error.strerror or error}; "
                    "the champion is unchanged"
                ) from error
        return name

    def promote(self, name: str, instead_of: str | EllipsisType | None = ...) -> Change:
        """Make a version (or alias) the champion, and the champion ``previous``.

        With ``instead_of`` only if that version (None: no version) is still the champion.

        Raises:
            UnknownModelVersionError: no such version or alias.
            ArtefactError: it cannot be used; the champion stays.
            RegistryError: the champion is another, or the aliases could not be written; the
                champion stays.
        """
        with locked(self._writable()):
            version, _ = self.resolve(name)
            before = self.aliases().get(CHAMPION)
            if instead_of is not ... and instead_of != before:
                raise RegistryError(
                    f"{before} became the champion meanwhile; {version} was compared with "
                    f"{instead_of}: compare again, or promote it by name"
                )
            if version == before:
                return Change(version, before)
            changed: dict[str, str | None] = {CHAMPION: version, PREVIOUS: before}
            if self.aliases().get(CANDIDATE) == version:
                changed[CANDIDATE] = None
            return self._serve(version, before, changed)

    def rollback(self) -> Change:
        """Make ``previous`` the champion again. ``previous`` is then unset: once is enough.

        Raises:
            RegistryError: there is no previous version, or the aliases could not be written.
            ArtefactError: the previous version cannot be used; the champion stays.
        """
        with locked(self._writable()):
            aliases = self.aliases()
            if PREVIOUS not in aliases:
                raise RegistryError("there is no previous version: promote one by name")
            changed: dict[str, str | None] = {CHAMPION: aliases[PREVIOUS], PREVIOUS: None}
            return self._serve(aliases[PREVIOUS], aliases.get(CHAMPION), changed)

    def _serve(self, version: str, before: str | None, changed: Mapping[str, str | None]) -> Change:
        root = self._writable()
        artefact.verify(self.folder(version))
        self.load(version)
        try:
            write_aliases(root, {**read_aliases(root / ALIASES), **changed})
        except OSError as error:
            raise RegistryError(
                f"{root}: {error.strerror or error}; the champion is still {before}"
            ) from error
        return Change(version, before)

    def _writable(self) -> Path:
        if self.root is None:
            raise RegistryError(
                "the versions in the package are read-only: name a registry folder (--registry "
                "or ESCALATION_REGISTRY)"
            )
        return self.root

    def _free(self, version: str) -> str:
        if not _VERSION.fullmatch(version) or version in _RESERVED:
            raise RegistryError(
                f"{version!r} cannot name a version: letters, digits, '.', '_' and '-', at most "
                "64, beginning with a letter or digit, and no alias"
            )
        if version in self.versions():
            raise RegistryError(f"version {version!r} exists, and versions are never overwritten")
        return version

    def _next_version(self) -> str:
        numbers = [m for m in map(_NUMBERED.fullmatch, self.versions()) if m is not None]
        major, minor, _ = max((tuple(map(int, m.groups())) for m in numbers), default=(0, 0, 0))
        return f"{major}.{minor + 1}.0"


def load_scorer(version: str | None = None, registry: Path | None = None) -> EscalationScorer:
    """The scorer of ``version`` (a version or alias; None: the champion).

    Raises:
        UnknownModelVersionError: no such version or alias.
        ArtefactError: the model folder cannot be used.
    """
    return Registry(registry).load(version)


def _is_version(entry: Path | Traversable) -> bool:
    return bool(_VERSION.fullmatch(entry.name)) and entry.joinpath(artefact.MANIFEST).is_file()


def _inside(root: Path, version: str) -> Path:
    folder = root / version
    if not folder.resolve().is_relative_to(root.resolve()):
        raise RegistryError(f"{folder} leads out of the registry: put the folder itself there")
    return folder


def _sweep(root: Path) -> None:
    """Remove what killed writers left; only the holder of the lock may write such entries."""
    for entry in root.glob(f"{PARTIAL}*"):
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
