"""Real files of every common kind through the decoder, and those that are none."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from edge.errors import TrackError
from edge.player.converter import Converter
from edge.player.song_file import SongFile
from edge.ports import Samples
from tests.parts.sines import CODECS, level, pitch, sine, write

RATE = 48_000


def decoded(path: Path, start_s: float = 0.0) -> tuple[Samples, float | None]:
    with SongFile(path, start_s) as song:
        converter = Converter(RATE)
        blocks = [block for frame in song.frames() for block in converter.push(frame)]
        blocks += converter.flush()
        return np.concatenate([np.zeros((0, 2), np.float32), *blocks]), song.duration_s


@pytest.mark.parametrize("suffix", CODECS)
@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (48_000, 2)])
def test_every_kind_gives_the_same_sound(
    tmp_path: Path, suffix: str, rate: int, channels: int
) -> None:
    rate = 48_000 if suffix == ".opus" else rate  # Opus knows no 44.1 kHz
    path = sine(tmp_path / f"song{suffix}", 1000.0, 2.0, rate, channels)
    samples, duration_s = decoded(path)
    assert duration_s == pytest.approx(2.0, abs=0.1)
    assert len(samples) == pytest.approx(2.0 * RATE, abs=0.06 * RATE)
    middle = samples[RATE // 2 : RATE * 3 // 2]
    assert pitch(middle, RATE) == pytest.approx(1000.0, abs=2.0)
    assert level(middle) == pytest.approx(0.5 / np.sqrt(2), rel=0.08)
    assert np.allclose(middle[:, 0], middle[:, 1], atol=0.02)


def test_what_needs_no_conversion_is_exact(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(-0.9, 0.9, RATE, dtype=np.float32), (2, 1))
    samples, _ = decoded(write(tmp_path / "ramp.wav", ramp, RATE))
    assert np.allclose(samples, ramp.T, atol=1.0 / 32_000)


def test_surround_becomes_stereo(tmp_path: Path) -> None:
    samples, _ = decoded(sine(tmp_path / "film.flac", 500.0, 0.5, channels=6, amplitude=0.2))
    assert samples.shape[1] == 2
    assert level(samples) > 0.1


@pytest.mark.parametrize("suffix", CODECS)
def test_a_start_in_the_midst_is_where_it_should_be(tmp_path: Path, suffix: str) -> None:
    rate = 48_000
    loud_after = np.zeros((2, rate * 4), np.float32)
    loud_after[:, rate * 3 :] = 0.5 * np.sin(np.arange(rate) * (2 * np.pi * 440 / rate))
    path = write(tmp_path / f"late{suffix}", loud_after, rate)
    samples, _ = decoded(path, start_s=2.0)
    begin = int(np.flatnonzero(np.abs(samples[:, 0]) > 0.1)[0]) / RATE
    assert begin == pytest.approx(1.0, abs=0.06)
    assert len(samples) == pytest.approx(2.0 * RATE, abs=0.06 * RATE)


def test_a_start_beyond_the_end_is_an_end_and_no_error(tmp_path: Path) -> None:
    samples, _ = decoded(sine(tmp_path / "short.flac", 440.0, 1.0), start_s=5.0)
    assert len(samples) == 0


def test_a_truncated_file_is_played_as_far_as_it_goes(tmp_path: Path) -> None:
    path = sine(tmp_path / "cut.mp3", 440.0, 4.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    samples, _ = decoded(path)
    assert len(samples) == pytest.approx(2.0 * RATE, rel=0.2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp3", b""),
        ("text.ogg", b"this is no music, only words " * 200),
        ("zeros.flac", bytes(50_000)),
        ("noise.m4a", bytes(np.random.default_rng(1).integers(0, 255, 50_000, np.uint8))),
    ],
)
def test_what_is_no_music_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TrackError) as refused:
        decoded(path)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "away.mp3", tmp_path):
        with pytest.raises(TrackError, match="cannot be opened"):
            decoded(path)


def test_a_playlist_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(TrackError):
        decoded(path)


def test_memory_stays_flat_over_a_long_song(tmp_path: Path) -> None:
    path = sine(tmp_path / "long.ogg", 440.0, 60.0, rate=48_000)
    tracemalloc.start()
    converter = Converter(RATE)
    with SongFile(path) as song:
        frames = sum(len(block) for one in song.frames() for block in converter.push(one))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert frames > 59 * RATE
    assert peak < 3_000_000
