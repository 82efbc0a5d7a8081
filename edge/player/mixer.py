"""What is heard: the present song, those fading out beneath it, pause and volume. No clock."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from edge.player.fades import Ramp, decibels, loudness
from edge.player.limiter import Limiter
from edge.ports import Samples

_PAUSE_S = 0.06
"""Short enough to feel immediate, long enough not to click."""
_SOFT_S = 0.02
_VOLUME_S = 0.08
_LEAVING = 3
"""More songs than these fading out at once means that somebody plays with the buttons."""


class Source(Protocol):
    """A song that gives its samples when asked."""

    def available(self) -> int: ...
    def over(self) -> bool: ...
    def read(self, frames: int) -> Samples: ...
    def unread(self, frames: int) -> bool: ...
    def close(self) -> None: ...


class _Voice:
    """One song with its own gain."""

    def __init__(self, source: Source, gain: float, start_s: float) -> None:
        self.source = source
        self.gain = Ramp(gain)
        self.start_s = start_s
        self.fade = Ramp(1.0)
        self.frames = 0
        """Mixed so far."""

    def add_to(self, mix: Samples) -> None:
        samples = self.source.read(len(mix))
        self.frames += len(samples)
        gains = self.fade.take(len(mix)) * self.gain.take(len(mix))
        if isinstance(gains, np.ndarray):
            gains = gains[: len(samples)]
        mix[: len(samples)] += samples * gains

    def gone(self) -> bool:
        return self.source.over() or (self.fade.value == 0.0 and not self.fade.remaining)


class Mixer:
    """Mixes on demand; everything it is told takes effect with the next block."""

    def __init__(self, rate: int, level: int = 0) -> None:
        self._rate = rate
        self._present: _Voice | None = None
        self._leaving: list[_Voice] = []
        self._gate = Ramp(1.0)
        self._volume = Ramp(loudness(level))
        self._limiter = Limiter(rate)
        self.paused = False

    # --- what is asked of it -------------------------------------------------------------------

    def play(
        self, source: Source, *, gain_db: float = 0.0, fade_s: float = 0.0, start_s: float = 0.0
    ) -> None:
        """Play this from now on, over whatever sounds; a paused song does not come back."""
        self._open_gate()
        voice = _Voice(source, decibels(gain_db), start_s)
        over_something = self._leave(max(fade_s, _SOFT_S))
        if over_something or start_s > 0.0:  # the very first sample of a song needs no fade
            voice.fade = Ramp(0.0)
            voice.fade.to(1.0, self._length(max(fade_s, _SOFT_S) if over_something else _SOFT_S))
        self._present = voice

    def pause(self, fade_s: float = 0.0, *, at_once: bool = False) -> None:
        """Fade out, then hold the song; asked again, with the new fade from where it is."""
        self.paused = True
        self._gate.to(0.0, 0 if at_once else self._length(max(fade_s, _PAUSE_S)))

    def resume(self, fade_s: float = 0.0) -> None:
        """Go on; in the middle of a pause's fade, come back up from there."""
        self.paused = False
        self._gate.to(1.0, self._length(max(fade_s, _PAUSE_S)))

    def stop(self, fade_s: float) -> None:
        """Fade out and forget."""
        self._open_gate()
        self._leave(max(fade_s, _SOFT_S))

    def set_volume(self, level: int) -> None:
        self._volume.to(loudness(level), self._length(_VOLUME_S) if self.sounding() else 0)

    def glide(self, gain_db: float, seconds: float) -> None:
        """Bring the present song to another gain, slowly."""
        if self._present is not None:
            self._present.gain.to(decibels(gain_db), self._length(seconds))

    def go_over(self, frames: int) -> None:
        """The present source has gone over to its next song, and given so much of it."""
        if self._present is not None:
            self._present.start_s, self._present.frames = 0.0, frames

    # --- what it tells -------------------------------------------------------------------------

    def sounding(self) -> bool:
        """There is something to mix now."""
        closed = self.paused and not self._gate.remaining
        present = self._present is not None and not self._present.source.over()
        return not closed and (present or bool(self._leaving))

    def position_s(self) -> float:
        """Second of the present song up to which it was mixed."""
        voice = self._present
        if voice is None:
            return 0.0
        given = max(0, voice.frames - self._limiter.held)
        return voice.start_s + given / self._rate

    def start_s(self) -> float:
        """Second at which the present song was begun."""
        return 0.0 if self._present is None else self._present.start_s

    def finished(self) -> bool:
        """The present song was mixed to its very end."""
        return self._present is not None and self._present.source.over()

    # --- mixing --------------------------------------------------------------------------------

    def mix(self, frames: int) -> Samples:
        """The next frames, at most so many; fewer at a song's end or where decoding is late."""
        while frames and self.sounding() and (due := self._due(frames)):
            samples = self._limiter.pass_on(self._summed(due))
            if len(samples):
                return samples
        return self._limiter.flush()

    def _summed(self, frames: int) -> Samples:
        mixed: Samples = np.zeros((frames, 2), np.float32)
        voices = [*self._leaving, *([self._present] if self._present else [])]
        for voice in voices:
            voice.add_to(mixed)
        mixed *= self._volume.take(frames) * self._gate.take(frames)
        shut = self.paused and not self._gate.remaining
        for voice in [one for one in self._leaving if shut or one.gone()]:
            voice.source.close()
            self._leaving.remove(voice)
        return mixed

    def _due(self, frames: int) -> int:
        if self.paused:  # nothing of the song may pass behind the closed gate
            frames = min(frames, self._gate.remaining)
        if self._present is not None and not self._present.source.over():
            frames = min(frames, self._present.source.available())
        return frames

    def take_back(self, frames: int) -> bool:
        """What was mixed last shall not be heard: be again where it began. Only in a calm moment,
        with one song and no gain on its way; False where that is not so."""
        voice, whole = self._present, frames + self._limiter.held
        if voice is None or self._leaving or self.paused or voice.frames < whole:
            return False
        moving = (voice.fade, voice.gain, self._gate, self._volume)
        if any(ramp.remaining for ramp in moving) or not self._limiter.idle:
            return False
        if not voice.source.unread(whole):
            return False
        voice.frames -= whole
        self._limiter = Limiter(self._rate)
        return True

    def close(self) -> None:
        for voice in [*self._leaving, *([self._present] if self._present else [])]:
            voice.source.close()
        self._leaving.clear()
        self._present = None

    def _leave(self, fade_s: float) -> bool:
        """The present song goes; True where something is still heard."""
        voice, self._present = self._present, None
        if voice is not None:
            if voice.gone():
                voice.source.close()
            else:
                voice.fade.to(0.0, self._length(fade_s))
                self._leaving.append(voice)
        for surplus in self._leaving[:-_LEAVING]:
            if surplus.fade.remaining > self._length(_SOFT_S):
                surplus.fade.to(0.0, self._length(_SOFT_S))
        return bool(self._leaving)

    def _open_gate(self) -> None:
        """End a pause without letting the paused song be heard again."""
        if not self.paused:
            return
        self.paused = False
        if self._gate.remaining:  # still closing: each song takes the gate's gain as its own
            for voice in [*self._leaving, *([self._present] if self._present else [])]:
                target, remaining = voice.fade.target, voice.fade.remaining
                voice.fade.to(voice.fade.value * self._gate.value, 0)
                if remaining:
                    voice.fade.to(target, remaining)
        else:
            self.close()
        self._gate.to(1.0, 0)

    def _length(self, seconds: float) -> int:
        return max(1, round(seconds * self._rate))
