"""What is heard: the present song, those fading out beneath it, pause and volume. No clock."""

from __future__ import annotations

from collections import deque
from copy import copy
from typing import NamedTuple

import numpy as np

from edge.player.fades import Ramp, decibels, loudness
from edge.player.limiter import Limiter
from edge.player.voice import Source, Voice
from edge.ports import Samples

_PAUSE_S = 0.06
"""Short enough to feel immediate, long enough not to click."""
_SOFT_S = 0.02
_VOLUME_S = 0.08
_LEAVING = 3
"""More songs than these fading out at once means that somebody plays with the buttons."""
_MOMENTS = 16
"""Blocks that can be taken back: more than the ring holds."""


class _Moment(NamedTuple):
    """All that moves while a block is mixed, as it was before, and what the block gave."""

    voices: tuple[tuple[Voice, Ramp, Ramp, int], ...]
    gate: Ramp
    volume: Ramp
    limiter: Limiter
    given: int


class Mixer:
    """Mixes on demand; everything it is told takes effect with the next block.

    What was mixed since it was told something last can be taken back, sample by sample.
    """

    def __init__(self, rate: int, level: int = 0) -> None:
        self._rate = rate
        self._present: Voice | None = None
        self._leaving: list[Voice] = []
        self._gate = Ramp(1.0)
        self._volume = Ramp(loudness(level))
        self._limiter = Limiter(rate)
        self._moments: deque[_Moment] = deque(maxlen=_MOMENTS)
        self.paused = False

    # --- what is asked of it -------------------------------------------------------------------

    def play(
        self, source: Source, *, gain_db: float = 0.0, fade_s: float = 0.0, start_s: float = 0.0
    ) -> None:
        """Play this from now on, over whatever sounds; a paused song does not come back."""
        self._open_gate()
        voice = Voice(source, decibels(gain_db), start_s)
        over_something = self._leave(max(fade_s, _SOFT_S))
        if over_something or start_s > 0.0:  # the very first sample of a song needs no fade
            voice.fade = Ramp(0.0)
            voice.fade.to(1.0, self._length(max(fade_s, _SOFT_S) if over_something else _SOFT_S))
        self._present = voice

    def pause(self, fade_s: float = 0.0, *, at_once: bool = False) -> None:
        """Fade out, then hold the song; asked again, with the new fade from where it is."""
        self._moments.clear()
        self.paused = True
        self._gate.to(0.0, 0 if at_once else self._length(max(fade_s, _PAUSE_S)))

    def resume(self, fade_s: float = 0.0) -> None:
        """Go on; in the middle of a pause's fade, come back up from there."""
        self._moments.clear()
        self.paused = False
        self._gate.to(1.0, self._length(max(fade_s, _PAUSE_S)))

    def stop(self, fade_s: float) -> None:
        """Fade out and forget."""
        self._open_gate()
        self._leave(max(fade_s, _SOFT_S))

    def set_volume(self, level: int) -> None:
        self._moments.clear()
        self._volume.to(loudness(level), self._length(_VOLUME_S) if self.sounding() else 0)

    def glide(self, gain_db: float, seconds: float) -> None:
        """Bring the present song to another gain, slowly."""
        self._moments.clear()
        if self._present is not None:
            self._present.gain.to(decibels(gain_db), self._length(seconds))

    def go_over(self, frames: int) -> None:
        """The present source has gone over to its next song, and given so much of it."""
        self._moments.clear()
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
            before = self._moment()
            samples = self._limiter.pass_on(self._summed(due))
            self._moments.append(before._replace(given=len(samples)))
            self._let_go()
            if len(samples):
                return samples
        self._moments.clear()
        return self._limiter.flush()

    def _summed(self, frames: int) -> Samples:
        mixed: Samples = np.zeros((frames, 2), np.float32)
        for voice in self._voices():
            voice.add_to(mixed)
        mixed *= self._volume.take(frames) * self._gate.take(frames)
        return mixed

    def _let_go(self) -> None:
        shut = self.paused and not self._gate.remaining
        for voice in [one for one in self._leaving if shut or one.gone()]:
            voice.source.close()
            self._leaving.remove(voice)
            self._moments.clear()

    def _voices(self) -> list[Voice]:
        return [*self._leaving, *([self._present] if self._present else [])]

    def _due(self, frames: int) -> int:
        if self.paused:  # nothing of the song may pass behind the closed gate
            frames = min(frames, self._gate.remaining)
        if self._present is not None and not self._present.source.over():
            frames = min(frames, self._present.source.available())
        return frames

    # --- taking back ---------------------------------------------------------------------------

    def take_back(self, frames: int) -> int:
        """What was mixed last shall not be heard: be again where it began; how many frames of it.

        Fewer than asked for where something was told, or a song has gone, since then.
        """
        moment, taken = None, 0
        while self._moments and taken < frames:
            moment = self._moments.pop()
            taken += moment.given
        if moment is None or not self._return_to(moment):
            self._moments.clear()
            return 0
        again = taken - frames  # the rest of its block is not to be taken back
        while again > 0 and (samples := len(self.mix(again))):
            again -= samples
        return min(taken, frames)

    def _moment(self) -> _Moment:
        voices = tuple(
            (voice, copy(voice.fade), copy(voice.gain), voice.frames) for voice in self._voices()
        )
        return _Moment(voices, copy(self._gate), copy(self._volume), copy(self._limiter), 0)

    def _return_to(self, moment: _Moment) -> bool:
        """False where a song cannot give its samples once more; then nothing has changed."""
        unread: list[tuple[Voice, int]] = []
        for voice, _, _, frames in moment.voices:
            if not voice.source.unread(voice.frames - frames):
                for other, count in unread:
                    other.source.read(count)
                return False
            unread.append((voice, voice.frames - frames))
        for voice, fade, gain, frames in moment.voices:
            voice.fade, voice.gain, voice.frames = fade, gain, frames
        self._gate, self._volume, self._limiter = moment.gate, moment.volume, moment.limiter
        return True

    def close(self) -> None:
        for voice in self._voices():
            voice.source.close()
        self._leaving.clear()
        self._moments.clear()
        self._present = None

    def _leave(self, fade_s: float) -> bool:
        """The present song goes; True where something is still heard."""
        self._moments.clear()
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
            for voice in self._voices():
                target, remaining = voice.fade.target, voice.fade.remaining
                voice.fade.to(voice.fade.value * self._gate.value, 0)
                if remaining:
                    voice.fade.to(target, remaining)
        else:
            self.close()
        self._gate.to(1.0, 0)

    def _length(self, seconds: float) -> int:
        return max(1, round(seconds * self._rate))
