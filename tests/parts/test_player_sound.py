"""player beside a real PulseAudio: what a listener hears, and a loudspeaker that goes and comes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.messages import Pause, Play, Resume, Volume
from edge.ports import Samples
from tests.parts.null_sink import RATE, NullSink
from tests.parts.player_beside import Player
from tests.parts.sines import level, pitch, sine
from tests.waiting import until

LOUD = 0.5 / np.sqrt(2)


@pytest.fixture
def sink() -> Iterator[NullSink]:
    with NullSink() as one:
        one.record()
        yield one


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return sine(tmp_path / "low.flac", 440.0, 30.0)


def listen(sink: NullSink, seconds: float) -> Samples:
    """What is heard in the next seconds."""
    begin = len(sink.heard())
    until(lambda: len(sink.heard()) >= begin + seconds * RATE, 30.0, "recording")
    return sink.heard()[begin:]


def heard(sink: NullSink, hertz: float) -> bool:
    """This pitch sounds now."""
    now = sink.heard()[-RATE // 5 :]
    return level(now) > 0.1 and abs(pitch(now, RATE) - hertz) < 12.0


def test_a_listener_hears_songs_fades_and_pauses(
    sink: NullSink, song: Path, tmp_path: Path
) -> None:
    other = sine(tmp_path / "high.mp3", 660.0, 30.0)
    player = Player(sink.env)
    assert player.last("ready") == {"type": "ready", "audio": "pulseaudio"}
    player.ask(Volume(level=100), Play(track_id="low", path=str(song)))
    until(lambda: heard(sink, 440.0), what="the first song")
    steady = listen(sink, 1.5)
    # A loaded machine may starve PulseAudio itself, so gaps are bounded and not forbidden here.
    assert np.mean(np.abs(steady[:, 0]) < 1e-6) < 0.1
    assert level(steady) == pytest.approx(LOUD, rel=0.1)
    assert pitch(steady, RATE) == pytest.approx(440.0, abs=2.0)

    player.ask(Play(track_id="high", path=str(other), fade_s=1.0))
    fading = listen(sink, 1.6)
    powers = [level(fading[at : at + 4800]) for at in range(0, len(fading) - 4800, 4800)]
    assert min(powers) > 0.6 * LOUD
    assert max(powers) < 1.3 * LOUD
    until(lambda: heard(sink, 660.0), what="the second song")

    player.ask(Pause(fade_s=2.0))
    leaving = listen(sink, 1.2)
    assert 0.0 < level(leaving[-RATE // 5 :]) < 0.9 * LOUD  # still heard, and softer
    until(lambda: not sink.heard()[-RATE // 5 :].any(), what="silence")
    assert not listen(sink, 0.3).any()
    player.ask(Resume())
    until(lambda: heard(sink, 660.0), what="the second song again")

    assert player.end() == ""
    end = player.last("end")
    assert end is not None
    assert end["memory_mb"] < 90
    tail = np.abs(sink.heard()[:, 0])
    last = int(np.flatnonzero(tail > 1e-3)[-1])
    assert tail[last - 200 : last].max() < 0.1  # it faded, it was not cut


def test_a_sink_that_vanishes_and_returns(sink: NullSink, song: Path) -> None:
    player = Player(sink.env)
    player.ask(Volume(level=100), Play(track_id="low", path=str(song)))
    until(lambda: heard(sink, 440.0) and player.position() > 1.0, what="the song")
    sink.unload()
    gone_at = time.monotonic()
    until(player.held, what="the hold")
    assert time.monotonic() - gone_at < 1.0  # 0.25 s where the machine has time for us
    lost_at = player.position()
    time.sleep(1.5)
    assert player.position() == lost_at
    sink.load()
    sink.record()
    until(lambda: player.audio_ok() == [True, False, True], 20.0, "the return")
    until(lambda: heard(sink, 440.0), what="the song again")
    assert lost_at - 0.5 < player.position() < lost_at + 3.0
    assert player.end() == ""


def test_a_server_that_dies_and_returns(sink: NullSink, song: Path) -> None:
    player = Player(sink.env)
    player.ask(Volume(level=100), Play(track_id="low", path=str(song)))
    until(lambda: heard(sink, 440.0), what="the song")
    sink.kill()
    until(lambda: player.audio_ok() == [True, False], what="the loss")
    sink.start()
    sink.record()
    until(lambda: player.audio_ok() == [True, False, True], 20.0, "the return")
    until(lambda: heard(sink, 440.0), what="the song again")
    assert player.end() == ""


def test_a_sink_that_comes_late_and_takes_no_samples(song: Path) -> None:
    with NullSink() as sink:  # without a recorder a null sink lets SDL wait for seconds
        sink.unload()
        player = Player(sink.env)
        until(lambda: player.audio_ok() == [False], 20.0, "the word that it is away")
        sink.load()
        until(lambda: player.audio_ok() == [False, True], 40.0, "the late sink")
        player.ask(Play(track_id="low", path=str(song)))
        assert player.end() == ""


def test_the_sound_goes_where_the_owner_wants_it() -> None:
    with NullSink() as sink:
        assert not sink.control("load-module", "module-null-sink", "sink_name=garden").returncode
        player = Player(sink.env, "pulseaudio", "garden")
        number = next(
            line.split()[0]
            for line in sink.control("list", "short", "sinks").stdout.splitlines()
            if "garden" in line
        )
        (stream,) = sink.control("list", "short", "sink-inputs").stdout.splitlines()
        assert stream.split()[1] == number
        assert player.end() == ""


def test_without_a_loudspeaker_it_goes_on_silently_and_quietly(song: Path, tmp_path: Path) -> None:
    if Path("/dev/snd").exists():
        pytest.skip("this machine has a sound card")
    nobody = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PULSE_SERVER": f"unix:{tmp_path}/x",
    }
    player = Player(nobody)
    assert player.last("ready") == {"type": "ready", "audio": None}
    assert player.audio_ok() == [False]
    part = player.last("part")
    assert part is not None
    assert part["message"] == (
        "There is no loudspeaker to play on (alsa finds no sound card). The music goes on silently."
    )
    player.ask(Play(track_id="low", path=str(song)))
    until(lambda: player.position() > 1.0, what="going on silently")
    assert player.end() == ""


def test_silence_on_purpose(song: Path) -> None:
    player = Player(os.environ, driver="none")
    assert player.last("ready") == {"type": "ready", "audio": None}
    assert player.audio_ok() == [True]
    player.ask(Play(track_id="low", path=str(song)))
    until(lambda: player.position() > 1.0, what="going on silently")
    assert player.end() == ""
