"""Starts a capturing process as eye's own child, and ends it for certain."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import edge
from edge.errors import CameraError
from edge.eye.capture_link import isolation_signs

CHILD = "edge.eye.capture_child"


class Capturer(Protocol):
    """A capturing process that runs somewhere."""

    def kill(self) -> None: ...

    def gone(self, within_s: float) -> bool:
        """Whether it has ended; then all its files are closed."""
        ...


class Starter(Protocol):
    """Starts capturing processes."""

    @property
    def signs(self) -> tuple[str, str] | None:
        """What the process must show of isolation; None where it keeps the network."""
        ...

    def start(self, link: int, memory: int) -> Capturer:
        """Give these two files to a new process; CameraError where none can be started."""
        ...


def command(module: str, *words: object) -> list[str]:
    """Our own Python, without the present folder in its path."""
    return [sys.executable, "-P", "-m", module, *map(str, words)]


def environment(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The same as ours, with this package on the path, wherever it lies."""
    root = str(Path(edge.__file__).resolve().parents[1])
    path = os.pathsep.join([root, *filter(None, [env.get("PYTHONPATH")])])
    return {**env, "PYTHONPATH": path}


class OwnChildren:
    """Children of this process: they inherit its filter and its network, and show it."""

    @property
    def signs(self) -> tuple[str, str] | None:
        return isolation_signs()

    def start(self, link: int, memory: int) -> Capturer:
        try:
            return Held(popen(link, memory))
        except OSError as error:
            raise CameraError(f"No process can be started for the camera: {error}.") from error


def popen(link: int, memory: int) -> subprocess.Popen[bytes]:
    """The process itself. What drivers print is lost: it may hold an address with a password."""
    return subprocess.Popen(
        command(CHILD, link, memory, os.getpid()),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(link, memory),
    )


class Held:
    """A child of ours."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def kill(self) -> None:
        self._process.kill()

    def gone(self, within_s: float) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(within_s)
        return self._process.returncode is not None


class Watched:
    """Another's child, through a file that stands for it."""

    def __init__(self, pidfd: int) -> None:
        self._pidfd: int | None = pidfd

    def kill(self) -> None:
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def gone(self, within_s: float) -> bool:
        if self._pidfd is None:
            return True
        if not select.select([self._pidfd], [], [], within_s)[0]:
            return False
        os.close(self._pidfd)
        self._pidfd = None
        return True
