"""Writes a file of the state folder so that a pulled plug leaves the old one or the new one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PRIVATE, _USUAL = 0o600, 0o666
"""The second is what the process's umask leaves of it."""


def write(path: Path, content: Mapping[str, Any], *, private: bool = False) -> None:
    """As JSON; a private one is its owner's alone from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".json.new")
    if private:
        draft.unlink(missing_ok=True)  # one left by a power cut would keep its own mode
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE if private else _USUAL)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync(path.parent)


def remove(path: Path) -> None:
    """For good, as far as the disk obeys; one that is not there is no fault."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _sync(path.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
