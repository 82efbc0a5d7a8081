"""Processes that belong together: a parent that starts, restarts and ends its children.

When the parent dies, however it dies, the kernel ends the children (PDEATHSIG); a child that was
started just too late sees that its parent is another and goes by itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from edge.messages import Value

PARENT = "MOODBOX_PARENT"
"""Names the parent's process id to a child of ours, which then dies with it."""
_PR_SET_PDEATHSIG = 1
_FIRST_PAUSE_S = 0.3
_LONGEST_PAUSE_S = 5.0
_LIVED_WELL_S = 5.0
"""A child that lived this long is started again at once."""
_LAST_S = 0.5
"""Kept for those that serve the others."""
WRONG_USE = 2


class Program(Value, frozen=True):
    """One child: its name and what to run."""

    name: str
    command: tuple[str, ...]
    log: Path | None = None
    """Where what it prints is appended; None: the parent's own streams."""
    serves: bool = False
    """Whether the others need it to the last: it is ended after them."""


class Child:
    """A program that is to run, and what became of it so far."""

    def __init__(self, program: Program, env: Mapping[str, str]) -> None:
        self.program = program
        self._env = dict(env)
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self._pause_s = _FIRST_PAUSE_S
        self._born = 0.0
        self._again_at = 0.0

    def tend(self, now: float) -> int | None:
        """Start it where it is not running; its exit status where it has just ended."""
        if self.process is None:
            if now >= self._again_at:
                self._start(now)
            return None
        status = self.process.poll()
        if status is None:
            return None
        self.process = None
        lived_well = now - self._born >= _LIVED_WELL_S
        self._pause_s = _FIRST_PAUSE_S if lived_well else min(self._pause_s * 2, _LONGEST_PAUSE_S)
        self._again_at = now + self._pause_s
        return status

    def _start(self, now: float) -> None:
        with ExitStack() as stack:
            log = self.program.log
            out = None if log is None else stack.enter_context(log.open("ab"))
            self.process = subprocess.Popen(
                self.program.command,
                env={**self._env, PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C reaches the parent only, which ends them in order
            )
        self.starts += 1
        self._born = now


class Family:
    """Runs children until told to stop; those that serve the others end last."""

    def __init__(
        self, programs: Sequence[Program], env: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.children = [Child(program, env) for program in programs]
        self._say = say

    def tend(self) -> int | None:
        """Look after all children once; 2 where one refused its configuration."""
        for child in self.children:
            status = child.tend(time.monotonic())
            if status == WRONG_USE:
                return WRONG_USE  # it would refuse again
            if status is not None:
                self._say(f"{child.program.name} ended ({_how(status)}); starting it again")
        return None

    def end(self, within_s: float = 4.5) -> None:
        """Ask all to stop, and kill those that do not within this time."""
        deadline = time.monotonic() + within_s
        for serving in (False, True):
            alive = [
                child.process
                for child in self.children
                if child.process is not None and child.program.serves == serving
            ]
            _end(alive, deadline - (0.0 if serving else _LAST_S))


def _end(processes: Sequence[subprocess.Popen[bytes]], deadline: float) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        if process.poll() is None:
            process.kill()
            process.wait()


def die_with_parent(env: Mapping[str, str]) -> None:
    """In a child of a family, at its start: end with SIGTERM when the parent dies."""
    parent = env.get(PARENT)
    if parent is None:
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):
        raise SystemExit(0)


def tied(command: Sequence[str]) -> tuple[str, ...]:
    """A foreign program that shall die with us, through util-linux's setpriv."""
    return ("setpriv", "--pdeathsig", "TERM", *command)


def _how(status: int) -> str:
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"
