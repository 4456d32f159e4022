"""A model version on disk: written whole, read only after every check.

    <version>/model.joblib    the fitted scikit-learn estimators (code: load only what you trust)
              weights.npz     coefficients and vocabulary, plain arrays; all that scoring reads
              manifest.json   hashes of every file, fingerprint of the features, runtime versions
              metrics.json, card.md, *.png

Scoring never unpickles: ``weights.npz`` is read with ``allow_pickle=False`` and held to the
manifest's hash. ``estimators`` unpickles ``model.joblib`` for those who want scikit-learn objects.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import uuid
from collections.abc import Mapping
from importlib.metadata import version as installed_version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from models.aliases import PARTIAL, sync_folder, write_durably
from models.classifier import Classifier, LinearHead
from models.errors import ArtefactCorruptError, FingerprintError, RuntimeVersionError
from models.explanation import ModelRef
from models.features.catalogue import EXTRACTOR_VERSION, catalogue
from models.features.lexicon import lexicon_digest
from models.features.wording import Vocabulary
from models.scorer import EscalationScorer

MODEL_NAME = "escalation"
MANIFEST = "manifest.json"
WEIGHTS = "weights.npz"
ESTIMATORS = "model.joblib"


def fingerprint() -> str:
    """SHA-256 (hex) of what this code reads from a text: names, lexicons, extractor version."""
    content = {
        "extractor": EXTRACTOR_VERSION,
        "features": [feature.name for feature in catalogue()],
        "lexicons": lexicon_digest(),
        "stemmer": installed_version("PyStemmer").split(".")[0],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def sha256(content: bytes) -> str:
    """SHA-256 (hex) of a file's content."""
    return hashlib.sha256(content).hexdigest()


def weights_bytes(classifier: Classifier) -> bytes:
    """``weights.npz`` for a classifier; the same classifier gives the same bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        terms=np.array(classifier.vocabulary.terms),
        idf=classifier.vocabulary.idf,
        escalation_features=classifier.escalation.features,
        escalation_wording=classifier.escalation.wording,
        escalation_intercept=np.array(classifier.escalation.intercept),
        scope_features=classifier.scope.features,
        scope_wording=classifier.scope.wording,
        scope_intercept=np.array(classifier.scope.intercept),
        scope_threshold=np.array(classifier.scope_threshold),
    )
    return buffer.getvalue()


def save(folder: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    """Write a version folder whole or not at all; it is never changed afterwards.

    ``manifest["files"]`` is filled in with the hashes. The files are complete on disk under
    another name before the folder takes its own. Call it under ``models.aliases.locked``.

    Raises:
        FileExistsError: the version is there already.
        OSError: the files could not be written; nothing is left of them.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} exists, and a model version is never overwritten")
    hashes = {name: sha256(content) for name, content in files.items()}
    whole = json.dumps({**manifest, "files": hashes}, indent=1, ensure_ascii=False) + "\n"
    partial = folder.with_name(f"{PARTIAL}{uuid.uuid4().hex}")
    try:
        partial.mkdir()
        for name, content in {**files, MANIFEST: whole.encode()}.items():
            write_durably(partial / name, content)
        sync_folder(partial)
        partial.rename(folder)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync_folder(folder.parent)


def load(folder: Path | Traversable, alias: str | None = None) -> EscalationScorer:
    """The scorer of a version folder.

    Raises:
        ArtefactCorruptError: a file is missing, unreadable, or differs from the manifest.
        FingerprintError: the model was trained with other features than this code computes.
        RuntimeVersionError: the installed scikit-learn minor is not the one it was tested with.
    """
    manifest = read_manifest(folder)
    name = str(manifest["version"])
    _check_runtime(name, manifest)
    if manifest["fingerprint"] != fingerprint():
        raise FingerprintError(
            f"model {name} was trained with other features than this code computes (a lexicon, the "
            "gazetteer or the extractor changed): retrain with escalation-retrain, or install the "
            "release that made it"
        )
    content = _checked(folder, WEIGHTS, name, manifest)
    ref = ModelRef(MODEL_NAME, name, alias, str(manifest["fingerprint"]))
    return EscalationScorer(ref, _classifier(content, name), manifest)


