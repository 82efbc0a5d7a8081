"""The scan, a niced child process: walks folders, has what is new read, hands rows to stdout.

`python -m edge.library.scan --parent PID` takes a job on stdin, as one JSON object, and writes one
JSON list of rows a line. Reading is done by two processes beneath it; all end with their parent.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence

import msgspec

from edge.library.playlists import is_playlist
from edge.library.reader import Task
from edge.library.readers import Readers
from edge.library.rows import Aside, Barred, Job, Outlook, Row, Trouble
from edge.library.walk import BATCH, Fresh, Walk

PATIENCE_S = 0.5
"""After this long a line is written even if it is short."""
NICENESS = 15
_PR_SET_PDEATHSIG = 1
_SONG, _PLAYLIST = b'{"row":"song"', b'{"row":"playlist"'


class _Outlet:
    """Collects rows into lines."""

    def __init__(self) -> None:
        self._rows: list[bytes] = []
        self._began = time.monotonic()
        self._encode = msgspec.json.Encoder().encode

    def put(self, row: Row) -> None:
        self.take(self._encode(row))

    def take(self, row: bytes) -> None:
        """A row that is JSON already."""
        self._rows.append(row)
        if len(self._rows) >= BATCH or time.monotonic() - self._began >= PATIENCE_S:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            sys.stdout.buffer.write(b"[" + b",".join(self._rows) + b"]\n")
            sys.stdout.buffer.flush()
            self._rows.clear()
        self._began = time.monotonic()


class _Scan:
    """One job."""

    def __init__(self, job: Job, outlet: _Outlet) -> None:
        self._job = job
        self._outlet = outlet
        self._walk = Walk(job, outlet.put)
        self._decode = msgspec.json.Decoder(Aside | Trouble).decode
        self._barred: dict[int, tuple[Barred, ...]] = {}
        for one in job.barred:
            self._barred[one.size] = (*self._barred.get(one.size, ()), one)

    def run(self) -> None:
        if self._job.count:
            self._outlet.put(Outlook(files=self._walk.count()))
        parent = os.getpid()
        workers = max(1, min(self._job.workers, len(os.sched_getaffinity(0))))
        readers = Readers(workers, self._take, self._tell, lambda: _end_with(parent))
        try:
            for place in self._job.places:
                readers.read(self._tasks(self._walk.place(place)))
                self._walk.end(place)
                self._outlet.flush()
        finally:
            readers.close()

    def _tasks(self, fresh: Iterator[Fresh]) -> Iterator[Task]:
        for file in fresh:
            yield Task(
                file.path, file.root, file.size, file.mtime_ns, self._barred.get(file.size, ())
            )

    def _take(self, row: bytes) -> None:
        """An answer of a reader."""
        if row.startswith((_SONG, _PLAYLIST)):
            self._outlet.take(row)
        else:
            self._tell(self._decode(row))

    def _tell(self, row: Aside | Trouble) -> None:
        self._walk.songs -= not is_playlist(row.path)
        self._outlet.put(row)


def _end_with(parent: int) -> None:
    """Have the kernel end this process with its parent; PDEATHSIG is Linux's own."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)  # it went before the line above


def main(arguments: Sequence[str]) -> int:
    """Scan; 2 for wrong use."""
    if len(arguments) != 2 or arguments[0] != "--parent" or not arguments[1].isdecimal():
        sys.stderr.write("usage: python -m edge.library.scan --parent PID < JOB\n")
        return 2
    _end_with(int(arguments[1]))
    # Ctrl-C in a terminal reaches the whole group; this process ends when its parent says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    job = msgspec.json.decode(sys.stdin.buffer.read() or b"{}", type=Job)
    outlet = _Outlet()
    _Scan(job, outlet).run()
    outlet.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
