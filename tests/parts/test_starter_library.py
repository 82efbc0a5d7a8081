"""The starter library as a listener gets it: decoded, measured, its tags read by others' code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from mutagen import File

from edge.library.tags import read_tags
from music.compose import HERE, compose, jobs_that_fit, place
from music.loudness import integrated
from music.pieces import PIECES
from music.score import Piece

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""Krumhansl's and Kessler's profiles: how well each tone fits a key."""

every_piece = pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.slug)


@pytest.fixture(scope="module")
def library() -> Path:
    """The library in its place; set-up has made it, or this does."""
    compose(HERE, jobs_that_fit())
    return HERE


def samples(path: Path) -> npt.NDArray[np.float32]:
    with av.open(path) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
        return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


@dataclass(frozen=True)
class Heard:
    """What can be measured in a piece without knowing how it was made."""

    seconds: float
    lufs: float
    peak: float
    onsets: float
    """A second."""
    brightness: float
    """Mean spectral centroid, Hz."""
    majorness: float
    """Best fit with a major key less best fit with a minor one."""
    clarity: float
    """Best fit with any key."""
    range_db: float
    """Between its loud and its quiet moments."""
    silence_s: float
    """The longest, before the last two seconds."""


@cache
def hear(path: Path) -> Heard:
    both = samples(path)
    mono = both.mean(axis=0)
    major, minor = _key_fits(mono)
    blocks = mono[: len(mono) // 2400 * 2400].reshape(-1, 2400)
    level = 20 * np.log10(np.sqrt(np.square(blocks).mean(axis=1)) + 1e-9)
    onsets, brightness = _attacks(mono)
    return Heard(
        seconds=len(mono) / 48_000,
        lufs=integrated(both),
        peak=float(np.abs(both).max()),
        onsets=onsets,
        brightness=brightness,
        majorness=major - minor,
        clarity=max(major, minor),
        range_db=float(np.percentile(level, 95) - np.percentile(level, 15)),
        silence_s=_longest(level[:-40] < -50) / 20,
    )


def _spectra(mono: npt.NDArray[np.float32], size: int, hop: int) -> npt.NDArray[np.float32]:
    windows = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop]
    return np.abs(np.fft.rfft(windows * np.hanning(size))).astype(np.float32)


def _attacks(mono: npt.NDArray[np.float32]) -> tuple[float, float]:
    spectra = _spectra(mono, 2048, 1024)
    frequency = np.fft.rfftfreq(2048, 1 / 48_000)
    heard = np.log1p(100 * spectra / np.percentile(spectra.max(axis=1), 95))
    flux = np.maximum(0, np.diff(heard, axis=0)).sum(axis=1)
    around = np.convolve(np.pad(flux, 10, "edge"), np.full(21, 1 / 21), "valid")
    middle = flux[1:-1]
    peaks = (middle > flux[:-2]) & (middle >= flux[2:])
    peaks &= middle > 1.4 * around[1:-1] + 0.02 * flux.max()
    onsets = float(peaks.sum() / (len(mono) / 48_000))
    return onsets, float((spectra * frequency).sum() / spectra.sum())


def _key_fits(mono: npt.NDArray[np.float32]) -> tuple[float, float]:
    size = 16_384
    frequency = np.fft.rfftfreq(size, 1 / 48_000)
    heard = (frequency > 60) & (frequency < 2000)
    tone = np.round(12 * np.log2(frequency[heard] / 440) + 69).astype(int) % 12
    strength = np.bincount(tone, _spectra(mono, size, size // 2).sum(axis=0)[heard], 12)

    def best(profile: Sequence[float]) -> float:
        turned = (np.roll(profile, turn) for turn in range(12))
        return max(float(np.corrcoef(each, strength)[0, 1]) for each in turned)

    return best(MAJOR), best(MINOR)


def _longest(flags: npt.NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def of(library: Path, mood: str) -> list[Heard]:
    return [hear(place(piece, library)) for piece in PIECES if piece.mood == mood]


@every_piece
def test_it_is_a_sound_recording(library: Path, piece: Piece) -> None:
    heard = hear(place(piece, library))
    assert 40 <= heard.seconds <= 90
    assert heard.lufs == pytest.approx(piece.lufs, abs=0.3)
    assert heard.lufs == pytest.approx(-16, abs=3)
    assert heard.peak <= 10 ** (-1 / 20), "nothing clips"
    assert heard.silence_s <= 2


@every_piece
def test_its_tags_are_complete(library: Path, piece: Piece) -> None:
    path = place(piece, library)
    tags = {key: values[0] for key, values in File(path).tags.items()}
    assert tags["title"] == piece.title
    assert tags["artist"] == tags["albumartist"] == "Moodbox"
    assert tags["mood"] == piece.mood == path.parent.name
    assert tags["tracknumber"] == str(piece.number)
    assert float(tags["bpm"]) == piece.bpm
    assert "creativecommons.org/publicdomain/zero" in tags["license"]
    assert -23 - int(tags["r128_track_gain"]) / 256 == pytest.approx(piece.lufs, abs=0.01)
    assert all(tags[key].strip() for key in ("album", "genre", "date", "comment", "initialkey"))


def test_the_librarian_understands_them(library: Path) -> None:
    for piece in PIECES:
        tags = read_tags(place(piece, library), library)
        assert (tags.title, tags.artist, tags.mood) == (piece.title, "Moodbox", piece.mood)
        assert tags.duration_s == pytest.approx(hear(place(piece, library)).seconds, abs=0.1)


def test_happy_and_sad_can_be_told_apart(library: Path) -> None:
    happy, sad = of(library, "happy"), of(library, "sad")
    assert min(h.onsets for h in happy) > 2 * max(s.onsets for s in sad)
    assert min(h.majorness for h in happy) > 0.03
    assert max(s.majorness for s in sad) < -0.03
    assert min(h.brightness for h in happy) > 1.4 * max(s.brightness for s in sad)


def test_angry_and_neutral_can_be_told_apart(library: Path) -> None:
    angry, neutral = of(library, "angry"), of(library, "neutral")
    assert min(a.onsets for a in angry) > 1.2 * max(n.onsets for n in neutral)
    assert min(a.brightness for a in angry) > 1.4 * max(n.brightness for n in neutral)
    assert min(a.lufs for a in angry) > max(n.lufs for n in neutral) + 1
    assert max(a.majorness for a in angry) < 0 < min(n.majorness for n in neutral)
    assert max(a.range_db for a in angry) < min(n.range_db for n in neutral), "it never lets go"


def test_fear_and_disgust_have_no_home_and_surprise_has_stops(library: Path) -> None:
    plain = [h.clarity for mood in ("happy", "sad", "neutral") for h in of(library, mood)]
    odd = [h.clarity for mood in ("fear", "disgust") for h in of(library, mood)]
    assert max(odd) < min(plain) - 0.1
    assert max(h.onsets for h in of(library, "fear")) < min(h.onsets for h in of(library, "happy"))
    steady = [h.range_db for mood in ("happy", "angry", "neutral") for h in of(library, mood)]
    assert min(h.range_db for h in of(library, "surprise")) > max(steady)
