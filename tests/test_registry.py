"""The registry: what serves, and how that changes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import artefact
from models.classifier import Classifier, LinearHead
from models.errors import (
    ArtefactCorruptError,
    FingerprintError,
    RegistryError,
    RuntimeVersionError,
    UnknownModelVersionError,
)
from models.features.catalogue import catalogue
from models.features.wording import Vocabulary
from models.registry import Registry, Version
from tests.versions import publish


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A registry with a champion of its own, 1.0.0, over whatever is shipped."""
    registry = Registry(tmp_path / "registry")
    registry.promote(publish(registry, "1.0.0"))
    return registry


def named(registry: Registry) -> dict[str, str]:
    """The aliases, without what an earlier champion of the package left behind."""
    return {a: v for a, v in registry.aliases().items() if v not in Registry().versions()}


def aliases(registry: Registry) -> dict[str, str]:
    assert registry.root is not None
    found: dict[str, str] = json.loads((registry.root / "aliases.json").read_text())
    return found


def test_a_published_version_is_a_candidate_and_leaves_the_champion_alone(
    registry: Registry,
) -> None:
    version = publish(registry)
    assert named(registry) == {"champion": "1.0.0", "candidate": version}
    assert registry.load("candidate").ref.alias == "candidate"


def test_the_shipped_champion_serves_until_another_is_promoted(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    version = publish(registry)
    assert aliases(registry) == {"candidate": version}
    assert registry.aliases().get("champion") == Registry().aliases().get("champion")


def test_promotion_and_rollback(registry: Registry) -> None:
    second = publish(registry)
    assert registry.promote("candidate") == (second, "1.0.0")
    assert named(registry) == {"champion": second, "previous": "1.0.0"}
    third = publish(registry)
    registry.promote(third)
    assert named(registry) == {"champion": third, "previous": second}
    assert registry.rollback() == (second, third)
    assert named(registry) == {"champion": second}
    with pytest.raises(RegistryError, match="there is no previous version"):
        registry.rollback()


def test_promoting_the_champion_changes_nothing(registry: Registry) -> None:
    first = publish(registry)
    registry.promote(first)
    before = registry.aliases()
    assert registry.promote(first) == (first, first)
    assert registry.aliases() == before


def test_promotion_over_another_champion_than_the_one_compared_is_refused(
    registry: Registry,
) -> None:
    compared = registry.aliases()["champion"]
    one, other = publish(registry), publish(registry)
    registry.promote(one, instead_of=compared)
    with pytest.raises(RegistryError, match=f"{one} became the champion meanwhile"):
        registry.promote(other, instead_of=compared)
    assert registry.aliases()["champion"] == one


def test_versions_are_numbered_and_never_overwritten(registry: Registry) -> None:
    assert publish(registry, "3.9.1") == "3.9.1"
    assert publish(registry, "trial-a") == "trial-a"
    assert publish(registry) == "3.10.0"
    with pytest.raises(RegistryError, match=r"'3.9.1' exists, and versions are never overwritten"):
        publish(registry, "3.9.1")


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "champion", "aliases.json", "x" * 65])
def test_unfit_names_are_refused(registry: Registry, name: str) -> None:
    with pytest.raises(RegistryError, match="cannot name a version"):
        publish(registry, name)
    assert "candidate" not in registry.aliases()


def test_the_package_itself_is_read_only() -> None:
    for change in (publish, lambda r: r.promote("champion"), lambda r: r.rollback()):
        with pytest.raises(RegistryError, match="read-only: name a registry folder"):
            change(Registry())


def test_what_cannot_be_loaded_cannot_be_promoted(registry: Registry) -> None:
    version = publish(registry)
    folder = Path(str(registry.folder(version)))
    (folder / "card.md").chmod(0o644)
    (folder / "card.md").write_text("another card")
    with pytest.raises(ArtefactCorruptError, match=r"card\.md differs from the hash"):
        registry.promote(version)
    with pytest.raises(UnknownModelVersionError):
        registry.promote("9.9.9")
    assert registry.aliases()["champion"] != version


def test_a_registry_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for change in (publish, Registry.check_writable):
        with pytest.raises(RegistryError, match="cannot be written"):
            change(Registry(tmp_path / "file" / "registry"))


def test_a_taken_name_is_told_before_the_work(registry: Registry) -> None:
    registry.check_writable("5.0.0")
    publish(registry, "5.0.0")
    with pytest.raises(RegistryError, match="exists"):
        registry.check_writable("5.0.0")


