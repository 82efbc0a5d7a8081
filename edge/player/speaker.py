"""The loudspeaker: pygame's sound card callback, or the same pace in silence.

pygame's `mixer` opens the device and calls us after its own (empty) mix. `_sdl2.AudioDevice`
would do as well, but it takes no default device: it wants a name from SDL's list, so that neither
ALSA's `AUDIODEV` nor a sink that the listener moves elsewhere would be followed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from edge.errors import AudioError
from edge.ports import Samples

RATE = 48_000
CHUNK = 2048
"""Frames the card takes at once."""
_CHUNK_OF_PULSE = 512
_DELAY_OF_PULSE_S = 0.09
"""SDL asks PulseAudio to hold one chunk only, and on a busy machine (load 7 on two cores) that
made 30 gaps in 16 s with 2048 frames, 4 with 4096; with this much held there, none. More is heard
as delay: 0.1 s in chunks of 1024 took 135 ms from a wish to its first sample over another song,
this takes 120, and at load 15 as little is lost of either. A real-time priority for the two
threads that feed the card made it no better there, so there is none."""
_STALLED_S = 0.2
_DEAD_S = 5.0
_NOT_OPEN = 0
"""What SDL calls a removed device that nobody had open."""

Fill = Callable[[Samples], None]
"""Writes the next frames into what it is given; called by the card's thread, must not wait."""


class _Hook:
    """SDL's one callback: hooked in once and never off again.

    Unhooking waits for SDL's lock with the interpreter's in hand, and the callback holds the two
    the other way round: beside a busy thread every few ends of a player hung for ever.
    """

    def __init__(self) -> None:
        self.speaker: PygameSpeaker | None = None
        """Who is asked for samples; without one there is silence."""
        self._hooked = False

    def take(self, mixer: Any, speaker: PygameSpeaker) -> None:
        self.speaker = speaker
        if not self._hooked:
            self._hooked = True
            mixer.set_post_mix(self._call)

    def leave(self, speaker: PygameSpeaker) -> None:
        if self.speaker is speaker:
            self.speaker = None

    def _call(self, _mixer: object, buffer: Any) -> None:
        speaker = self.speaker
        if speaker is not None:
            speaker.give(buffer)


_HOOK = _Hook()


class PygameSpeaker:
    """The device of one SDL driver. One at a time in a process; open and close in one thread."""

    def __init__(self, fill: Fill, driver: str, device: str = "") -> None:
        self.driver = driver
        self.rate = RATE
        pulse = driver == "pulseaudio"
        self.delay_s = _DELAY_OF_PULSE_S if pulse else 2 * CHUNK / RATE
        self.chunk = _CHUNK_OF_PULSE if pulse else CHUNK
        self._fill = fill
        self._lost = False
        self._returned = False
        self._open = True
        self._called = time.monotonic()
        settings = {
            "PYGAME_HIDE_SUPPORT_PROMPT": "1",
            "SDL_AUDIODRIVER": driver,
            "SDL_VIDEODRIVER": "dummy",  # without a video driver there are no events
            "SDL_NO_SIGNAL_HANDLERS": "1",
            "PULSE_LATENCY_MSEC": str(round(_DELAY_OF_PULSE_S * 1000)),
            **_chosen(driver, device),
        }
        with _environment(settings):
            import pygame
            import pygame._sdl2.mixer

            # At exit pygame would close the device once more; where our own closing is not through
            # yet (a server that does not take samples), both would wait for ever.
            atexit.unregister(pygame.quit)
            self._pygame: Any = pygame
            self._mixer: Any = pygame._sdl2.mixer
            try:
                pygame.display.init()
                pygame.mixer.init(RATE, 32, 2, self.chunk, None, 0)
            except pygame.error as error:
                raise AudioError(f"{driver}: {error}") from error

    def start(self) -> None:
        self._called = time.monotonic()
        _HOOK.take(self._mixer, self)

    def mute(self) -> None:
        """Take no more samples, but stay open and watch for the device's return."""
        _HOOK.leave(self)

    def alive(self) -> bool:
        self._look()
        if time.monotonic() - self._called > _DEAD_S:
            self._lost = True
        return self._open and not self._lost

    def stalled(self) -> bool:
        """No sample was asked for in the last moment: it is suspended, or about to be lost."""
        return time.monotonic() - self._called > _STALLED_S

    def returned(self) -> bool:
        """A device appeared since it was lost, maybe the same one."""
        if self._open:
            self._look()
        return self._returned

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        _HOOK.leave(self)
        self._pygame.mixer.quit()

    def _look(self) -> None:
        kinds = (self._pygame.AUDIODEVICEREMOVED, self._pygame.AUDIODEVICEADDED)
        for event in self._pygame.event.get(kinds):
            if event.iscapture:
                continue
            if event.type == self._pygame.AUDIODEVICEADDED:
                self._returned = self._lost
            elif event.which != _NOT_OPEN:
                self._lost = True
        self._pygame.event.clear()

    def give(self, buffer: Any) -> None:
        """Called by the card's thread."""
        try:
            self._called = time.monotonic()
            self._fill(np.frombuffer(memoryview(buffer), np.float32).reshape(-1, 2))
        except Exception:  # noqa: BLE001 - a thread of SDL's begins here; it would print, not raise
            self._lost = True


class SilentSpeaker:
    """Takes samples at the pace of real time and makes no sound."""

    def __init__(self, fill: Fill) -> None:
        self.driver = "none"
        self.rate = RATE
        self.delay_s = 0.0
        self._fill = fill
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="silence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def alive(self) -> bool:
        return not self._stop.is_set()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _run(self) -> None:
        block: Samples = np.zeros((CHUNK, 2), np.float32)
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self._fill(block)
            # After a long stall (suspend to RAM) go on from now instead of racing.
            due = max(due + CHUNK / RATE, time.monotonic() - 1.0)


def _chosen(driver: str, device: str) -> Mapping[str, str]:
    """How each driver wants to be told the device."""
    names = {"pulseaudio": "PULSE_SINK", "alsa": "AUDIODEV", "disk": "SDL_DISKAUDIOFILE"}
    return {names[driver]: device} if device and driver in names else {}


@contextlib.contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """SDL takes its settings from the environment, once, while it opens."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
