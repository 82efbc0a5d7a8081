"""Songs that follow each other: joined to the sample where they are one, overlapping where not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.mp4 import MP4

from edge.errors import TrackError
from edge.messages import Ahead, Ended, Play
from edge.player.converter import Converter
from edge.player.decoder import Decoder
from edge.player.song_file import SongFile
from edge.player.speaker import RATE
from edge.ports import Samples
from tests.parts.ogg_pages import ogg_page, ogg_pages, packets, renumbered
from tests.parts.sines import pitch, sine, write
from tests.parts.stage import Stage, playing
from tests.waiting import until

WHOLE_S = 1.0


@pytest.fixture
def stage() -> Iterator[Stage]:
    one = Stage()
    yield one
    one.end()


def wave(rate: int, seconds: float) -> Samples:
    """Two tones that fit no frame and no second, so that no cut is hidden in a silence."""
    times = np.arange(round(seconds * rate)) / rate
    tone = 0.3 * np.sin(2 * np.pi * 441.3 * times) + 0.2 * np.sin(2 * np.pi * 97.7 * times)
    return np.tile(tone.astype(np.float32), (2, 1))


def halves(folder: Path, suffix: str, rate: int, cut: int) -> tuple[Path, Path, Samples]:
    whole = wave(rate, WHOLE_S)
    first = write(folder / f"1{suffix}", whole[:, :cut], rate)
    second = write(folder / f"2{suffix}", whole[:, cut:], rate)
    if suffix == ".m4a":
        for path, frames in ((first, cut), (second, whole.shape[1] - cut)):
            song = MP4(path)
            padding = -(frames + 1024) % 1024
            note = f" 00000000 00000400 {padding:08X} {frames:016X} 00000000 00000000"
            song["----:com.apple.iTunes:iTunSMPB"] = [note.encode()]
            song.save()
    return first, second, whole


@pytest.mark.parametrize(
    ("suffix", "rate"),
    [
        (".flac", 44_100),
        (".flac", 48_000),
        (".wav", 44_100),
        (".mp3", 44_100),
        (".m4a", 44_100),
        (".opus", 48_000),
    ],
)
def test_two_halves_of_one_sound_are_one_sound(
    stage: Stage, tmp_path: Path, suffix: str, rate: int
) -> None:
    first, second, whole = halves(tmp_path, suffix, rate, cut=rate // 2 + 777)
    stage.ask(
        Play(track_id="1", path=str(first)),
        Ahead(after="1", play=Play(track_id="2", path=str(second))),
    )
    until(lambda: ("2", "finished") in stage.ended())
    stage.sounds(0.5)
    heard = stage.heard()[:, 0]
    heard = heard[np.flatnonzero(heard)[0] : np.flatnonzero(heard)[-1] + 1]
    assert len(heard) == pytest.approx(whole.shape[1] * RATE / rate, abs=2)
    wanted = wave(RATE, WHOLE_S)[0]
    seam = round((rate // 2 + 777) * RATE / rate)
    near = slice(seam - 2000, seam + 2000)
    # The first zero crossing may hide a sample; a lossy coder hears no song before its beginning.
    off = min(np.abs(heard[near] - np.roll(wanted, by)[near]).max() for by in (-2, -1, 0, 1, 2))
    assert off < (0.002 if suffix in {".flac", ".wav"} else 0.12)
    assert [one.followed_by for one in stage.told if isinstance(one, Ended)] == ["2", None]


def decoded(path: Path) -> int:
    with SongFile(path) as song:
        return sum(frame.samples for frame in song.frames())


@pytest.mark.parametrize(
    ("suffix", "rate"),
    [(".flac", 44_100), (".mp3", 44_100), (".m4a", 44_100), (".m4a", 48_000), (".opus", 48_000)],
)
def test_a_song_has_as_many_samples_as_were_encoded(tmp_path: Path, suffix: str, rate: int) -> None:
    first, second, whole = halves(tmp_path, suffix, rate, cut=30_001)
    assert decoded(first) == 30_001
    assert decoded(second) == whole.shape[1] - 30_001


def test_an_mp4_without_a_note_ends_where_its_last_packet_does(tmp_path: Path) -> None:
    assert decoded(write(tmp_path / "plain.m4a", wave(44_100, 1.0)[:, :40_007], 44_100)) == 40_007


def test_forms_may_change_from_song_to_song(stage: Stage, tmp_path: Path) -> None:
    first = sine(tmp_path / "1.flac", 500.0, 0.3, rate=44_100, channels=1)
    second = sine(tmp_path / "2.wav", 500.0, 0.3, rate=22_050, channels=2)
    stage.ask(
        Play(track_id="1", path=str(first)),
        Ahead(after="1", play=Play(track_id="2", path=str(second))),
    )
    until(lambda: ("2", "finished") in stage.ended())
    stage.sounds(0.5)
    heard = stage.heard()[:, 0]
    loud = np.flatnonzero(heard)
    assert loud[-1] - loud[0] == pytest.approx(0.6 * RATE, abs=12)
    assert np.abs(heard).max() < 0.55


def test_a_song_that_is_told_ahead_fades_over_the_end_of_the_last(
    stage: Stage, tmp_path: Path
) -> None:
    first = sine(tmp_path / "1.mp3", 400.0, 1.5)
    second = sine(tmp_path / "2.flac", 900.0, 1.2, rate=48_000, channels=1)
    stage.ask(
        Play(track_id="1", path=str(first)),
        Ahead(after="1", play=Play(track_id="2", path=str(second), fade_s=0.7)),
    )
    until(playing(stage, "2"))
    assert stage.played().position_s < 0.5
    until(lambda: ("2", "finished") in stage.ended())
    stage.sounds(0.5)
    heard = stage.heard()[:, 0]
    loud = np.flatnonzero(heard)
    assert loud[-1] - loud[0] == pytest.approx(2.0 * RATE, abs=0.15 * RATE)
    blocks = heard[loud[0] + 4800 : loud[-1] - 4800]
    powers = [
        float(np.sqrt(np.mean(blocks[at : at + 4800] ** 2)))
        for at in range(0, len(blocks) - 4800, 4800)
    ]
    assert min(powers) > 0.85 * 0.5 / np.sqrt(2)
    assert max(powers) < 1.2 * 0.5 / np.sqrt(2)


def test_what_was_told_ahead_can_be_taken_back_and_another_told(
    stage: Stage, tmp_path: Path
) -> None:
    first = sine(tmp_path / "1.flac", 400.0, 0.8)
    wrong = sine(tmp_path / "wrong.flac", 600.0, 5.0)
    right = sine(tmp_path / "right.flac", 900.0, 0.5)
    stage.ask(
        Play(track_id="1", path=str(first)),
        Ahead(after="1", play=Play(track_id="wrong", path=str(wrong))),
    )
    until(playing(stage, "1"))
    stage.ask(Ahead(after="1", play=Play(track_id="right", path=str(right))))
    until(lambda: ("right", "finished") in stage.ended())
    assert stage.ended() == [("1", "finished"), ("right", "finished")]
    stage.ask(Ahead(after="1", play=Play(track_id="wrong", path=str(wrong))))  # too late
    stage.sounds(0.5)
    assert stage.played().state == "stopped"


def test_a_broken_song_told_ahead_is_told_at_once(stage: Stage, tmp_path: Path) -> None:
    first = sine(tmp_path / "1.flac", 400.0, 0.6)
    (tmp_path / "bad.mp3").write_bytes(b"no music")
    for fade_s in (0.0, 0.3):
        bad = Play(track_id=f"bad{fade_s}", path=str(tmp_path / "bad.mp3"), fade_s=fade_s)
        stage.ask(Play(track_id="1", path=str(first)), Ahead(after="1", play=bad))
        until(lambda name=bad.track_id: (name, "error") in stage.ended())  # type: ignore[misc]
        until(lambda: stage.ended()[-1] == ("1", "finished"))


def test_a_song_of_unknown_loudness_comes_to_its_level(stage: Stage, tmp_path: Path) -> None:
    soft = sine(tmp_path / "soft.flac", 997.0, 20.0, amplitude=0.1)
    stage.ask(Play(track_id="1", path=str(soft), gain_db=0.0, level_to=-18.0))
    until(playing(stage, "1"))
    wanted = 10 ** (-18.0 / 20)  # of a sine of 997 Hz on both sides: its amplitude in LUFS
    until(
        lambda: np.abs(stage.sounds(0.1)).max() == pytest.approx(wanted, rel=0.06),
        20.0,
        "the common loudness",
    )


def test_an_album_has_one_gain_over_its_seam(stage: Stage, tmp_path: Path) -> None:
    first, second, _ = halves(tmp_path, ".flac", RATE, cut=RATE // 2)
    stage.ask(
        Play(track_id="1", path=str(first), gain_db=-6.0),
        Ahead(after="1", play=Play(track_id="2", path=str(second), gain_db=-12.0)),
    )
    until(lambda: ("2", "finished") in stage.ended())
    stage.sounds(0.5)
    heard = stage.heard()[:, 0]
    heard = heard[np.flatnonzero(heard)[0] :][: RATE - 10]
    assert np.abs(heard[:2400]).max() > 0.4 * np.abs(wave(RATE, 0.05)).max()
    assert np.abs(heard[-9600:-300]).max() == pytest.approx(0.25 * 0.5, rel=0.1)
    assert np.abs(np.diff(heard)).max() < 0.5 * 0.022  # the steepest of the tones: no step


def test_a_file_that_was_cut_is_played_and_told(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "cut.flac", 440.0, 3.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    stage.ask(Play(track_id="cut", path=str(path)))
    until(lambda: stage.ended() == [("cut", "error")])
    (ended,) = [one for one in stage.told if isinstance(one, Ended)]
    assert "is cut short" in ended.message
    assert not ended.missing


def test_a_file_that_is_away_is_not_called_broken(stage: Stage, tmp_path: Path) -> None:
    stage.ask(Play(track_id="away", path=str(tmp_path / "away.flac")))
    until(lambda: stage.ended() == [("away", "error")])
    assert [one.missing for one in stage.told if isinstance(one, Ended)] == [True]


def test_an_ogg_that_tells_its_headers_twice_is_played(tmp_path: Path) -> None:
    """As three songs of a free game do: PyAV refuses them, and every other player plays them."""
    path = sine(tmp_path / "twice.ogg", 440.0, 2.0, RATE)
    pages = ogg_pages(path.read_bytes())
    headers = [packet for page in pages[:2] for packet in packets(page)]
    again = ogg_page(headers, granule=-104, serial=pages[0][14:18], number=2)
    rest = [renumbered(page, number) for number, page in enumerate(pages[2:], 3)]
    path.write_bytes(b"".join([*pages[:2], again, *rest]))
    with pytest.raises(TrackError):
        Decoder(path)
    with SongFile(path) as song:
        converter = Converter(RATE)
        sound = [block for frame in song.frames() for block in converter.push(frame)]
        heard = np.concatenate([*sound, *converter.flush()])
    assert len(heard) == pytest.approx(2.0 * RATE, abs=0.01 * RATE)
    assert pitch(heard, RATE) == pytest.approx(440.0, abs=2.0)


def test_what_pyav_refuses_gets_a_second_try(tmp_path: Path) -> None:
    path = tmp_path / "odd.mat"
    soundfile.write(path, wave(RATE, 1.0).T, RATE, format="MAT5")
    with pytest.raises(TrackError):
        Decoder(path)
    with SongFile(path, start_s=0.25) as song:
        assert song.duration_s == pytest.approx(1.0)
        converter = Converter(RATE)
        sound = [block for frame in song.frames() for block in converter.push(frame)]
        heard = np.concatenate([*sound, *converter.flush()])
    assert np.allclose(heard, wave(RATE, 1.0)[:, RATE // 4 :].T, atol=1e-3)
