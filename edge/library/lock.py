"""Who may write the library: one process at a time, box before a tool.

Two files beside library.db carry locks that the kernel frees with their holder: whoever waits for
the library holds the second, by which a tool that scans sees that box has come, and ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from edge.errors import LibraryError

_AGAIN_S = 0.05


class LibraryLock:
    """Of the library in this folder."""

    def __init__(self, state: Path) -> None:
        self._lock = state / "library.lock"
        self._queue = state / "library.wanted"

    @contextlib.contextmanager
    def held(self, within_s: float) -> Iterator[None]:
        """LibraryError where another process keeps it for longer."""
        with self._open(self._queue) as queue, self._open(self._lock) as lock:
            end = time.monotonic() + within_s
            if not (_locked(queue, end) and _locked(lock, end)):
                holder = os.pread(lock, 32, 0).decode("ascii", "replace").strip() or "unknown"
                raise LibraryError(
                    f"The library is in use by another process ({holder}): {self._lock}."
                )
            fcntl.flock(queue, fcntl.LOCK_UN)
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            yield

    def wanted(self) -> bool:
        """Whether somebody waits for it."""
        with self._open(self._queue) as queue:
            return not _taken(queue)

    @contextlib.contextmanager
    def _open(self, path: Path) -> Iterator[int]:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LibraryError(f"{path} cannot be opened: {error.strerror}.") from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _locked(descriptor: int, end: float) -> bool:
    while not _taken(descriptor):
        if time.monotonic() >= end:
            return False
        time.sleep(_AGAIN_S)
    return True


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
