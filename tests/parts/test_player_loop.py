"""player's loop with real files and a card that writes down what it is given."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.messages import Ended, Part, Pause, Play, Played, Resume, Seek, Stop, Volume
from edge.player.speaker import RATE
from tests.parts.held_file import held
from tests.parts.sines import level, pitch, sine, write
from tests.parts.stage import Stage, playing
from tests.waiting import until


@pytest.fixture
def stage() -> Iterator[Stage]:
    one = Stage()
    yield one
    one.end()


def test_every_sample_is_heard_once_and_the_end_is_told_once(stage: Stage, tmp_path: Path) -> None:
    ramp = np.tile(np.arange(1, 30_001, dtype=np.float32) / 32_768, (2, 1))
    path = write(tmp_path / "ramp.wav", ramp, RATE)
    stage.ask(Play(track_id="a", path=str(path)))
    until(lambda: stage.ended() == [("a", "finished")])
    until(lambda: stage.played().state == "stopped")
    stage.sounds(0.3)
    heard = stage.heard()[:, 0]
    assert np.allclose(heard[heard != 0.0], ramp[0], atol=1e-4)
    assert stage.ended() == [("a", "finished")]


def test_a_second_song_fades_over_the_first(stage: Stage, tmp_path: Path) -> None:
    low = sine(tmp_path / "low.flac", 400.0, 20.0)
    high = sine(tmp_path / "high.flac", 900.0, 20.0, rate=48_000, channels=1)
    stage.ask(Play(track_id="low", path=str(low)))
    until(playing(stage, "low"))
    assert pitch(stage.sounds(0.5)[RATE // 4 :], RATE) == pytest.approx(400.0, abs=8.0)
    stage.ask(Play(track_id="high", path=str(high), fade_s=0.6))
    fading = stage.sounds(1.2)
    powers = [level(fading[at : at + 2400]) for at in range(0, len(fading) - 2400, 2400)]
    assert min(powers) > 0.8 * 0.5 / np.sqrt(2)
    assert max(powers) < 1.25 * 0.5 / np.sqrt(2)
    assert pitch(stage.sounds(0.25), RATE) == pytest.approx(900.0, abs=8.0)
    assert playing(stage, "high")()
    assert stage.ended() == []


class Slow(Stage):
    """A player that is held up for a while."""

    def __init__(self) -> None:
        self.go_on, self.held = threading.Event(), threading.Event()
        self.go_on.set()
        super().__init__()

    def _beat(self) -> None:
        super()._beat()
        if not self.go_on.is_set():
            self.held.set()
            self.go_on.wait(10)


def test_a_slider_pushes_no_song_out(tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 20.0)
    slow = Slow()
    try:
        slow.go_on.clear()
        assert slow.held.wait(10)
        slow.ask(Play(track_id="a", path=str(path)))
        slow.ask(*(Volume(level=number % 100) for number in range(1000)), Volume(level=100))
        slow.go_on.set()
        until(playing(slow, "a"))
        slow.sounds(0.3)
        assert level(slow.sounds(0.2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)
    finally:
        slow.go_on.set()
        slow.end()


def test_pause_is_silence_and_resume_goes_on_there(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 20.0)
    stage.ask(Play(track_id="a", path=str(path)))
    until(playing(stage, "a"))
    stage.sounds(0.5)
    stage.ask(Pause())
    until(lambda: stage.played().state == "paused")
    stage.sounds(0.4)
    assert not stage.sounds(0.3).any()
    stage.told.clear()
    stage.player.report()
    until(lambda: len(stage.told) >= 2)
    held = stage.played().position_s
    stage.ask(Resume())
    until(playing(stage, "a"))
    assert level(stage.sounds(0.5)[RATE // 4 :]) > 0.3
    assert stage.played().position_s == pytest.approx(held, abs=0.5)


def test_a_song_that_is_paused_before_it_begins_waits(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 20.0)
    stage.ask(Play(track_id="a", path=str(path), start_s=3.0), Pause())
    until(lambda: stage.played().state == "paused" and stage.played().duration_s is not None)
    assert not stage.sounds(0.3).any()
    assert stage.played().position_s == pytest.approx(3.0)
    stage.ask(Resume())
    until(lambda: level(stage.sounds(0.1)) > 0.3)


def test_a_broken_song_is_told_and_the_old_one_makes_room(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 20.0)
    stage.ask(Play(track_id="good", path=str(path)))
    until(playing(stage, "good"))
    (tmp_path / "bad.mp3").write_bytes(b"no music")
    stage.ask(Play(track_id="bad", path=str(tmp_path / "bad.mp3")))
    until(lambda: stage.ended() == [("bad", "error")], within_s=5.0)
    message = next(one for one in stage.told if isinstance(one, Ended)).message
    assert "bad.mp3" in message
    until(lambda: stage.played().state == "stopped")
    until(lambda: not stage.sounds(0.1).any())


def test_a_disk_that_does_not_answer_holds_neither_the_player_nor_its_end(
    tmp_path: Path,
) -> None:
    stage = Stage()
    late, good = (sine(tmp_path / name, 440.0, 9.0) for name in ("late.flac", "good.flac"))
    with held(late):
        stage.ask(Play(track_id="late", path=str(late)))
        asked = time.monotonic()
        until(stage.ended, 5.0, "the end of waiting")
        (ended,) = [one for one in stage.told if isinstance(one, Ended)]
        assert ended.at - asked < 1.0
        assert (ended.reason, ended.missing, ended.stalled) == ("error", True, True)
        stage.ask(Play(track_id="good", path=str(good)))
        until(lambda: level(stage.sounds(0.1)) > 0.3)
        stage.ask(Play(track_id="late", path=str(late)))
        asked = time.monotonic()
        stage.end()
        assert time.monotonic() - asked < 3.0


def test_a_pipe_is_no_song(stage: Stage, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    stage.ask(Play(track_id="pipe", path=str(tmp_path / "pipe.mp3")))
    until(lambda: stage.ended() == [("pipe", "error")])
    assert [one.missing for one in stage.told if isinstance(one, Ended)] == [False]


def test_seek_and_the_same_song_anew(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 60.0)
    stage.ask(Play(track_id="a", path=str(path)))
    until(playing(stage, "a"))
    stage.ask(Seek(position_s=40.0))
    until(lambda: stage.played().position_s >= 40.0)
    stage.ask(Play(track_id="a", path=str(path), asked_at=2.0))
    until(lambda: stage.played().position_s < 5.0)
    stage.ask(Seek(position_s=59.5))
    until(lambda: stage.ended() == [("a", "finished")])
    assert [one.asked_at for one in stage.told if isinstance(one, Ended)] == [2.0]


def test_stop_is_quiet_and_forgets(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 20.0)
    stage.ask(Play(track_id="a", path=str(path)))
    until(playing(stage, "a"))
    stage.sounds(0.3)
    stage.ask(Stop(fade_s=0.1))
    until(lambda: stage.played() == Played(at=stage.played().at, state="stopped"))
    stage.sounds(0.5)
    assert not stage.sounds(0.2).any()
    assert stage.ended() == []


def test_it_tells_every_second_and_everything_when_the_link_is_new(
    stage: Stage, tmp_path: Path
) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 20.0)
    stage.ask(Play(track_id="a", path=str(path)))
    until(playing(stage, "a"))
    count = len(stage.told)
    until(lambda: len(stage.told) >= count + 2)
    first, second = [one for one in stage.told if isinstance(one, Played)][-2:]
    assert second.at - first.at == pytest.approx(1.0, abs=0.5)
    assert second.position_s - first.position_s == pytest.approx(second.at - first.at, abs=0.25)
    stage.told.clear()
    stage.player.report()
    until(lambda: len(stage.told) >= 2)
    assert isinstance(stage.told[0], Part)
    assert playing(stage, "a")()
    assert stage.player.audio == "recorder"
    assert stage.beats > 10


def test_its_end_is_a_fade(tmp_path: Path) -> None:
    stage = Stage()
    path = sine(tmp_path / "song.flac", 440.0, 20.0)
    stage.ask(Play(track_id="a", path=str(path)))
    until(playing(stage, "a"))
    stage.sounds(0.5)
    stage.end()
    heard = stage.heard()[:, 0]
    last = np.flatnonzero(heard)[-1]
    assert abs(heard[last]) < 0.01
    assert 0.02 < np.abs(heard[last - RATE // 10 : last]).max() < 0.45
