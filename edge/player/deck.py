"""A song being decoded ahead of time by a thread of its own, and the one that joins on to it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import numpy as np

from edge.errors import TrackError
from edge.player.converter import Converter
from edge.player.song_file import Decoding
from edge.ports import Samples

Opener = Callable[[], Decoding]
_AHEAD_S = 2.5
"""So long may the disk stall unheard; costs 1 MB."""
_AGAIN_S = 2.0
"""It decodes again once only so much is left: a few times a second instead of fifty."""
_PAST_S = 0.6
"""More than the ring holds, so that what waits there can be taken back."""
_READY_S = 0.1
_LAST_CALL_S = 0.25
"""With so much left at the end it waits no longer for a song to join on."""
_WAIT_S = 0.05
_NOTHING: Samples = np.zeros((0, 2), np.float32)


class Deck:
    """Give it what opens the decoder; it is opened in the deck's thread, for disks can be slow."""

    def __init__(self, opener: Opener, rate: int, wake: Callable[[], None] = lambda: None) -> None:
        """`wake` is called in the deck's thread once `ready` has become true."""
        self._wake = wake
        self._rate = rate
        self._ahead = int(_AHEAD_S * rate)
        self._low = int(_AGAIN_S * rate)
        self._enough = int(_READY_S * rate)
        self._blocks: deque[Samples] = deque()
        self._past: deque[Samples] = deque()
        """What was read lately, for `unread`."""
        self._kept = 0
        self._most_kept = int(_PAST_S * rate)
        self._frames = 0
        self._written = 0
        self._taken = 0
        self._exhausted = False
        """The song is decoded; a tail of some samples waits for what follows."""
        self._ended = False
        self._closed = False
        self._woken = False
        self._next: Opener | None = None
        self._joining = False
        self._dropped = False
        self._change = threading.Condition()
        self.error = ""
        """Why it ended, where that was no regular end: one sentence."""
        self.next_error = ""
        """Why the song that was to join on cannot."""
        self.duration_s: float | None = None
        self.seam: int | None = None
        """Frame at which the song that joins on begins."""
        self._next_duration_s: float | None = None
        self._thread = threading.Thread(target=self._run, args=(opener,), name="deck", daemon=True)
        self._thread.start()

    # --- the song itself -----------------------------------------------------------------------

    def ready(self) -> bool:
        """Enough is decoded to begin, or there is no more to come."""
        return self._ended or self._exhausted or self._frames >= self._enough

    def over(self) -> bool:
        """Everything was read and nothing will follow."""
        return self._ended and self._frames == 0

    def available(self) -> int:
        """Frames that can be read at once."""
        return self._frames

    def remaining(self) -> int | None:
        """Frames until the song's end, where that is decoded already."""
        if self.seam is not None:
            return max(0, self.seam - self._taken)
        return self._frames if self._exhausted or self._ended else None

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
            self._taken += frames - missing
            self._past.extend(parts)
            self._kept += frames - missing
            while self._past and self._kept - len(self._past[0]) >= self._most_kept:
                self._kept -= len(self._past.popleft())
            if self._frames < self._low:
                self._change.notify()
        return np.concatenate(parts) if parts else _NOTHING

    def unread(self, frames: int) -> bool:
        """Give the latest frames once more; False where so many are not there any more."""
        with self._change:
            if frames > self._kept or (self.seam is not None and self._taken >= self.seam):
                return False
            last = np.concatenate(self._past)
            self._past.clear()
            self._past.append(last[: len(last) - frames])
            self._kept -= frames
            self._blocks.appendleft(last[len(last) - frames :])
            self._frames += frames
            self._taken -= frames
            return True

    # --- the song that joins on ----------------------------------------------------------------

    def follow(self, opener: Opener) -> bool:
        """Join this song on, sample to sample; False where it is too late for that."""
        with self._change:
            if self._ended or self._joining or self._next is not None:
                return False
            self._next, self.next_error = opener, ""
            self._change.notify()
            return True

    def unfollow(self) -> None:
        """Nothing joins on after all; what of it was decoded is thrown away."""
        with self._change:
            self._next = None
            if not self._joining:
                return
            self._dropped = True
            if self.seam is not None:
                while self._blocks and self._written > self.seam:
                    block = self._blocks.pop()
                    keep = max(0, len(block) - (self._written - self.seam))
                    self._written -= len(block) - keep
                    self._frames -= len(block) - keep
                    if keep:
                        self._blocks.append(block[:keep])
            self._change.notify()

    def crossed(self) -> int | None:
        """Frames read of the song that joined on; it is the deck's song from then on."""
        with self._change:
            if self.seam is None or self._taken < self.seam or self._dropped:
                return None
            into = self._taken - self.seam
            self.seam, self._joining = None, False
            self._past.clear()
            self._kept = 0
            self.duration_s = self._next_duration_s
            return into

    # --- its thread ----------------------------------------------------------------------------

    def close(self) -> None:
        """Give the file back; the thread ends by itself, soon."""
        with self._change:
            self._closed = True
            self._change.notify()

    def join(self, within_s: float) -> None:
        self._thread.join(within_s)

    def _run(self, opener: Opener) -> None:
        try:
            converter = Converter(self._rate)
            self._play(opener, converter)
            while not self.error and (following := self._following()) is not None:
                self._join_on(following, converter)
            for block in converter.flush():
                self._keep(block)
        except TrackError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - a thread begins here; a song may hold anything
            self.error = f"the song cannot be decoded ({type(error).__name__}: {error})."
        self._ended = True
        self._wake()

    def _play(self, opener: Opener, converter: Converter) -> None:
        source = opener()
        try:
            self.duration_s = source.duration_s
            self._feed(source, converter)
            self.error = source.short
        finally:
            source.close()

    def _join_on(self, opener: Opener, converter: Converter) -> None:
        """A song that cannot be read leaves the present one to its regular end."""
        try:
            source = opener()
        except TrackError as error:
            self.next_error = str(error)
            self._joining = False
            return
        try:
            with self._change:
                self._next_duration_s = source.duration_s
                self.seam = converter.mark()
            self._feed(source, converter)
            self.error = "" if self._dropped else source.short
        finally:
            source.close()

    def _feed(self, source: Decoding, converter: Converter) -> None:
        for frame in source.frames():
            for block in converter.push(frame):
                if not self._keep(block):
                    return

    def _following(self) -> Opener | None:
        """What joins on; waits for it until the song has nearly been read."""
        last_call = int(_LAST_CALL_S * self._rate)
        with self._change:
            # One join at a time: the seam must be passed before another song may follow.
            while not self._closed and not self._dropped:
                self._exhausted = self.seam is None
                if self.seam is None and (self._next is not None or self._frames <= last_call):
                    break
                self._change.wait(_WAIT_S)
            if self._closed or self._dropped:
                return None
            opener, self._next = self._next, None
            self._joining = opener is not None
            self._exhausted = opener is None
            return opener

    def _keep(self, block: Samples) -> bool:
        with self._change:
            if self._frames >= self._ahead:
                while self._frames >= self._low and not self._closed and not self._dropped:
                    self._change.wait()
            if self._dropped and self.seam is not None:
                block = block[: max(0, self.seam - self._written)]
            if len(block):
                self._blocks.append(block)
                self._frames += len(block)
                self._written += len(block)
                if not self._woken and self._frames >= self._enough:
                    self._woken = True
                    self._wake()
            return not self._closed and not self._dropped