@pytest.mark.parametrize("name", ["../outside", "/etc", "outside/../outside", ".partial-1"])
def test_paths_are_no_versions(registry: Registry, name: str) -> None:
    with pytest.raises(UnknownModelVersionError):
        registry.load(name)


def test_a_folder_that_leads_out_of_the_registry_is_refused(
    registry: Registry, tmp_path: Path
) -> None:
    elsewhere = Registry(tmp_path / "elsewhere")
    folder = Path(str(elsewhere.folder(publish(elsewhere, "5.0.0"))))
    publish(registry)
    assert registry.root is not None
    (registry.root / "5.0.0").symlink_to(folder)
    with pytest.raises(RegistryError, match="leads out of the registry"):
        registry.load("5.0.0")


def test_a_copied_folder_does_not_pass_for_another_version(registry: Registry) -> None:
    folder = Path(str(registry.folder(publish(registry, "5.0.0"))))
    folder.rename(folder.with_name("6.0.0"))
    with pytest.raises(RegistryError, match=r"holds version '5\.0\.0'"):
        registry.load("6.0.0")


def test_damaged_aliases_are_named_with_a_remedy(registry: Registry) -> None:
    publish(registry)
    assert registry.root is not None
    (registry.root / "aliases.json").write_text("{")
    with pytest.raises(RegistryError, match="restore it or promote a version"):
        registry.resolve()


def edit_manifest(folder: Path, **fields: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_a_tampered_file_is_refused_with_the_remedy(registry: Registry) -> None:
    version = publish(registry)
    weights = Path(str(registry.folder(version))) / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    with pytest.raises(ArtefactCorruptError, match="restore the folder or retrain"):
        registry.load(version)
    weights.unlink()
    with pytest.raises(ArtefactCorruptError, match=r"weights\.npz is missing"):
        registry.load(version)


def test_a_tampered_estimator_is_refused_before_it_is_unpickled(
    registry: Registry, tmp_path: Path
) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    import joblib  # noqa: PLC0415

    version = publish(registry)
    folder = Path(str(registry.folder(version)))
    joblib.dump(Trap(), folder / "model.joblib")
    with pytest.raises(ArtefactCorruptError, match=r"model\.joblib differs"):
        artefact.estimators(folder)
    assert not (tmp_path / "sprung").exists()


def test_a_changed_lexicon_is_refused_with_the_remedy(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = publish(registry)
    monkeypatch.setattr(artefact, "lexicon_digest", lambda: "of another lexicon")
    with pytest.raises(FingerprintError, match="a lexicon, the gazetteer or the extractor changed"):
        registry.load(version)


@pytest.mark.parametrize(("installed", "refused"), [("1.5.9", False), ("1.6.0", True)])
def test_another_minor_of_scikit_learn_is_refused_with_the_remedy(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, installed: str, refused: bool
) -> None:
    folder = Path(str(registry.folder(publish(registry))))
    edit_manifest(folder, runtime={"scikit-learn": "1.5.2"})
    monkeypatch.setattr(
        artefact, "installed_version", lambda name: "3.0" if name == "PyStemmer" else installed
    )
    edit_manifest(folder, fingerprint=artefact.fingerprint())
    if refused:
        with pytest.raises(RuntimeVersionError, match=r"install scikit-learn==1\.5\.2 or retrain"):
            artefact.load(folder)
    else:
        artefact.load(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": "1"}', "\x00"])
def test_a_manifest_that_is_none_is_refused(registry: Registry, content: str) -> None:
    folder = Path(str(registry.folder(publish(registry))))
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ArtefactCorruptError):
        artefact.load(folder)


def test_a_manifest_cannot_reach_outside_its_folder(registry: Registry) -> None:
    folder = Path(str(registry.folder(publish(registry))))
    edit_manifest(folder, files={"../secret": "0"})
    with pytest.raises(ArtefactCorruptError, match="names a file outside the folder"):
        artefact.verify(folder)


def test_weights_of_the_wrong_length_are_refused(registry: Registry) -> None:
    head = LinearHead(np.zeros(len(catalogue()) + 1), np.zeros(1), 0.0)
    wrong = Classifier(Vocabulary(("truce",), np.ones(1)), head, head, 0.5)
    content = artefact.weights_bytes(wrong)

    def build(name: str) -> Version:
        runtime = {"scikit-learn": artefact.installed_version("scikit-learn")}
        manifest = {"version": name, "fingerprint": artefact.fingerprint(), "runtime": runtime}
        return Version({"weights.npz": content}, manifest)

    version = registry.publish(build)
    with pytest.raises(ArtefactCorruptError, match="arrays of the wrong length"):
        registry.load(version)
