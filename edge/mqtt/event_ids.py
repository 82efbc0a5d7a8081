"""Names for events, ordered bytewise over restarts, also when the clock steps back."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

FILE: Final = "event-run"
_LENGTH: Final = 19
"""Of an id: ten digits, a hyphen, eight digits."""
_log = logging.getLogger("moodbox")


class EventIds:
    """Gives the ids of one run of the program: the run's number, then a count.

    A run's number is the time of its start in seconds, or one more than the run before where the
    clock has stepped back. So one number is kept for each start, and nothing for each event.
    """

    def __init__(self, last_run: int, wall: float, keep: Callable[[int], None]) -> None:
        self._run = max(last_run + 1, int(wall))
        self._count = 0
        keep(self._run)

    def next(self) -> str:
        self._count += 1
        return f"{self._run:010x}-{self._count:08x}"


def kept_in(folder: Path, wall: float, newest: str = "") -> EventIds:
    """Ids whose order survives a restart through a file in this folder.

    They also come after `newest`, an id of an earlier run that is still to be sent.
    """
    path = folder / FILE
    try:
        last = int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        last = 0  # the first run, or a damaged file: then the clock has to do
    sane = 0 <= last < 1 << 39  # ten hex digits have room for it, and for more restarts
    last = max(last if sane else 0, _run_of(newest))
    return EventIds(last, wall, lambda run: _keep(path, run))


def _run_of(name: str) -> int:
    """The run that gave this id; 0 where it is none of ours."""
    try:
        return int(name.partition("-")[0], 16) if len(name) == _LENGTH else 0
    except ValueError:
        return 0


def _keep(path: Path, run: int) -> None:
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="ascii") as file:
            file.write(f"{run}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        _log.warning("%s cannot be written (%s): event ids trust the clock", path, error.strerror)


def _sync(folder: Path) -> None:
    """Without it a pulled plug may bring back the number before, and with it the same ids."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
