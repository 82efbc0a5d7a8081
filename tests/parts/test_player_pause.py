"""Pauses that fade, as somebody in the room hears them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.messages import Pause, Play, Played, Resume
from edge.player.speaker import RATE
from edge.ports import Samples
from tests.parts.sines import level, pitch, sine
from tests.parts.stage import Stage, playing
from tests.waiting import until


@pytest.fixture
def stage() -> Iterator[Stage]:
    one = Stage()
    yield one
    one.end()


def loudness_over(samples: Samples, seconds: float = 0.05) -> list[float]:
    """The level of each so long piece."""
    size = round(seconds * RATE)
    return [level(samples[at : at + size]) for at in range(0, len(samples) - size, size)]


def test_a_pause_for_nobody_fades_and_tells_where_it_holds(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 30.0)
    stage.ask(Play(track_id="a", path=str(path)))
    until(playing(stage, "a"))
    full = level(stage.sounds(0.5)[RATE // 4 :])
    stage.ask(Pause(fade_s=1.5))
    fading = loudness_over(stage.sounds(2.5))
    until(lambda: stage.played().state == "paused")
    assert fading == sorted(fading, reverse=True) or max(np.diff(fading)) < 0.02 * full
    assert fading[-1] == 0.0
    audible = sum(one > 0.05 * full for one in fading) * 0.05
    assert audible == pytest.approx(1.5, abs=0.4)
    told = [one for one in stage.told if isinstance(one, Played) and one.state == "paused"]
    until(lambda: stage.played().position_s - told[0].position_s == pytest.approx(1.5, abs=0.4))
    stage.ask(Resume(fade_s=1.0))
    rising = loudness_over(stage.sounds(1.8))
    assert min(np.diff(rising)) > -0.02 * full
    assert rising[-1] == pytest.approx(full, rel=0.05)


def test_who_comes_back_during_the_fade_hears_no_gap(stage: Stage, tmp_path: Path) -> None:
    path = sine(tmp_path / "song.flac", 440.0, 30.0)
    stage.ask(Play(track_id="a", path=str(path)))
    until(playing(stage, "a"))
    full = level(stage.sounds(0.5)[RATE // 4 :])
    begin = len(stage.heard())
    stage.ask(Pause(fade_s=4.0))
    until(lambda: stage.played().state == "paused")
    until(lambda: level(stage.sounds(0.05)) < 0.8 * full)
    stage.ask(Resume(fade_s=0.5))
    until(playing(stage, "a"))
    stage.sounds(1.0)
    heard = loudness_over(stage.heard()[begin:])
    assert 0.1 * full < min(heard) < 0.8 * full
    assert heard[-1] == pytest.approx(full, rel=0.05)
    assert np.abs(np.diff(stage.heard()[begin:, 0])).max() < 1.1 * 0.5 * 2 * np.pi * 440 / RATE


def test_a_song_that_comes_into_a_fading_pause_waits_for_its_end(
    stage: Stage, tmp_path: Path
) -> None:
    low = sine(tmp_path / "low.flac", 400.0, 20.0)
    high = sine(tmp_path / "high.flac", 900.0, 20.0)
    stage.ask(Play(track_id="low", path=str(low)))
    until(playing(stage, "low"))
    stage.sounds(0.5)
    begin = len(stage.heard())
    stage.ask(Play(track_id="high", path=str(high), fade_s=0.5), Pause(fade_s=1.0))
    until(lambda: not stage.sounds(0.1).any())
    tail = stage.heard()[begin:, 0]
    last = np.flatnonzero(tail)[-1]
    assert np.abs(tail[last - RATE // 100 : last]).max() < 0.05
    assert (stage.played().track_id, stage.played().state) == ("high", "paused")
    stage.ask(Resume())
    until(playing(stage, "high"))
    until(lambda: pitch(stage.sounds(0.25), RATE) == pytest.approx(900.0, abs=8.0))