def read_manifest(folder: Path | Traversable) -> dict[str, Any]:
    """The manifest of a version folder.

    Raises:
        ArtefactCorruptError: it is missing or not a manifest.
    """
    try:
        manifest = json.loads(folder.joinpath(MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ArtefactCorruptError(
            f"{folder.name}: {MANIFEST} is missing or unreadable: restore the folder or retrain"
        ) from error
    if not isinstance(manifest, dict) or not {"version", "fingerprint", "files"} <= manifest.keys():
        raise ArtefactCorruptError(f"{folder.name}: {MANIFEST} lacks version, fingerprint or files")
    if any(Path(name).name != name for name in manifest["files"]):
        raise ArtefactCorruptError(f"{folder.name}: {MANIFEST} names a file outside the folder")
    return manifest


def verify(folder: Path | Traversable) -> None:
    """Check every file of a version folder against its manifest.

    Raises:
        ArtefactCorruptError: a file is missing or differs.
    """
    manifest = read_manifest(folder)
    for name in manifest["files"]:
        _checked(folder, name, str(manifest["version"]), manifest)


def read_file(folder: Path | Traversable, name: str) -> bytes:
    """The content of one of a version's files.

    Raises:
        ArtefactCorruptError: it is missing, not listed in the manifest, or differs from it.
    """
    manifest = read_manifest(folder)
    return _checked(folder, name, str(manifest["version"]), manifest)


def estimators(folder: Path | Traversable) -> dict[str, Any]:
    """The fitted scikit-learn estimators, ``{"escalation": ..., "scope": ...}``, hash-checked.

    Unpickling runs code: only for folders whose maker is trusted.
    """
    import joblib  # noqa: PLC0415 - scikit-learn takes over a second to import; scoring needs none

    manifest = read_manifest(folder)
    content = _checked(folder, ESTIMATORS, str(manifest["version"]), manifest)
    loaded: dict[str, Any] = joblib.load(io.BytesIO(content))
    return loaded


def _checked(
    folder: Path | Traversable, name: str, version: str, manifest: dict[str, Any]
) -> bytes:
    try:
        content = folder.joinpath(name).read_bytes()
    except OSError as error:
        raise ArtefactCorruptError(
            f"model {version}: {name} is missing or unreadable: restore the folder or retrain"
        ) from error
    if sha256(content) != manifest["files"].get(name):
        raise ArtefactCorruptError(
            f"model {version}: {name} differs from the hash in {MANIFEST}: it was changed after "
            "training; restore the folder or retrain"
        )
    return content


def _check_runtime(name: str, manifest: dict[str, Any]) -> None:
    trained = str(manifest.get("runtime", {}).get("scikit-learn", ""))
    installed = installed_version("scikit-learn")
    if trained.split(".")[:2] != installed.split(".")[:2]:
        raise RuntimeVersionError(
            f"model {name} was tested with scikit-learn {trained}, but {installed} is installed: "
            f"install scikit-learn=={trained} or retrain with escalation-retrain"
        )


def _classifier(content: bytes, name: str) -> Classifier:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            classifier = Classifier(
                Vocabulary(tuple(arrays["terms"].tolist()), arrays["idf"]),
                _head(arrays, "escalation"),
                _head(arrays, "scope"),
                float(arrays["scope_threshold"]),
            )
    except (KeyError, ValueError, OSError) as error:
        raise ArtefactCorruptError(f"model {name}: {WEIGHTS} lacks an array: retrain") from error
    expected = (len(catalogue()), len(classifier.vocabulary.terms))
    for head in (classifier.escalation, classifier.scope):
        if (head.features.size, head.wording.size) != expected:
            raise ArtefactCorruptError(f"model {name}: {WEIGHTS} has arrays of the wrong length")
    return classifier


def _head(arrays: Any, prefix: str) -> LinearHead:
    return LinearHead(
        arrays[f"{prefix}_features"],
        arrays[f"{prefix}_wording"],
        float(arrays[f"{prefix}_intercept"]),
    )
