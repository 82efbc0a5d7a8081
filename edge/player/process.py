"""player's loop: takes what box asks, keeps the ring full, and tells what is heard."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Callable

from msgspec.structs import replace

from edge.messages import (
    Ended,
    Message,
    Part,
    Pause,
    Play,
    Played,
    PlayerState,
    Resume,
    Seek,
    Stop,
    ToPlayer,
    Value,
    Volume,
)
from edge.player.deck import Deck
from edge.player.decoder import Decoder, warm_up
from edge.player.mixer import Mixer
from edge.player.ring import Ring
from edge.player.sound import Devices, Sound
from edge.player.speaker import CHUNK, RATE

AHEAD = 3 * CHUNK
"""Frames kept in the ring: what a command has to wait, and how long this loop may be held up."""
_BLOCK = 1024
_TURN_S = 0.01
_IDLE_TURN_S = 0.05
_TELL_S = 1.0
_SEEK_FADE_S = 0.05
_LAST_FADE_S = 0.3
_LAST_S = 0.8
_INBOX = 256
_NICENESS = -10
"""Music before everything else: at 0 a load of 7 on two cores made gaps."""
_log = logging.getLogger("moodbox")


def hurry() -> None:
    """Put this process before others, where the machine's owner lets us. Threads inherit it, and
    every one of them counts: a decoder that is set aside may hold the interpreter's lock."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)


class _Song(Value, frozen=True):
    """A song that box asked for, with where it is decoded."""

    play: Play
    deck: Deck
    paused: bool = False
    """Asked to pause before it could begin."""


