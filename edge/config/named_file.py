"""A file that a setting names, read whole, or one sentence that says why not."""

from __future__ import annotations

from pathlib import Path

from edge.config.values import shown
from edge.errors import ConfigError


def content(path: Path, what: str, largest: int) -> bytes:
    """What is in it; ConfigError where it cannot be read or is larger than it can rightly be."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        hint = "give a file that this user may read"
        reason = (error.strerror or "unreadable").lower()
        text = f"{what} = {shown(str(path))} cannot be read ({reason}); {hint}."
        raise ConfigError([text]) from None
    if len(data) > largest:
        raise ConfigError([f"{what} = {shown(str(path))} is too large; give the right file."])
    return data
