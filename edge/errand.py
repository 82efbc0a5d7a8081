"""A question answered by a child process, so that a driver may hang or crash and we do not.

The child gives up the network first, like eye, unless the errand needs it. An errand is a function,
named `module:function`, that takes its argument and the protections in force. Question and answer
are one line of JSON each, through the child's standard input and output: an argument may be a
password.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from edge.errors import MoodboxError
from edge.family import PARENT, die_with_parent

_KILLED_S: Final = 1.0
_ISOLATED: Final = "isolated"
_CONNECTED: Final = "connected"


class ErrandError(MoodboxError):
    """The errand found something wrong, or did not come back."""


def ask(errand: str, argument: Any = None, within_s: float = 20.0, *, isolated: bool = True) -> Any:
    """The answer; ErrandError with one sentence where there is none in time.

    One that is not `isolated` needs a network, or gives it up at a moment of its own.
    """
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "edge.errand", errand, _ISOLATED if isolated else _CONNECTED],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    except OSError as error:
        raise ErrandError(f"No process could be started for it: {error.strerror}.") from error
    try:
        told, complained = child.communicate(json.dumps(argument), timeout=within_s)
    except subprocess.TimeoutExpired:
        raise ErrandError(f"It gave no answer within {within_s:.0f} s.") from None
    finally:
        _end(child)
    return _answer(child.returncode, told, complained)


def _end(child: subprocess.Popen[str]) -> None:
    """A child inside a driver that hangs cannot even be killed: do not wait for it."""
    if child.poll() is None:
        child.kill()
        try:
            child.wait(_KILLED_S)
        except subprocess.TimeoutExpired:
            return
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            stream.close()


def _answer(status: int, told: str, complained: str) -> Any:
    if status < 0:
        raise ErrandError(f"It crashed ({signal.Signals(-status).name}).")
    try:
        answer = json.loads(told.strip().splitlines()[-1])
    except (IndexError, ValueError):
        last = (complained.strip().splitlines() or ["without a word"])[-1]
        raise ErrandError(f"It failed: {last}.") from None
    if "error" in answer:
        raise ErrandError(answer["error"])
    return answer["answer"]


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, PARENT: str(os.getpid())}


def main() -> None:
    """In the child: give up the network, import, answer."""
    die_with_parent(os.environ)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's, which ends us
    _, errand, network = sys.argv
    module, _, function = errand.partition(":")
    argument = json.load(sys.stdin)
    try:
        in_force: tuple[str, ...] = ()
        if network == _ISOLATED:
            from edge.eye.isolation import give_up_network

            in_force = give_up_network()
        do: Any = getattr(importlib.import_module(module), function)
        answer = {"answer": do(argument, in_force)}
    except MoodboxError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
