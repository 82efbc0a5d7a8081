"""A song being decoded ahead of time by a thread of its own, and the one that joins on to it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from edge.errors import TrackError, TrackMissingError
from edge.player.converter import Converter
from edge.player.reel import Reel
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


class Deck:
    """Give it what opens the decoder; it is opened in the deck's thread, for disks can be slow.

    A thread that waits for a disk cannot be ended: a deck can be given up, then its thread is left
    to itself and nothing that it still does has an effect.
    """

    def __init__(self, opener: Opener, rate: int, wake: Callable[[], None] = lambda: None) -> None:
        """`wake` is called in the deck's thread once `ready` has become true."""
        self._wake = wake
        self._woken = False
        self._rate = rate
        self._ahead = int(_AHEAD_S * rate)
        self._low = int(_AGAIN_S * rate)
        self._enough = int(_READY_S * rate)
        self._reel = Reel(int(_PAST_S * rate))
        self._exhausted = False
        """The song is decoded; a tail of some samples waits for what follows."""
        self._ended = False
        self._given_up = False
        self._closed = False
        self._next: Opener | None = None
        self._opens_next = False
        self._joining = False
        self._dropped = False
        self._change = threading.Condition()
        self.error = ""
        """Why it ended, where that was no regular end: one sentence."""
        self.missing = False
        """That was because its file is not there, or its disk does not answer."""
        self.stalled = False
        """It was the disk."""
        self.next_error = ""
        """Why the song that was to join on cannot."""
        self.next_missing = False
        self.duration_s: float | None = None
        self.seam: int | None = None
        """Frame at which the song that joins on begins."""
        self._next_duration_s: float | None = None
        self._thread = threading.Thread(target=self._run, args=(opener,), name="deck", daemon=True)

    # --- the song itself -----------------------------------------------------------------------

    def start(self) -> Deck:
        """Again is without effect."""
        if self._thread.ident is None and not self._closed:
            self._thread.start()
        return self

    def ready(self) -> bool:
        """Enough is decoded to begin, or there is no more to come."""
        return self._ended or self._exhausted or self._reel.frames >= self._enough

    def over(self) -> bool:
        """Everything was read and nothing will follow."""
        unwanted = self._opens_next and self._dropped
        return (self._ended or unwanted) and self._reel.frames == 0

    def available(self) -> int:
        """Frames that can be read at once."""
        return self._reel.frames

    def dry(self) -> bool:
        """There is nothing to read, though the song goes on."""
        decoded = self._ended or self._exhausted or self._opens_next
        return not (self._reel.frames or decoded)

    def remaining(self) -> int | None:
        """Frames until the song's end, where that is decoded already."""
        if self.seam is not None:
            return max(0, self.seam - self._reel.taken)
        return self._reel.frames if self._exhausted or self._ended else None

    def read(self, frames: int) -> Samples:
        """At most so many frames, fewer where decoding is late or over; never waits."""
        with self._change:
            samples = self._reel.read(frames)
            if self._reel.frames < self._low:
                self._change.notify()
        return samples

    def unread(self, frames: int) -> bool:
        """Give the latest frames once more; False where so many are not there any more."""
        with self._change:
            if self.seam is not None and self._reel.taken >= self.seam:
                return False
            return self._reel.unread(frames)

    # --- the song that joins on ----------------------------------------------------------------

    def follow(self, opener: Opener) -> bool:
        """Join this song on, sample to sample; False where it is too late for that."""
        with self._change:
            if self._ended or self._joining or self._opens_next or self._next is not None:
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
                self._reel.cut(self.seam)
            self._change.notify()

    def opens_next(self) -> bool:
        """The present song is decoded, and the file of the one that joins on is being opened."""
        return self._opens_next

    def crossed(self) -> int | None:
        """Frames read of the song that joined on; it is the deck's song from then on."""
        with self._change:
            if self.seam is None or self._reel.taken < self.seam or self._dropped:
                return None
            into = self._reel.taken - self.seam
            self.seam, self._joining = None, False
            self._reel.forget()
            self.duration_s = self._next_duration_s
            return into

    # --- its thread ----------------------------------------------------------------------------

    def close(self) -> None:
        """Give the file back; the thread ends by itself, soon."""
        with self._change:
            self._closed = True
            self._change.notify()

    def give_up(self, error: str, *, stalled: bool = False) -> None:
        """It ends with what is decoded, for this reason or none; its thread is left to itself."""
        with self._change:
            self._given_up = self._closed = True
            self._change.notify()
        self.stalled = stalled
        self._end(error, missing=stalled)

    def let_end(self) -> None:
        """After `give_up`, where only the song that was to join on is lost: no error of its own."""
        self.error, self.missing, self.stalled = "", False, False

    def gone(self) -> bool:
        """Nothing will ever come of it again."""
        return self._closed and not self._thread.is_alive()

    def left_alive(self) -> bool:
        """It was closed or given up, and its thread has not come back yet."""
        return self._closed and self._thread.is_alive()

    @property
    def task(self) -> int | None:
        """Its thread, as the kernel numbers it; None before it was started."""
        return self._thread.native_id

    def join(self, within_s: float) -> None:
        self._thread.join(within_s)

    def _run(self, opener: Opener) -> None:
        error, missing = "", False
        try:
            converter = Converter(self._rate)
            error, missing = self._play(opener, converter)
            while not error and (following := self._following()) is not None:
                error, missing = self._join_on(following, converter)
            for block in converter.flush():
                self._keep(block)
        except TrackError as refused:
            error, missing = str(refused), isinstance(refused, TrackMissingError)
        except Exception as failure:  # noqa: BLE001 - a thread begins here; a song may hold anything
            error = f"the song cannot be decoded ({type(failure).__name__}: {failure})."
        self._end(error, missing=missing)
        self._wake()

    def _end(self, error: str, *, missing: bool) -> None:
        with self._change:
            if not self._ended:
                self.error, self.missing = error, missing
                self._ended = True

    def _play(self, opener: Opener, converter: Converter) -> tuple[str, bool]:
        source = opener()
        try:
            self.duration_s = source.duration_s
            self._feed(source, converter)
            return source.short, bool(source.short) and source.away()
        finally:
            source.close()

    def _join_on(self, opener: Opener, converter: Converter) -> tuple[str, bool]:
        """A song that cannot be read leaves the present one to its regular end."""
        try:
            source = opener()
        except TrackError as error:
            self.next_error, self.next_missing = str(error), isinstance(error, TrackMissingError)
            self._opens_next = self._joining = False
            return "", False
        try:
            with self._change:
                self._opens_next = False
                if self._given_up:
                    return "", False
                self._next_duration_s = source.duration_s
                self.seam = converter.mark()
            self._feed(source, converter)
            short = "" if self._dropped else source.short
            return short, bool(short) and source.away()
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
                if self.seam is None and (self._next is not None or self._reel.frames <= last_call):
                    break
                self._change.wait(_WAIT_S)
            if self._closed or self._dropped:
                return None
            opener, self._next = self._next, None
            self._joining = self._opens_next = opener is not None
            self._exhausted = opener is None
            return opener

    def _keep(self, block: Samples) -> bool:
        with self._change:
            if self._reel.frames >= self._ahead:
                while self._reel.frames >= self._low and not self._closed and not self._dropped:
                    self._change.wait()
            if self._given_up:
                return False
            if self._dropped and self.seam is not None:
                block = block[: max(0, self.seam - self._reel.written)]
            self._reel.write(block)
            if not self._woken and self._reel.frames >= self._enough:
                self._woken = True
                self._wake()
            return not self._closed and not self._dropped
