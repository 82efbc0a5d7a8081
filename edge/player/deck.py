"""A song being decoded ahead of time by a thread of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np

from edge.errors import TrackError
from edge.ports import Samples

_AHEAD_S = 2.5
"""So long may the disk stall unheard; costs 1 MB."""
_READY_S = 0.1
_NOTHING: Samples = np.zeros((0, 2), np.float32)


class Decoding(Protocol):
    """What a deck needs of a decoder."""

    duration_s: float | None

    def blocks(self) -> Iterator[Samples]: ...
    def close(self) -> None: ...


class Deck:
    """Give it what opens the decoder; it is opened in the deck's thread, for disks can be slow."""

    def __init__(self, opener: Callable[[], Decoding], rate: int) -> None:
        self._opener = opener
        self._ahead = int(_AHEAD_S * rate)
        self._enough = int(_READY_S * rate)
        self._blocks: deque[Samples] = deque()
        self._frames = 0
        self._ended = False
        self._closed = False
        self._change = threading.Condition()
        self.error = ""
        """Why it ended, where that was no regular end: one sentence."""
        self.duration_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="deck", daemon=True)
        self._thread.start()

    def ready(self) -> bool:
        """Enough is decoded to begin, or there is no more to come."""
        return self._ended or self._frames >= self._enough

    def over(self) -> bool:
        """Everything was read and nothing will follow."""
        return self._ended and self._frames == 0

    def available(self) -> int:
        """Frames that can be read at once."""
        return self._frames

    def read(self, frames: int) -> Samples:
        """At most so many frames, fewer where decoding is late or over; never waits."""
        parts: list[Samples] = []
        missing = frames
        with self._change:
            while missing and self._blocks:
                block = self._blocks.popleft()
                if len(block) > missing:
                    self._blocks.appendleft(block[missing:])
                    block = block[:missing]
                parts.append(block)
                missing -= len(block)
            self._frames -= frames - missing
            self._change.notify()
        return np.concatenate(parts) if parts else _NOTHING

    def close(self) -> None:
        """Give the file back; the thread ends by itself, soon."""
        with self._change:
            self._closed = True
            self._change.notify()

    def join(self, within_s: float) -> None:
        self._thread.join(within_s)

    def _run(self) -> None:
        try:
            decoder = self._opener()
            try:
                self.duration_s = decoder.duration_s
                for block in decoder.blocks():
                    if not self._keep(block):
                        break
            finally:
                decoder.close()
        except TrackError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - a thread begins here; a song may hold anything
            self.error = f"the song cannot be decoded ({type(error).__name__}: {error})."
        self._ended = True

    def _keep(self, block: Samples) -> bool:
        with self._change:
            while self._frames >= self._ahead and not self._closed:
                self._change.wait()
            self._blocks.append(block)
            self._frames += len(block)
            return not self._closed