class PlayerLoop:
    """Plays what `handle` is given. `send` goes to box, or into the void while box is away."""

    def __init__(
        self,
        devices: Devices | None,
        send: Callable[[Message], None],
        pulse: Callable[[], None] = lambda: None,
    ) -> None:
        self._send = send
        self._pulse = pulse
        self._ring = Ring(AHEAD)
        self._sound = Sound(self._ring.fill, devices, self._tell_part)
        self._mixer = Mixer(RATE)
        self._song: _Song | None = None
        self._coming: _Song | None = None
        self._inbox: queue.Queue[ToPlayer] = queue.Queue(_INBOX)
        self._asked = threading.Event()
        self._told: Played | None = None

    # --- from any thread -----------------------------------------------------------------------

    @property
    def audio(self) -> str | None:
        """The sound driver in use, for the hello; None while silent."""
        return self._sound.driver

    @property
    def gaps(self) -> int:
        """How often the loudspeaker found too little sound, since the start."""
        return self._ring.gaps

    def open(self, within_s: float = 3.0) -> None:
        """Look for a loudspeaker; returns when the first attempt is over."""
        self._sound.start()
        warm_up()
        self._sound.wait(within_s)

    def handle(self, message: ToPlayer) -> None:
        """Take what box asks; a full inbox (nobody presses so fast) loses its oldest."""
        while True:
            try:
                self._inbox.put_nowait(message)
            except queue.Full:
                _log.warning("player does not keep up: a message was dropped")
                try:
                    self._inbox.get_nowait()
                except queue.Empty:
                    continue
            else:
                return

    def report(self) -> None:
        """Tell everything anew, soon: the link has just been made."""
        self._asked.set()

    # --- the loop ------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; then fade out."""
        try:
            while not stop.is_set():
                self._turn(_TURN_S if self._busy() else _IDLE_TURN_S)
            self._drop_coming()
            self._mixer.stop(_LAST_FADE_S)
            end = time.monotonic() + _LAST_S
            while (self._mixer.sounding() or self._ring.waiting()) and time.monotonic() < end:
                self._fill()
                time.sleep(_TURN_S)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the loudspeaker and the files; `run` does it at its end."""
        self._sound.close()
        self._mixer.close()
        self._drop_coming()

    def _turn(self, wait_s: float) -> None:
        try:
            message: ToPlayer | None = self._inbox.get(timeout=wait_s)
        except queue.Empty:
            message = None
        while message is not None:
            self._obey(message)
            message = None if self._inbox.empty() else self._inbox.get_nowait()
        self._begin_coming()
        self._fill()
        self._end_finished()
        self._tell()
        self._pulse()

    def _busy(self) -> bool:
        return self._coming is not None or self._mixer.sounding() or self._ring.waiting() > 0

    def _fill(self) -> None:
        while self._ring.room() >= _BLOCK:
            samples = self._mixer.mix(_BLOCK)
            if not len(samples):
                break
            self._ring.write(samples)
        begun = self._ring.expected or self._ring.waiting() > 0
        self._ring.expected = begun and self._mixer.sounding()

    # --- what box asks -------------------------------------------------------------------------

    def _obey(self, message: ToPlayer) -> None:
        match message:
            case Play():
                self._call(message)
            case Seek():
                self._seek(message.position_s)
            case Pause():
                self._pause(paused=True)
            case Resume():
                self._pause(paused=False)
            case Stop():
                self._drop_coming()
                self._song = None
                self._mixer.stop(message.fade_s)
            case Volume():
                self._mixer.set_volume(message.level)

    def _call(self, play: Play, *, paused: bool = False) -> None:
        """Decode it from now on; it begins when its first samples are there."""
        self._drop_coming()
        deck = Deck(lambda: Decoder(play.path, RATE, play.start_s), RATE)
        self._coming = _Song(play=play, deck=deck, paused=paused)

    def _seek(self, position_s: float) -> None:
        song = self._coming or self._song
        if song is None:
            return
        paused = song.paused if song is self._coming else self._mixer.paused
        again = replace(song.play, start_s=max(0.0, position_s), fade_s=_SEEK_FADE_S)
        self._call(again, paused=paused)

    def _pause(self, *, paused: bool) -> None:
        if self._coming is not None:
            self._coming = replace(self._coming, paused=paused)
        if self._song is None:
            return
        if paused:
            self._mixer.pause()
        elif self._coming is None:
            self._mixer.resume()

    # --- what happens by itself ----------------------------------------------------------------

    def _begin_coming(self) -> None:
        song = self._coming
        if song is None or not song.deck.ready():
            return
        self._coming = None
        play = song.play
        if song.deck.over() and song.deck.error:
            # The present song makes room all the same: box has already turned to the new one.
            self._mixer.stop(max(play.fade_s, _LAST_FADE_S))
            self._finish(song, song.deck.error)
            return
        self._song = song
        self._told = None  # also where the same song begins again, or elsewhere
        self._mixer.play(song.deck, gain_db=play.gain_db, fade_s=play.fade_s, start_s=play.start_s)
        if song.paused:
            self._mixer.pause(at_once=True)

    def _end_finished(self) -> None:
        """At the end of mixing, not of hearing: so box's next song comes without a gap."""
        if self._song is not None and self._mixer.finished():
            song = self._song
            self._mixer.stop(0.0)
            self._finish(song, song.deck.error)

    def _finish(self, song: _Song, error: str) -> None:
        self._song = None
        self._send(
            Ended(
                at=time.monotonic(),
                track_id=song.play.track_id,
                reason="error" if error else "finished",
                message=error,
            )
        )

    def _drop_coming(self) -> None:
        if self._coming is not None:
            self._coming.deck.close()
            self._coming = None

    # --- what it tells -------------------------------------------------------------------------

    def _tell(self) -> None:
        asked = self._asked.is_set()
        now, told = self._played(), self._told
        changed = told is None or (now.state, now.track_id) != (told.state, told.track_id)
        due = told is None or (now.state == "playing" and now.at - told.at >= _TELL_S)
        if asked:
            self._asked.clear()
            part = self._sound.part
            if part is not None:
                self._send(part)
        if asked or changed or due:
            self._told = now
            self._send(now)

    def _tell_part(self, part: Part) -> None:
        self._send(part)

    def _played(self) -> Played:
        song = self._coming or self._song
        if song is None:
            return Played(at=time.monotonic(), state="stopped")
        state: PlayerState = "playing"
        if song is self._coming:
            position_s, state = song.play.start_s, "paused" if song.paused else "playing"
        else:
            delay_s = self._ring.waiting() / RATE + self._sound.delay_s
            position_s = max(self._mixer.start_s(), self._mixer.position_s() - delay_s)
            state = "paused" if self._mixer.paused else "playing"
        return Played(
            at=time.monotonic(),
            state=state,
            track_id=song.play.track_id,
            position_s=round(position_s, 3),
            duration_s=song.deck.duration_s,
        )
