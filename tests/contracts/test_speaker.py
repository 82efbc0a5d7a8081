"""What every speaker promises: samples are asked for at the pace of real time, and it closes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.errors import AudioError
from edge.player.speaker import RATE, PygameSpeaker, SilentSpeaker
from edge.ports import Samples, Speaker
from tests.waiting import until


class Song:
    """Counts up, so that every sample is known; remembers when it was asked."""

    def __init__(self) -> None:
        self.frames = 0
        self.first = 0.0
        self.last = 0.0
        self.threads: set[str] = set()

    def fill(self, target: Samples) -> None:
        count = np.arange(self.frames, self.frames + len(target)) % 1000
        target[:] = (count / 2000.0)[:, np.newaxis]
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.frames += len(target)
        self.threads.add(threading.current_thread().name)


Maker = Callable[[Song], Speaker]


@pytest.fixture(params=["silent", "disk", "dummy"])
def maker(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    if request.param == "silent":
        return lambda song: SilentSpeaker(song.fill)
    return lambda song: PygameSpeaker(song.fill, request.param, str(tmp_path / "heard.raw"))


@pytest.fixture
def song() -> Song:
    return Song()


@pytest.fixture
def speaker(maker: Maker, song: Song) -> Iterator[Speaker]:
    one = maker(song)
    yield one
    one.close()


def test_it_takes_samples_at_the_pace_of_real_time(speaker: Speaker, song: Song) -> None:
    speaker.start()
    until(lambda: song.frames > RATE)
    pace = song.frames / (song.last - song.first)
    assert pace == pytest.approx(RATE, rel=0.25)
    assert speaker.alive()
    assert speaker.rate == RATE
    assert 0.0 <= speaker.delay_s <= 0.15


def test_it_takes_nothing_before_start_and_nothing_after_close(
    speaker: Speaker, song: Song
) -> None:
    time.sleep(0.1)
    assert song.frames == 0
    speaker.start()
    until(lambda: song.frames > 0)
    speaker.close()
    taken = song.frames
    time.sleep(0.2)
    assert song.frames == taken
    assert not speaker.alive()
    speaker.close()


def test_it_can_be_opened_again_and_leaves_the_environment_alone(maker: Maker) -> None:
    before = dict(os.environ)
    for _ in range(2):
        song = Song()
        speaker = maker(song)
        speaker.start()
        until(lambda song=song: song.frames > 0)
        speaker.close()
    assert dict(os.environ) == before


def test_what_the_disk_driver_writes_is_what_was_given(tmp_path: Path, song: Song) -> None:
    speaker = PygameSpeaker(song.fill, "disk", str(tmp_path / "heard.raw"))
    speaker.start()
    until(lambda: song.frames > RATE // 2)
    speaker.close()
    heard = np.fromfile(tmp_path / "heard.raw", np.float32).reshape(-1, 2)[:, 0]
    begin = int(np.flatnonzero(heard)[0]) - 1  # silence before the start, then 0, 1, 2 …
    given = heard[begin : begin + song.frames]
    assert np.array_equal(given, (np.arange(len(given)) % 1000 / 2000.0).astype(np.float32))


def test_a_driver_that_is_none_is_refused_in_one_sentence(song: Song) -> None:
    with pytest.raises(AudioError, match="nosuch"):
        PygameSpeaker(song.fill, "nosuch")


def test_a_fill_that_raises_makes_the_speaker_lost_and_silent(tmp_path: Path) -> None:
    def broken(_target: Samples) -> None:
        raise ValueError("no samples today")

    speaker = PygameSpeaker(broken, "disk", str(tmp_path / "heard.raw"))
    speaker.start()
    until(lambda: not speaker.alive())
    speaker.close()


def test_pygame_says_nothing_on_the_terminal() -> None:
    code = (
        "from edge.player.speaker import PygameSpeaker\n"
        "speaker = PygameSpeaker(lambda samples: None, 'dummy')\n"
        "speaker.start()\n"
        "speaker.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("", "")
