"""Errands that go wrong in every way, for the tests of the one who sends them."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from typing import Any

from edge.errors import CameraError

_LONG_S = 60


def hang(_argument: Any, _in_force: tuple[str, ...]) -> None:
    threading.Event().wait(_LONG_S)


def deaf(_argument: Any, _in_force: tuple[str, ...]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Event().wait(_LONG_S)


def crash(_argument: Any, _in_force: tuple[str, ...]) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(_argument: Any, _in_force: tuple[str, ...]) -> None:
    sys.exit("gone for good")


def refuse(_argument: Any, _in_force: tuple[str, ...]) -> None:
    raise CameraError("The camera is not there.")


def chatter(_argument: Any, in_force: tuple[str, ...]) -> tuple[str, ...]:
    print("a library's greeting")
    return in_force


def network(_argument: Any, _in_force: tuple[str, ...]) -> str:
    try:
        socket.socket(socket.AF_INET).close()
    except PermissionError:
        return "refused"
    return "open"
