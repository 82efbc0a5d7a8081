"""Waiting for something to come true, with a deadline that says what did not."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(true: Callable[[], object], within_s: float = 10.0, what: str = "it") -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen in {within_s:.0f} s"
        time.sleep(0.01)
