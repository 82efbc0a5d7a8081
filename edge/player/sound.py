"""Keeps a loudspeaker open for the player, holds the song while it is away; no word twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from edge.errors import AudioError
from edge.messages import Part
from edge.player.speaker import CHUNK, Fill, SilentSpeaker

_LOOK_S = 0.05
_UNHEARD_S = 0.1
"""A lost device takes samples for about so long before that is noticed."""
_FIRST_PAUSE_S = 0.8
_LONGEST_PAUSE_S = 30.0
_SOON_S = 15.0
"""A plug that slipped out is back by then; until then the pauses do not grow."""
PART = "audio"


class Real(Protocol):
    """A loudspeaker that can be lost, and tells of its return while it is muted."""

    driver: str
    delay_s: float
    chunk: int
    """Frames that it takes at once."""

    def start(self) -> None: ...
    def alive(self) -> bool: ...
    def stalled(self) -> bool:
        """It has taken nothing for a moment."""
        ...

    def mute(self) -> None: ...
    def returned(self) -> bool: ...
    def close(self) -> None: ...


class Devices(Protocol):
    """Where loudspeakers come from."""

    def any(self) -> bool:
        """Whether this machine has anything that sound could come from, well or not."""
        ...

    def find(self) -> str:
        """The driver to open; AudioError with one sentence where there is none."""
        ...

    def open(self, fill: Fill, driver: str) -> Real: ...

    def signs(self) -> object:
        """Changes when something was plugged in or out; cheap enough for ten times a second."""
        ...


class Sound:
    """A thread that opens, watches and opens again. SDL is touched in this thread only."""

    def __init__(
        self,
        fill: Fill,
        devices: Devices | None,
        tell: Callable[[Part], None],
        pulse: Callable[[], None] = lambda: None,
        take_back: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        """Without devices it is silent on purpose, and that is no fault.

        `take_back` is told for how many seconds nobody heard what was taken, once it is lost.
        """
        self._fill = fill
        self._devices = devices
        self._tell = tell
        self._pulse = pulse
        self._take_back = take_back
        self._had_one = False
        self._silence: SilentSpeaker | None = None
        self._real: Real | None = None
        self._lost: Real | None = None
        self._stop = threading.Event()
        self._tried = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self.part: Part | None = None
        """How it stands; None before the first attempt."""

    @property
    def driver(self) -> str | None:
        """What carries the sound now; None while silent."""
        real = self._real
        return None if real is None else real.driver

    @property
    def delay_s(self) -> float:
        real = self._real
        return 0.0 if real is None else real.delay_s

    @property
    def chunk(self) -> int:
        real = self._real
        return CHUNK if real is None else real.chunk

    @property
    def held(self) -> bool:
        """Nothing is heard now, and the song waits for its loudspeaker."""
        real = self._real
        if real is not None:
            return real.stalled()
        return self._tried.is_set() and self._silence is None

    def start(self) -> None:
        self._thread.start()

    def wait(self, within_s: float) -> None:
        """Until the first attempt is over, whatever came of it."""
        self._tried.wait(within_s)

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _run(self) -> None:
        try:
            if self._devices is None:
                self._be_silent("Silent, as configured.", ok=True)
                self._tried.set()
                self._stop.wait()
            else:
                self._keep(self._devices)
        finally:
            for speaker in (self._real, self._lost, self._silence):
                if speaker is not None:
                    speaker.close()
            self._real = None

    def _keep(self, devices: Devices) -> None:
        while not self._stop.is_set():
            self._pulse()
            if self._real is None:
                self._search(devices)
            elif not self._real.alive():
                self._lost, self._real = self._real, None
                self._lost.mute()
                self._take_back(self._lost.delay_s + _UNHEARD_S)
                self._do_without(devices, "The loudspeaker was lost.")
            else:
                self._stop.wait(_LOOK_S)

    def _search(self, devices: Devices) -> None:
        """Try at once, often at first, then ever less, and whenever something was plugged in."""
        pause_s, began = _FIRST_PAUSE_S, time.monotonic()
        while not self._stop.is_set():
            before = devices.signs()
            try:
                self._open(devices)
            except AudioError as error:
                self._do_without(devices, str(error))
            finally:
                self._tried.set()
            if self._real is not None:
                return
            again_at = time.monotonic() + pause_s
            if time.monotonic() - began > _SOON_S:
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            while time.monotonic() < again_at and not self._stop.wait(_LOOK_S):
                self._pulse()
                returned = self._lost is not None and self._lost.returned()
                if returned or devices.signs() != before:
                    pause_s = _FIRST_PAUSE_S
                    break

    def _open(self, devices: Devices) -> None:
        driver = devices.find()
        if self._lost is not None:  # kept open until now: it is what hears of a device's return
            self._lost.close()
            self._lost = None
        real = devices.open(self._fill, driver)
        if self._silence is not None:
            self._silence.close()
            self._silence = None
        real.start()
        self._real, self._had_one = real, True
        self._say(
            Part(part=PART, ok=True, message=f"The sound goes out through {driver}.", kind=driver)
        )

    def _do_without(self, devices: Devices, why: str) -> None:
        """Where there is one to come back to the song waits; without any, time passes."""
        if self._had_one or devices.any():
            self._say(Part(part=PART, ok=False, message=f"{why} The music waits for it."))
        else:
            self._be_silent(f"{why} The music goes on silently.", ok=False)

    def _be_silent(self, why: str, *, ok: bool) -> None:
        if self._silence is None:
            self._silence = SilentSpeaker(self._fill)
            self._silence.start()
        self._say(Part(part=PART, ok=ok, message=why))

    def _say(self, part: Part) -> None:
        known, self.part = self.part, part
        if known is None or known.ok != part.ok:
            self._tell(part)
