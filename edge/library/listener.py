"""box's end of the listening: starts the child, hands its rows over, survives what kills it."""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from edge.family import PARENT
from edge.library.heard_rows import AnyRow, Begun, Deaf, Job
from edge.messages import HeardSongs

STALL_S = 20.0
"""One song that takes longer is set aside."""
BATCH_S = 5.0
"""So long rows are gathered: each batch is one write to the card."""
TRIES = 2
"""A child that dies once may have been killed from outside; twice over one song is the song's."""
_STARVED = 6
"""So many times as long may it take where others take the processor from the niced child."""
_PIECE = 1 << 16
_LONGEST_LINE = 1 << 20
_CODE = Path(__file__).resolve().parent.parent.parent
_log = logging.getLogger("moodbox.library")


class Listener:
    """Listens to one list of songs at a time."""

    def __init__(
        self,
        put: Callable[[HeardSongs], None],
        stall_s: float = STALL_S,
        batch_s: float = BATCH_S,
        command: Sequence[str] = (sys.executable, "-m", "edge.library.listening"),
    ) -> None:
        """`put` is called from the listener's thread, the last time with `done`."""
        self._put = put
        self._stall_s = stall_s
        self._batch_s = batch_s
        self._command = tuple(command)
        self._stop = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._rows: list[AnyRow] = []
        self._gathered_at = 0.0

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, jobs: Sequence[Job]) -> bool:
        """Begin; False where it is busy, there is nothing to do, or after `close`."""
        if self.busy or self._closed or not jobs:
            return False
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(list(jobs), self._stop), name="library-listening", daemon=True
        )
        self._thread.start()
        return True

    def pause(self) -> None:
        """End the child; what it has heard so far is handed over, and the rest was not begun."""
        self._stop.set()

    def close(self, within_s: float = 2.0) -> None:
        self._closed = True
        self.pause()
        if self._thread is not None:
            self._thread.join(within_s)

    def _run(self, jobs: list[Job], stop: threading.Event) -> None:
        """The thread: the child is started here, since PDEATHSIG follows the starting thread."""
        failed = False
        tries: dict[str, int] = {}
        try:
            while jobs and not stop.is_set():
                left = self._hear(jobs, stop, tries)
                if len(left) == len(jobs) and left[0].id not in tries:
                    raise ChildProcessError("the child ends before it begins")
                jobs = left
        except (OSError, msgspec.MsgspecError) as error:
            failed = True
            _log.error("the music cannot be listened to: %s", error)
        self._hand_over()
        self._put(HeardSongs(done=True, failed=failed))

    def _hear(self, jobs: list[Job], stop: threading.Event, tries: dict[str, int]) -> list[Job]:
        """One child's work; what is still to do when it ends."""
        left = {job.id: job for job in jobs}
        now: str | None = None
        trouble = "it made its reader crash"
        with self._child(jobs) as child:
            try:
                for row in self._lines(child, stop):
                    if isinstance(row, Begun):
                        now = row.id
                        continue
                    now = None
                    left.pop(row.id, None)
                    self._gather(row)
            except TimeoutError:
                trouble = f"it could not be listened to in {self._stall_s:g} s"
                tries[now or jobs[0].id] = TRIES
            finally:
                child.kill()
        if now is not None and now in left and not stop.is_set():
            tries[now] = tries.get(now, 0) + 1
            if tries[now] >= TRIES:
                job = left.pop(now)
                message = f"{Path(job.path).name}: {trouble}."
                self._gather(Deaf(id=now, message=message, what=job.what))
        return list(left.values())

    def _child(self, jobs: list[Job]) -> subprocess.Popen[bytes]:
        search = os.pathsep.join(filter(None, (str(_CODE), os.environ.get("PYTHONPATH"))))
        env = {**os.environ, "PYTHONPATH": search, PARENT: str(os.getpid())}
        # One thread of numpy's own is enough for a niced child, and spares its memory.
        env.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        # Through a file, not a pipe: a child that never reads would hold this thread for ever.
        with tempfile.TemporaryFile() as work:
            work.write(msgspec.json.encode(jobs))
            work.seek(0)
            return subprocess.Popen(self._command, stdin=work, stdout=subprocess.PIPE, env=env)

    def _lines(self, child: subprocess.Popen[bytes], stop: threading.Event) -> Iterator[AnyRow]:
        """Row after row until the end or a stop; TimeoutError after a long silence."""
        decoder: msgspec.json.Decoder[AnyRow] = msgspec.json.Decoder(AnyRow)
        assert child.stdout is not None  # noqa: S101 - asked for above
        descriptor = child.stdout.fileno()
        pending = b""
        told, spent = time.monotonic(), 0.0
        while not stop.is_set():
            if not select.select([descriptor], [], [], 0.1)[0]:
                silent = time.monotonic() - told
                if silent > self._stall_s and _stalls(child.pid, silent, spent, self._stall_s):
                    raise TimeoutError
                continue
            piece = os.read(descriptor, _PIECE)
            if not piece:
                return
            told, spent = time.monotonic(), _working(child.pid)[1]
            *lines, pending = (pending + piece).split(b"\n")
            if len(pending) > _LONGEST_LINE:
                raise OSError("the listening child sent a line without end")
            for line in lines:
                yield decoder.decode(line)

    def _gather(self, row: AnyRow) -> None:
        if isinstance(row, Deaf) and not row.passing:
            _log.warning("a song is not listened to: %s", row.message)
        if not self._rows:
            self._gathered_at = time.monotonic()
        self._rows.append(row)
        if time.monotonic() - self._gathered_at >= self._batch_s:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._rows:
            rows, self._rows = tuple(self._rows), []
            self._put(HeardSongs(rows=rows))


def _stalls(pid: int, silent_s: float, spent_s: float, stall_s: float) -> bool:
    """Whether the song is at fault, and not those who keep the processor busy."""
    running, now_s = _working(pid)
    starved = running and now_s - spent_s < stall_s / 2
    return not starved or silent_s > _STARVED * stall_s


def _working(pid: int) -> tuple[bool, float]:
    """Whether it could run (and does not wait for a disk, say), and its processor seconds."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False, 0.0
    fields = stat.rpartition(")")[2].split()  # its name may hold spaces and brackets
    ticks = os.sysconf("SC_CLK_TCK")
    return fields[0] == "R", (int(fields[11]) + int(fields[12])) / ticks
