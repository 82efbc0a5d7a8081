"""What is heard in sounds whose tempo, key, loudness and brightness are known."""

from __future__ import annotations

import numpy as np
import pytest

from edge.library.features import features
from edge.library.sound import Pieces
from edge.ports import Samples

RATE = 22_050
MAJOR, MINOR = (0, 4, 7, 12), (0, 3, 7, 12)


def beat(tempo: float, seconds: float = 12.0, rate: int = RATE) -> Samples:
    """Two short strokes a beat, the first the stronger."""
    count = int(seconds * rate)
    time = np.arange(count) / rate
    phase = time % (30 / tempo)
    strong = np.where((time // (30 / tempo)) % 2 == 0, 1.0, 0.5)
    noise = np.random.default_rng(1).standard_normal(count)
    return stereo(0.3 * strong * noise * np.exp(-phase * 60))


def chords(tonic: int, shape: tuple[int, ...], seconds: float = 12.0) -> Samples:
    """Tonic, fourth, fifth and tonic again, with overtones."""
    degrees = (0, 5, 7, 0)
    time = np.arange(int(seconds / 4 * RATE)) / RATE
    parts = []
    for degree in degrees:
        tones = [
            np.sin(2 * np.pi * 440 * 2 ** ((tonic - 9 + degree + step) / 12) * over * time) / over
            for step in shape
            for over in (1, 2, 3)
        ]
        parts.append(np.sum(tones, axis=0) * np.exp(-time))
    return stereo(0.05 * np.concatenate(parts))


def stereo(mono: np.ndarray) -> Samples:
    return np.stack([mono, mono]).astype(np.float32)


def heard(sound: Samples, rate: int = RATE) -> Pieces:
    return Pieces(rate, (sound,), sound.shape[1] / rate)


@pytest.mark.parametrize("tempo", [72.0, 96.0, 121.0, 158.0])
def test_tempo(tempo: float) -> None:
    found = features(heard(beat(tempo)))
    assert found.tempo == pytest.approx(tempo, rel=0.04)
    assert found.pulse > 0.5
    assert found.onsets == pytest.approx(tempo / 30, rel=0.15)


def test_tempo_does_not_hang_on_the_rate() -> None:
    for rate in (8_000, 44_100, 48_000):
        found = features(heard(beat(100.0, rate=rate), rate))
        assert found.tempo == pytest.approx(100.0, rel=0.04)


@pytest.mark.parametrize("tonic", [0, 3, 6, 10])
def test_key_and_mode(tonic: int) -> None:
    major, minor = (features(heard(chords(tonic, shape))) for shape in (MAJOR, MINOR))
    assert (major.key, minor.key) == (tonic, tonic)
    assert major.major > 0.3
    assert minor.major < -0.3
    assert min(major.clarity, minor.clarity) > 0.6


def test_a_recording_out_of_tune_has_its_key_all_the_same() -> None:
    sound = chords(4, MAJOR)
    flat = sound[:, np.arange(0, sound.shape[1] - 1, 2 ** (-0.35 / 12)).astype(int)]
    found = features(heard(np.ascontiguousarray(flat)))
    assert found.key == 4
    assert found.major > 0


@pytest.mark.parametrize("level", [-40.0, -23.0, -6.0])
def test_loudness_of_a_tone(level: float) -> None:
    time = np.arange(10 * 48_000) / 48_000
    tone = 10 ** (level / 20) * np.sin(2 * np.pi * 1000 * time)
    found = features(heard(stereo(tone), 48_000))
    assert found.loudness == pytest.approx(level, abs=0.1)  # EBU Tech 3341, case 1
    assert found.peak_db == pytest.approx(level, abs=0.1)
    assert found.loudness_range < 0.5


def test_a_quiet_recording_has_as_many_onsets() -> None:
    sound = beat(100.0)
    loud, quiet = features(heard(sound)), features(heard(sound * np.float32(0.01)))
    assert quiet.onsets == pytest.approx(loud.onsets, rel=0.05)
    assert quiet.loudness == pytest.approx(loud.loudness - 40, abs=0.2)


def test_brightness() -> None:
    time = np.arange(5 * RATE) / RATE
    dull, bright = (stereo(0.3 * np.sin(2 * np.pi * f * time)) for f in (200, 4000))
    assert features(heard(dull)).brightness < 400
    assert features(heard(bright)).brightness > 3500


def test_silence_and_scraps_have_numbers_too() -> None:
    for sound in (np.zeros((2, 5 * RATE), np.float32), beat(100.0, 0.6)):
        found = features(heard(sound))
        values = [getattr(found, name) for name in found.__struct_fields__]
        assert np.isfinite(values).all()


def test_sides_that_cancel_out_are_still_heard() -> None:
    sound = beat(100.0)
    found = features(heard(np.stack([sound[0], -sound[1]])))
    assert np.isfinite(found.loudness)
