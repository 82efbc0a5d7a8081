"""How far a long tool is, on a line of standard error that renews itself; nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Self, TextIO

_EVERY_S = 0.3


class Progress:
    """Shown only where errors go to a terminal and the answers do not.

    `out` is where answers are written meanwhile; None where there are none before the end.
    """

    def __init__(
        self,
        err: TextIO = sys.stderr,
        out: TextIO | None = sys.stdout,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._err = err
        self._shown = err.isatty() and (out is None or not out.isatty())
        self._clock = clock
        self._next_at = clock()
        self._width = 0

    def show(self, tell: Callable[[], str]) -> None:
        """`tell` is asked a few times a second only."""
        now = self._clock()
        if self._shown and now >= self._next_at:
            self._next_at = now + _EVERY_S
            self._write(tell())

    def clear(self) -> None:
        """Before something else is written there, and at the end."""
        if self._width:
            self._write("")

    def _write(self, text: str) -> None:
        self._err.write(f"\r{text.ljust(self._width)}" + ("" if text else "\r"))
        self._err.flush()
        self._width = len(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
