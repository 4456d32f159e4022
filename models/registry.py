"""Where model versions live, and which one serves."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from models import artefact
from models.errors import RegistryError, UnknownModelVersionError
from models.scorer import EscalationScorer

ALIASES = "aliases.json"
CHAMPION = "champion"
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Registry:
    """The shipped versions, overlaid by those under ``root``.

    ``root`` holds one folder a version and ``aliases.json``; its aliases win over the shipped.
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
        found = _read_aliases(self._shipped.joinpath(ALIASES))
        if self.root is not None:
            found |= _read_aliases(self.root / ALIASES)
        return found

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
        """
        version, _ = self.resolve(name)
        if not _VERSION.fullmatch(version):
            raise UnknownModelVersionError(f"{version!r} is no version name")
        if self.root is not None and (self.root / version / artefact.MANIFEST).is_file():
            return self.root / version
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
        _, alias = self.resolve(name)
        return artefact.load(self.folder(name), alias)


def load_scorer(version: str | None = None, registry: Path | None = None) -> EscalationScorer:
    """The scorer of ``version`` (a version or alias; None: the champion).

    Raises:
        UnknownModelVersionError: no such version or alias.
        ArtefactError: the model folder cannot be used.
    """
    return Registry(registry).load(version)


def _is_version(entry: Path | Traversable) -> bool:
    return bool(_VERSION.fullmatch(entry.name)) and entry.joinpath(artefact.MANIFEST).is_file()


def _read_aliases(path: Path | Traversable) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        aliases = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise RegistryError(f"{path} is not valid JSON: restore it or promote a version") from error
    if not isinstance(aliases, dict):
        raise RegistryError(f"{path} must map aliases to versions")
    return {str(alias): str(version) for alias, version in aliases.items()}
