"""playing.json: the song that was playing, for after a power cut."""

from __future__ import annotations

from pathlib import Path

import msgspec

from edge.config.state_file import remove, write
from edge.messages import Playing


def read(path: Path) -> Playing | None:
    """What was kept; damage is no more than a song forgotten."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Playing)
    except (OSError, msgspec.DecodeError):
        return None


def keep(path: Path, playing: Playing | None) -> None:
    """So that a pulled plug leaves the old file or the new one."""
    if playing is None:
        remove(path)
    else:
        write(path, msgspec.to_builtins(playing))
