"""The mixer: fades, pauses and volume, measured on its samples."""

from __future__ import annotations

import numpy as np
import pytest

from edge.player.fades import Ramp, decibels, loudness
from edge.player.mixer import Mixer
from edge.ports import Samples

RATE = 1000
HELD = 4
"""Frames that the limiter looks ahead."""


class Tone:
    """A source of one constant value, so that every gain can be read off."""

    def __init__(self, value: float, frames: int, ready: int | None = None) -> None:
        self.value = value
        self.left = frames
        self.ready = ready
        """How many of them are decoded; None: all."""
        self.closed = False

    def available(self) -> int:
        return self.left if self.ready is None else min(self.ready, self.left)

    def over(self) -> bool:
        return self.left == 0

    def read(self, frames: int) -> Samples:
        count = min(frames, self.available())
        self.left -= count
        if self.ready is not None:
            self.ready -= count
        return np.full((count, 2), self.value, np.float32)

    def unread(self, frames: int) -> bool:
        self.left += frames
        return True

    def close(self) -> None:
        self.closed = True


def heard(mixer: Mixer, frames: int, block: int = 64) -> Samples:
    parts: list[Samples] = [np.zeros((0, 2), np.float32)]
    while frames:
        part = mixer.mix(min(block, frames))
        if not len(part):
            break
        frames -= len(part)
        parts.append(part)
    return np.concatenate(parts)


def mixer() -> Mixer:
    return Mixer(RATE, level=100)


def steps(samples: Samples) -> float:
    return float(np.abs(np.diff(samples[:, 0])).max())


def test_a_song_from_its_beginning_is_untouched_to_the_last_sample() -> None:
    one = mixer()
    one.play(Tone(0.5, 1000))
    assert np.array_equal(heard(one, 5000), np.full((1000, 2), 0.5, np.float32))
    assert one.finished()
    assert one.position_s() == 1.0


def test_a_crossfade_keeps_the_power_and_makes_no_step() -> None:
    one = mixer()
    left, right = Tone(0.5, 10_000), Tone(0.5, 10_000)
    one.play(left)
    heard(one, 500)
    one.play(right, fade_s=1.0)
    heard(one, HELD)
    gains_in = np.sin(np.arange(1, 1001) * np.pi / 2000)
    gains_out = np.cos(np.arange(1, 1001) * np.pi / 2000)
    during = heard(one, 1000)
    assert np.allclose(during[:, 0], 0.5 * (gains_in + gains_out), atol=1e-4)
    assert np.allclose(gains_in**2 + gains_out**2, 1.0)
    assert left.closed
    assert np.allclose(heard(one, 100), 0.5)


def test_a_third_song_during_a_crossfade_makes_no_step_either() -> None:
    one = mixer()
    one.play(Tone(0.3, 10_000))
    sound = [heard(one, 100)]
    for _ in range(3):
        one.play(Tone(0.3, 10_000), fade_s=0.5)
        sound.append(heard(one, 100))
    assert steps(np.concatenate(sound)) < 0.02


def test_a_pause_fades_out_holds_the_song_and_goes_on_where_it_was() -> None:
    one, song = mixer(), Tone(0.5, 10_000)
    one.play(song)
    before = heard(one, 300)
    one.pause()
    fading = heard(one, 1000)
    assert 20 <= len(fading) <= 100
    assert abs(fading[-1, 0]) < 1e-3
    assert steps(np.concatenate([before, fading])) < 0.03
    held = one.position_s()
    assert not one.sounding()
    assert len(heard(one, 100)) == 0
    assert one.position_s() == held
    one.resume()
    again = heard(one, 300)
    assert steps(np.concatenate([fading, again])) < 0.03
    assert again[-1, 0] == pytest.approx(0.5)
    assert one.position_s() == pytest.approx(held + 0.3)


def test_a_paused_song_is_not_heard_again_when_another_begins() -> None:
    one, old = mixer(), Tone(0.9, 10_000)
    one.play(old)
    heard(one, 100)
    one.pause()
    heard(one, 1000)
    one.play(Tone(0.1, 500), fade_s=0.2)
    assert np.allclose(heard(one, 500), 0.1)
    assert old.closed


def test_another_song_in_the_middle_of_a_pause_makes_no_step() -> None:
    one = mixer()
    one.play(Tone(0.5, 10_000))
    heard(one, 100)
    one.pause()
    fading = heard(one, 30)
    one.play(Tone(0.5, 10_000), fade_s=0.2)
    assert steps(np.concatenate([fading, heard(one, 300)])) < 0.06


def test_stop_fades_out_and_forgets() -> None:
    one, song = mixer(), Tone(0.5, 10_000)
    one.play(song)
    heard(one, 100)
    one.stop(0.2)
    fading = heard(one, 1000)
    assert steps(fading) < 0.01
    assert 200 <= len(fading) < 300
    assert song.closed
    assert not one.sounding()
    assert one.position_s() == 0.0


