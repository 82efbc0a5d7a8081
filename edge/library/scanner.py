"""box's end of the scan: starts the child, hands its rows over in batches, ends it."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge.library.rows import AnyRow, Aside, Job, Trouble
from edge.messages import Found

SILENCE_S = 60.0
"""A child that says nothing for so long hangs in the kernel, on a dying drive or network."""
LONGEST_LINE = 8 << 20
AHEAD = 4
"""Batches that may wait to be taken in; what is asked of box meanwhile waits behind them."""
_PIECE = 1 << 16
_CODE = Path(__file__).resolve().parent.parent.parent
_TOLD = 10
"""Troublesome files named in the log for each scan; the rest are counted."""
_log = logging.getLogger("moodbox.library")


class Scanner:
    """Runs one scan at a time."""

    def __init__(self, put: Callable[[Found], None], silence_s: float = SILENCE_S) -> None:
        """`put` is called from the scan's thread, the last time with `done`.

        Whoever has taken in what was put says so by `taken`; few are ahead of it, so that the
        rows of a fast scan do not push anything else out of an inbox.
        """
        self._give = put
        self._ahead = threading.BoundedSemaphore(AHEAD)
        self._silence_s = silence_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Scanner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, job: Job) -> bool:
        """Begin a scan; False where one is running, or after `close`."""
        if self.busy or self._stop.is_set():
            return False
        self._ahead = threading.BoundedSemaphore(AHEAD)
        self._thread = threading.Thread(
            target=self._run, args=(job,), name="library-scan", daemon=True
        )
        self._thread.start()
        return True

    def taken(self) -> None:
        """One more batch was taken in."""
        with contextlib.suppress(ValueError):  # it was of a scan before this one
            self._ahead.release()

    def close(self, within_s: float = 2.0) -> None:
        """End a running scan; what it found so far was handed over."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(within_s)

    def _put(self, found: Found) -> None:
        while not self._ahead.acquire(timeout=0.1):
            if self._stop.is_set() and not found.done:
                return
            if self._stop.is_set():
                break
        self._give(found)

    def _run(self, job: Job) -> None:
        """The thread: the child is started here, since PDEATHSIG follows the starting thread."""
        try:
            self._scan(job)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            _log.error("the music could not be scanned: %s", error)
        self._put(Found(done=True))

    def _scan(self, job: Job) -> None:
        search = os.pathsep.join(filter(None, (str(_CODE), os.environ.get("PYTHONPATH"))))
        # Through a file, not a pipe: a child that never reads would hold this thread for ever.
        with tempfile.TemporaryFile() as order:
            order.write(msgspec.json.encode(job))
            order.seek(0)
            child = subprocess.Popen(
                [sys.executable, "-m", "edge.library.scan", "--parent", str(os.getpid())],
                stdin=order,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": search},
            )
        try:
            assert child.stdout is not None  # noqa: S101 - asked for above
            self._read(child.stdout.fileno())
        finally:
            _end(child, 0.0 if self._stop.is_set() else 5.0)
        if child.returncode and not self._stop.is_set():
            _log.error("the scan of the music ended early (status %d)", child.returncode)

    def _read(self, descriptor: int) -> None:
        """Hand over line after line until the end, a stop or a long silence."""
        decoder = msgspec.json.Decoder(list[AnyRow])
        troubles = 0
        pending = b""
        heard = time.monotonic()
        while not self._stop.is_set():
            if not select.select([descriptor], [], [], 0.1)[0]:
                if time.monotonic() - heard > self._silence_s:
                    raise TimeoutError(f"no word from the scan for {self._silence_s:g} s")
                continue
            piece = os.read(descriptor, _PIECE)
            if not piece:
                break
            heard = time.monotonic()
            *lines, pending = (pending + piece).split(b"\n")
            if len(pending) > LONGEST_LINE:
                raise OSError("the scan sent a line without end")
            for line in lines:
                rows = tuple(decoder.decode(line))
                troubles = _tell_troubles(rows, troubles)
                self._put(Found(rows=rows))


def _tell_troubles(rows: tuple[AnyRow, ...], before: int) -> int:
    count = before
    for row in rows:
        if isinstance(row, Trouble | Aside):
            count += 1
            if count <= _TOLD:
                _log.warning("%s is left out: %s", row.path, row.message)
            elif count == _TOLD + 1:
                _log.warning("more files are left out; they are not named")
    return count


def _end(child: subprocess.Popen[bytes], within_s: float) -> None:
    if child.stdout is not None:
        child.stdout.close()
    try:
        child.wait(within_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(2.0)
