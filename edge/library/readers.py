"""The readers of a scan: hands out files, notices who crashes or stalls, and begins another.

What a lost reader had before it is tried once more, file by file at the end; a file that loses its
reader there, too, is set aside. So nobody innocent is, not even when somebody kills a reader.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import msgspec

from edge.library.reader import Task, serve
from edge.library.rows import Aside, Trouble

STALL_S = 5.0
"""A file that takes longer to read is left out."""
AT_ONCE = 32
"""Files of one batch; two batches stand before each reader, so that none waits."""
_PIECE = 1 << 16
_encode = msgspec.json.encode

Answer = Callable[[bytes], None]


class _Reader:
    """One forked process and the tasks that stand before it."""

    def __init__(self, begin: Callable[[], None]) -> None:
        tasks, self._tasks = os.pipe()
        self.answers, answers = os.pipe()
        self.waiting: deque[Task] = deque()
        self.heard = time.monotonic()
        self._rest = b""
        self.pid = os.fork()
        if self.pid == 0:
            _be_a_reader(begin, tasks, answers, (self._tasks, self.answers))
        os.close(tasks)
        os.close(answers)

    def give(self, tasks: list[Task]) -> None:
        if not self.waiting:
            self.heard = time.monotonic()
        self.waiting.extend(tasks)
        # A crashed reader is noticed by its silence, not here.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._tasks, _encode(tasks) + b"\n")

    def take(self) -> list[bytes] | None:
        """Its answers; None where it is gone."""
        piece = os.read(self.answers, _PIECE)
        if not piece:
            return None
        self.heard = time.monotonic()
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for _ in lines:
            self.waiting.popleft()
        return lines

    def end(self) -> int:
        """Its exit status, as `os.waitstatus_to_exitcode` has it."""
        os.close(self._tasks)
        os.close(self.answers)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _be_a_reader(
    begin: Callable[[], None], tasks: int, answers: int, not_mine: Iterable[int]
) -> None:
    """In the fork, which never comes back."""
    status = 1
    try:
        for descriptor in not_mine:
            os.close(descriptor)
        begin()
        with os.fdopen(tasks, "rb") as inlet, os.fdopen(answers, "wb") as outlet:
            serve(inlet, outlet)
        status = 0
    finally:
        os._exit(status)


class Readers:
    """As many as there are workers, begun when there is something to read."""

    def __init__(
        self,
        workers: int,
        answer: Answer,
        put: Callable[[Aside | Trouble], None],
        begin: Callable[[], None],
        stall_s: float = STALL_S,
    ) -> None:
        """`answer` takes each row as JSON; `begin` is called in each new process."""
        self._workers = workers
        self._answer = answer
        self._put = put
        self._begin = begin
        self._stall_s = stall_s
        self._readers: list[_Reader] = []
        self._suspects: list[Task] = []

    def read(self, tasks: Iterator[Task]) -> None:
        """All of these, and then those that had lost their reader."""
        more = True
        while more or any(reader.waiting for reader in self._readers):
            more = more and self._fill(tasks)
            self._hear()
        suspects, self._suspects = self._suspects, []
        for task in suspects:
            self._read_alone(task)

    def close(self) -> None:
        for reader in self._readers:
            reader.end()
        self._readers.clear()

    def _fill(self, tasks: Iterator[Task]) -> bool:
        """False once there are no more."""
        while True:
            free = next((r for r in self._readers if len(r.waiting) <= AT_ONCE), None)
            if free is None and len(self._readers) >= self._workers:
                return True
            batch = [task for _, task in zip(range(AT_ONCE), tasks, strict=False)]
            if not batch:
                return False
            if free is None or (free.waiting and len(self._readers) < self._workers):
                free = _Reader(self._begin)
                self._readers.append(free)
            free.give(batch)
            if len(batch) < AT_ONCE:
                return False

    def _hear(self) -> None:
        """What comes within a moment; who is gone or stalls loses its tasks."""
        busy = [reader for reader in self._readers if reader.waiting]
        if not busy:
            return
        ready = select.select([reader.answers for reader in busy], [], [], 0.1)[0]
        now = time.monotonic()
        for reader in busy:
            if reader.answers in ready:
                lines = reader.take()
                if lines is None:
                    self._lose(reader)
                else:
                    for line in lines:
                        self._answer(line)
            elif now - reader.heard > self._stall_s:
                self._lose(reader)

    def _lose(self, reader: _Reader) -> None:
        self._suspects.extend(reader.waiting)
        self._readers.remove(reader)
        reader.end()

    def _read_alone(self, task: Task) -> None:
        answer, why = self._asked(task)
        if answer is None:
            known, _ = self._asked(msgspec.structs.replace(task, only_content=True))
            row = msgspec.json.decode(known or b"{}")
            if content := row.get("content"):
                self._put(Aside(path=task.path, size=task.size, content=content, message=why))
            else:
                self._put(Trouble(path=task.path, message=why))
        else:
            self._answer(answer)

    def _asked(self, task: Task) -> tuple[bytes | None, str]:
        """The answer, or why there is none."""
        reader = self._readers[0] if self._readers else _Reader(self._begin)
        if not self._readers:
            self._readers.append(reader)
        reader.give([task])
        while True:
            if select.select([reader.answers], [], [], self._stall_s)[0]:
                lines = reader.take()
                if lines:
                    return lines[0], ""
                if lines is None:
                    self._readers.remove(reader)
                    return None, _crash(reader.end())
            elif time.monotonic() - reader.heard >= self._stall_s:
                self._readers.remove(reader)
                reader.end()
                return None, f"it could not be read in {self._stall_s:g} s"


def _crash(status: int) -> str:
    if status < 0:
        return f"its reader crashed ({signal.Signals(-status).name})"
    return f"its reader ended (status {status})"
