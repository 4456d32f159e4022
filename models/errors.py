"""The domain's exceptions.

Every error carries a stable ``code`` that callers map to their own protocol
(HTTP status, exit code, row of an errors file) and a message that names the
thing and the remedy.

    EscalationError
    ├── ArticleError                 the text cannot be scored
    │   ├── TextEmptyError           text_empty
    │   ├── TextTooLongError         text_too_long
    │   ├── TextBinaryError          text_binary
    │   └── LanguageNotSupportedError language_not_supported
    ├── LexiconError                 lexicon_invalid: a cue file is wrong
    ├── ArtefactError                model_unusable: a model folder cannot be used
    │   ├── ArtefactCorruptError     model_corrupt: missing file or hash mismatch
    │   ├── FingerprintError         model_fingerprint_mismatch: features differ
    │   └── RuntimeVersionError      model_runtime_untested: scikit-learn minor differs
    └── RegistryError                registry_error
        └── UnknownModelVersionError unknown_model_version
"""

from __future__ import annotations


class EscalationError(Exception):
    """Root of the tree. ``code`` is stable; ``str(error)`` is for people."""

    code = "escalation_error"


class ArticleError(EscalationError):
    """The article cannot be scored; no score exists for it."""

    code = "article_invalid"


class TextEmptyError(ArticleError):
    """The text holds no letter or digit."""

    code = "text_empty"


class TextTooLongError(ArticleError):
    """The text is longer than ``models.article.MAX_CHARACTERS``."""

    code = "text_too_long"


class TextBinaryError(ArticleError):
    """The text looks like decoded binary data."""

    code = "text_binary"


class LanguageNotSupportedError(ArticleError):
    """The article declares a language other than English."""

    code = "language_not_supported"


class LexiconError(EscalationError):
    """A lexicon or gazetteer file is malformed."""

    code = "lexicon_invalid"


class ArtefactError(EscalationError):
    """A model folder cannot be used."""

    code = "model_unusable"


class ArtefactCorruptError(ArtefactError):
    """A file of the model folder is missing or differs from the manifest."""

    code = "model_corrupt"


class FingerprintError(ArtefactError):
    """The model was trained with other features than this code computes."""

    code = "model_fingerprint_mismatch"


class RuntimeVersionError(ArtefactError):
    """The installed scikit-learn was not tested with this model."""

    code = "model_runtime_untested"


class RegistryError(EscalationError):
    """The registry cannot do what was asked."""

    code = "registry_error"


class UnknownModelVersionError(RegistryError):
    """No such version or alias in the registry."""

    code = "unknown_model_version"
