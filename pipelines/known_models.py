"""The models that this process looks names up in: the built-in ones, and a user's own in `wencun.toml`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.models import BUILT_IN, Model, Models, read_rows
from pipelines.settings import BadSettings, read_tables

_in_use: tuple[Models, str] = (BUILT_IN, EXTRACTOR_VERSION)


def read_own(settings_path: Path) -> tuple[Model, ...]:
    """Return the tables `[[models]]` of the settings; raises BadSettings for what is none, or named twice."""
    rows: Any = read_tables(settings_path).get("models", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadSettings(f"{settings_path}: models are tables: write [[models]]")
    try:
        own = read_rows(rows)
        BUILT_IN.with_own(own)
    except ValueError as error:
        raise BadSettings(f"{settings_path}: [[models]] {error}") from error
    return own


def use(own: tuple[Model, ...]) -> None:
    """Look names up in the built-in models and these, from here on, in this process."""
    global _in_use  # noqa: PLW0603 -- one archive's settings hold for a whole process, workers included
    digest = hashlib.sha256(repr(own).encode()).hexdigest()[:8]
    _in_use = (
        (BUILT_IN.with_own(own), f"{EXTRACTOR_VERSION}+{digest}") if own else (BUILT_IN, EXTRACTOR_VERSION)
    )


def models() -> Models:
    """Return the models in use."""
    return _in_use[0]


def extractor_version() -> str:
    """Return what captures are marked with: the extractor's version, and whose own models it knew."""
    return _in_use[1]