def test_late_decoding_holds_the_song_instead_of_cutting_it() -> None:
    one, song = mixer(), Tone(0.5, 1000, ready=100)
    one.play(song)
    assert len(heard(one, 400)) == 100
    assert not one.finished()
    song.ready = 1000
    assert len(heard(one, 4000)) == 900


def test_position_counts_from_where_the_song_was_begun() -> None:
    one = mixer()
    one.play(Tone(0.5, 1000), start_s=12.0)
    begun = heard(one, 500)
    assert begun[0, 0] < 0.1  # a start in the midst of a song is faded in
    assert one.position_s() == pytest.approx(12.5)


def test_volume_moves_without_a_step_and_gain_is_in_decibels() -> None:
    one = mixer()
    one.play(Tone(0.5, 10_000), gain_db=-6.0206)
    loud = heard(one, 200)
    one.set_volume(50)
    soft = heard(one, 400)
    assert loud[-1, 0] == pytest.approx(0.25, abs=1e-4)
    assert soft[-1, 0] == pytest.approx(0.25 * loudness(50), abs=1e-4)
    assert steps(np.concatenate([loud, soft])) < 0.01


def test_half_the_volume_sounds_half_as_loud() -> None:
    assert loudness(0) == 0.0
    assert loudness(100) == 1.0
    assert loudness(50) == pytest.approx(decibels(-10.0))
    assert loudness(25) == pytest.approx(decibels(-20.0))
    gains = [loudness(level) for level in range(101)]
    assert gains == sorted(gains)


def test_two_loud_songs_never_leave_the_range() -> None:
    one = mixer()
    one.play(Tone(1.0, 10_000))
    heard(one, 100)
    one.play(Tone(1.0, 10_000), fade_s=1.0, gain_db=12.0)
    assert float(np.abs(heard(one, 1500)).max()) <= 1.0


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_a_ramp_is_the_same_however_it_is_cut(block: int) -> None:
    ramp = Ramp(0.2)
    ramp.to(1.0, 100)
    ones = np.ones((300, 1), np.float32)
    gains = np.concatenate(
        [ones[at : at + block] * ramp.take(min(block, 300 - at)) for at in range(0, 300, block)]
    )
    whole = Ramp(0.2)
    whole.to(1.0, 100)
    assert np.allclose(gains, ones * whole.take(300))
    assert ramp.value == 1.0


class Ramps(Tone):
    """A source of which every sample is another."""

    def read(self, frames: int) -> Samples:
        at = self.left
        count = len(super().read(frames))
        values = self.value * (at - np.arange(count, dtype=np.float32)) / 10_000
        return np.repeat(values[:, np.newaxis], 2, axis=1)


def crossfade(into: float) -> Mixer:
    """Two loud songs over each other, so that both fades and the limiter are at work."""
    one = mixer()
    one.play(Ramps(0.9, 10_000))
    heard(one, 500)
    one.play(Ramps(0.9, 10_000), fade_s=0.5)
    heard(one, round(into * RATE))
    return one


@pytest.mark.parametrize("into", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("frames", [1, 64, 77])
def test_what_was_taken_back_is_mixed_the_same_once_more(into: float, frames: int) -> None:
    plain = heard(crossfade(into), 1000)
    one = crossfade(into)
    first = heard(one, 100)
    assert one.take_back(frames) == frames
    again = heard(one, 1000 - 100 + frames)
    assert np.array_equal(np.concatenate([first[: 100 - frames], again]), plain)


def test_what_was_mixed_can_be_taken_back_to_what_was_told_last() -> None:
    one, song = mixer(), Tone(0.5, 10_000)
    one.play(song)
    heard(one, 500)
    assert one.take_back(100) == 100
    assert one.position_s() == pytest.approx(0.4)
    assert song.left == 10_000 - 400 - HELD
    one.set_volume(50)
    heard(one, 30)
    assert one.take_back(100) == 30
    assert one.position_s() == pytest.approx(0.4)
    one.play(Tone(0.5, 10_000), start_s=1.0)
    heard(one, 10)
    assert one.take_back(5) == 5


def test_a_song_that_cannot_give_its_samples_again_is_left_where_it_is() -> None:
    class Once(Tone):
        def unread(self, frames: int) -> bool:
            return False

    one, first = mixer(), Tone(0.5, 10_000)
    one.play(first)
    one.play(Once(0.5, 10_000), fade_s=0.5)
    heard(one, 100)
    left, at = first.left, one.position_s()
    assert one.take_back(50) == 0
    assert (first.left, one.position_s()) == (left, at)
