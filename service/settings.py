"""The service's settings: the one place where the environment is read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ESCALATION_"

_KEY = re.compile(r"([A-Za-z0-9_.-]{1,64}):([0-9a-fA-F]{64})")


class SettingsError(Exception):
    """The environment holds a wrong value; the message names each variable, never its value."""


def _read_keys(value: Any) -> Any:
    """``name:sha256,name:sha256`` as a mapping of names to digests."""
    if not isinstance(value, str):
        return value
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in value.split(","))):
        match = _KEY.fullmatch(entry)
        if match is None:
            raise ValueError("each entry must be NAME:SHA256 with 64 hexadecimal digits")
        if match[1] in keys:
            raise ValueError(f"the name {match[1]} is given twice")
        keys[match[1]] = bytes.fromhex(match[2])
    return keys


Keys = Annotated[dict[str, bytes], NoDecode, BeforeValidator(_read_keys)]


class Settings(BaseSettings):
    """What an operator can set; each field is read from ``ESCALATION_<NAME>``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    workers: int = Field(1, ge=1, le=64, description="processes that answer requests")
    registry: Path | None = Field(
        None, description="folder of model versions that overlays the shipped one"
    )
    api_keys: Keys = Field(
        default_factory=dict,
        description="keys that may call /v1, as NAME:SHA256 separated by commas; none: anyone may, "
        "on a loopback address only",
    )
    rate_limit: int = Field(
        0, ge=0, description="articles a minute for each key, over all workers; 0: no limit"
    )
    rate_burst: int = Field(600, ge=1, description="articles a key may send at once before that")
    queue_seconds: float = Field(
        0.5, gt=0, le=60, description="longest expected wait for a turn; past it the answer is 503"
    )
    batch_seconds: float = Field(
        5.0, gt=0, le=600, description="most work accepted and unfinished before a batch gets 503"
    )
    body_seconds: float = Field(
        10.0, gt=0, le=600, description="time a caller has to send a request's body"
    )
    stop_seconds: int = Field(
        30, ge=1, le=3600, description="time accepted requests have to finish after SIGTERM"
    )
    watch_seconds: float = Field(
        1.0, gt=0, le=3600, description="how often the champion alias is looked up"
    )
    pinned_models: int = Field(
        2, ge=1, le=64, description="versions kept loaded beside the champion"
    )
    drift_articles: int = Field(
        2000, ge=100, le=1_000_000, description="latest articles that drift is measured on"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least level of the JSON log lines on standard error"
    )


def read_settings(**overrides: Any) -> Settings:
    """Settings from the environment; ``overrides`` (from the command line) go before it.

    Raises:
        SettingsError: a value is wrong, or a variable with our prefix is unknown.
    """
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX)
        and name.removeprefix(PREFIX).lower() not in Settings.model_fields
    )
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_explain(error, overrides)) from None


def _explain(error: ValidationError, overrides: Mapping[str, Any]) -> str:
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        field = str(fault["loc"][0])
        source = f"--{field}" if field in overrides else f"{PREFIX}{field.upper()}"
        lines.append(f"{source}: {fault['msg']}")
    return "\n".join(lines)


def settings_table() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of each setting, for ``--help`` and the README."""
    return [
        (
            f"{PREFIX}{name.upper()}",
            _default(field.get_default(call_default_factory=True)),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _default(value: Any) -> str:
    return "none" if value is None or value == {} else str(value)
