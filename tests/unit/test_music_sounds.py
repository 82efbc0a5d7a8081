"""Every voice in tune and without a click, every drum, and the loudness they are brought to."""

from __future__ import annotations

import numpy as np
import pytest

from music.drums import DRUMS
from music.loudness import integrated, limited, mastered
from music.mixdown import reverberated
from music.sound import RATE, Samples, hertz, quick
from music.voices import VOICES

SOUR = {"warped lead", "cold bell", "cold pad", "bassoon", "tuba"}
"""Voices that slide, or are out of tune on purpose."""


def sine(frequency: float, seconds: float, amplitude: float) -> Samples:
    at = np.arange(int(seconds * RATE)) / RATE
    one = amplitude * np.sin(2 * np.pi * frequency * at)
    return np.stack([one, one]).astype(np.float32)


@pytest.mark.parametrize("name", sorted(VOICES))
def test_a_voice_is_in_tune_and_ends_in_silence(name: str) -> None:
    for pitch in (45, 69):
        sound = VOICES[name](hertz(pitch), 0.8, 0.8, np.random.default_rng(1))
        assert np.isfinite(sound).all()
        assert 0.5 < np.abs(sound).max() < 1.6
        assert np.abs(sound[..., -1]).max() < 0.01
        if name in SOUR:
            continue
        mono = np.atleast_2d(sound).sum(axis=0)
        spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), 1 << 18))
        fundamental = np.fft.rfftfreq(1 << 18, 1 / RATE)
        near = np.abs(12 * np.log2(np.maximum(fundamental, 1) / hertz(pitch))) < 0.8
        found = fundamental[near][spectrum[near].argmax()]
        assert abs(1200 * np.log2(found / hertz(pitch))) < 14


@pytest.mark.parametrize("name", sorted(DRUMS))
def test_a_drum_is_struck(name: str) -> None:
    sound = DRUMS[name](0.5, 0.8, np.random.default_rng(1))
    assert np.isfinite(sound).all()
    assert 0.5 < np.abs(sound).max() <= 1.6
    assert abs(float(sound[-1])) < 0.02


def test_a_full_sine_on_both_sides_has_the_loudness_that_the_standard_says() -> None:
    assert integrated(sine(997, 3, 1.0)) == pytest.approx(0.0, abs=0.1)
    assert integrated(sine(997, 3, 0.1)) == pytest.approx(-20.0, abs=0.1)
    assert integrated(sine(60, 3, 1.0)) < -2, "low notes count for less"
    assert integrated(np.zeros((2, RATE), dtype=np.float32)) == -70


def test_silence_between_is_not_counted() -> None:
    tone = sine(997, 3, 0.1)
    broken = np.concatenate([tone, np.zeros((2, 5 * RATE), dtype=np.float32)], axis=1)
    assert integrated(broken) == pytest.approx(integrated(tone), abs=0.6)


def test_no_sample_passes_the_limiter_above_the_ceiling() -> None:
    chance = np.random.default_rng(3)
    wild = chance.standard_normal((2, RATE)).astype(np.float32)
    wild[:, 20_000:20_010] *= 20
    assert np.abs(limited(wild, 0.7)).max() <= 0.7 + 1e-6


def test_mastering_meets_its_loudness() -> None:
    quiet = sine(330, 4, 0.01) * (1 + sine(1, 4, 0.8))
    loud = mastered(quiet, -16, -2)
    assert integrated(loud) == pytest.approx(-16, abs=0.2)
    assert np.abs(loud).max() <= 10 ** (-2 / 20) + 1e-6


def test_a_room_answers_after_the_sound_and_falls_silent() -> None:
    click = np.zeros((2, 4 * RATE), dtype=np.float32)
    click[:, 1000] = 1
    answer = reverberated(click, 1.5, 7)
    assert np.abs(answer[:, :1000]).max() < 1e-6
    early = np.square(answer[:, 2000:RATE]).sum()
    late = np.square(answer[:, 2 * RATE :]).sum()
    assert early > 1000 * late
    assert not np.allclose(answer[0], answer[1])


def test_lengths_for_the_fft_are_long_enough() -> None:
    assert all(count <= quick(count) <= count * 1.34 for count in range(60, 5000, 7))
