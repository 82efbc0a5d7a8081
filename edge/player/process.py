"""player's loop: takes what box asks, keeps the ring full, and tells what is heard."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

from edge.messages import Message, Pause, Played, Stop, ToPlayer, Volume
from edge.player.decoder import warm_up
from edge.player.ring import Ring
from edge.player.sound import Devices, Sound
from edge.player.speaker import CHUNK, RATE
from edge.player.turntable import Turntable

AHEAD = 6 * CHUNK
"""Frames kept in the ring: so long this loop may be held up. With half of it a busy thread in this
process, at load 6 on two cores, made 11 gaps in a minute."""
_BLOCK = 2048
_SPARED = 256
"""So many frames stay in the ring besides the piece that the loudspeaker may be taking just now:
what comes in their stead is mixed before it takes the next."""
_TURN_S = 0.03
_HASTY_TURN_S = 0.01
"""While a song that was asked for is about to begin, should its deck not wake us."""
_IDLE_TURN_S = 0.05
_TELL_S = 1.0
_MOVED_S = 0.5
"""A song that went on so far while it faded into its pause is told again where it is held."""
_LAST_FADE_S = 0.3
_LAST_S = 0.8
_INBOX = 256
_NICENESS = -10
"""Music before everything else: at 0 a load of 7 on two cores made gaps."""
_SWITCH_S = 0.0005
"""So long a busy thread keeps the interpreter from those that feed the loudspeaker."""
_log = logging.getLogger("moodbox")


def hurry() -> None:
    """Put this process before others, where the machine's owner lets us. Threads inherit it, and
    every one of them counts: a decoder that is set aside may hold the interpreter's lock."""
    sys.setswitchinterval(_SWITCH_S)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)


class PlayerLoop:
    """Plays what `handle` is given. `send` goes to box, or into the void while box is away."""

    def __init__(
        self,
        devices: Devices | None,
        send: Callable[[Message], None],
        pulse: Callable[[], None] = lambda: None,
        sound_pulse: Callable[[], None] = lambda: None,
    ) -> None:
        """The pulses are called by this loop and by the thread that keeps the loudspeaker."""
        self._send = send
        self._pulse = pulse
        self._ring = Ring(AHEAD, kept=RATE // 2)
        self._sound = Sound(self._ring.fill, devices, send, sound_pulse, self._take_back)
        self._table = Turntable(RATE, self._wake)
        self._inbox: queue.Queue[ToPlayer | None] = queue.Queue(_INBOX)
        self._levels: deque[Volume] = deque(maxlen=1)
        self._asked = threading.Event()
        self._told: Played | None = None
        self._begun = 0

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
        if isinstance(message, Volume):  # only the newest counts: a slider pushes nothing out
            waiting = bool(self._levels)
            self._levels.append(message)
            if not waiting:
                self._wake()
            return
        while True:
            try:
                self._inbox.put_nowait(message)
            except queue.Full:
                _log.warning("player does not keep up: a message was dropped")
                with contextlib.suppress(queue.Empty):
                    self._inbox.get_nowait()
            else:
                return

    def _wake(self) -> None:
        with contextlib.suppress(queue.Full):  # then it is awake
            self._inbox.put_nowait(None)

    def report(self) -> None:
        """Tell everything anew, soon: the link has just been made."""
        self._asked.set()

    # --- the loop ------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; then fade out."""
        try:
            while not stop.is_set():
                wait_s = _TURN_S if self._busy() else _IDLE_TURN_S
                self._turn(_HASTY_TURN_S if self._table.coming() else wait_s)
            self._table.obey(Stop(fade_s=_LAST_FADE_S))
            end = time.monotonic() + _LAST_S
            while self._busy() and not self._sound.held and time.monotonic() < end:
                self._fill()
                time.sleep(_TURN_S)  # `stop` is set, so its wait would not wait
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the loudspeaker and the files; `run` does it at its end."""
        self._sound.close()
        self._table.close()

    def _turn(self, wait_s: float) -> None:
        with contextlib.suppress(queue.Empty):
            first = self._inbox.get(timeout=wait_s)
            self._obey_level()
            self._obey(first)
            while True:
                self._obey(self._inbox.get_nowait())
        self._obey_level()
        now = time.monotonic()
        ended = self._table.begin(now, self._make_haste)
        self._fill()
        for one in (*ended, *self._table.finish(now)):
            self._send(one)
        self._table.adjust()
        self._tell()
        self._pulse()

    def _obey_level(self) -> None:
        with contextlib.suppress(IndexError):
            self._obey(self._levels.popleft())

    def _obey(self, message: ToPlayer | None) -> None:
        if message is None:  # no more than a nudge
            return
        if isinstance(message, Pause | Stop | Volume) and self._table.sounding():
            self._make_haste()
        self._table.obey(message)

    def _make_haste(self) -> None:
        """What waits in the ring need not be heard before what somebody asked for."""
        spare = self._ring.spare(self._sound.chunk + _SPARED)
        if spare and not self._sound.held:
            self._ring.drop(self._table.take_back(spare))

    def _take_back(self, seconds: float) -> None:
        self._ring.take_back(round(seconds * RATE))

    def _busy(self) -> bool:
        return self._table.coming() or self._table.sounding() or self._ring.waiting() > 0

    def _fill(self) -> None:
        while self._ring.room() >= _BLOCK:
            samples = self._table.mix(_BLOCK)
            if not len(samples):
                break
            self._ring.write(samples)
        begun = self._ring.expected or self._ring.waiting() > 0
        self._ring.expected = begun and self._table.sounding()

    # --- what it tells -------------------------------------------------------------------------

    def _tell(self) -> None:
        asked, told = self._asked.is_set(), self._told
        delay_s = self._ring.waiting() / RATE + self._sound.delay_s
        now = self._table.played(time.monotonic(), delay_s, held=self._sound.held)
        changed = told is None or (now.state, now.track_id, now.held) != (
            told.state,
            told.track_id,
            told.held,
        )
        begun, self._begun = self._table.begun > self._begun, self._table.begun
        due = told is not None and now.state == "playing" and now.at - told.at >= _TELL_S
        held = now.state == "paused" and not self._busy()
        moved = held and told is not None and abs(now.position_s - told.position_s) > _MOVED_S
        if asked:
            self._asked.clear()
            if self._sound.part is not None:
                self._send(self._sound.part)
        if asked or changed or begun or due or moved:
            self._told = now
            self._send(now)
