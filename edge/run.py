"""`moodbox run`: eye, player and box as children of one small parent, in a terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from edge.family import Family, Program

ORDER = ("box", "player", "eye")
"""Started in this order and ended in the reverse: the door first, the guests after."""


def programs(state: Path | None, options: Sequence[str], log: Path | None = None) -> list[Program]:
    """The three processes; with `state` they keep everything in that folder."""
    place = () if state is None else (f"--state={state}", f"--socket={state / 'link.sock'}")
    start = (sys.executable, "-m", "edge.cli")
    return [Program(name=name, command=(*start, name, *place, *options), log=log) for name in ORDER]


def run(
    options: Sequence[str],
    env: Mapping[str, str],
    stop: threading.Event,
    say: Callable[[str], None],
) -> int:
    """Until told to stop; 2 where a process refused its configuration."""
    family = Family(programs(None, options), env, say)
    try:
        while not stop.is_set():
            refused = family.tend()
            if refused is not None:
                return refused
            stop.wait(0.2)
        return 0
    finally:
        family.end()
