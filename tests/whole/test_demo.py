"""The product as its user runs it: faces are followed, accidents are survived, nothing stays."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.foreign import Demo, Stranger, alive, until

FACE_S = 8.0
MOODS = {"angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"}

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(
        not (shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists()),
        reason="mosquitto is not installed",
    ),
]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The demo with its sound going to a file, as on a machine without a loudspeaker."""
    sound = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(tmp_path / "heard.raw")}
    one = Demo(env=sound)
    yield one
    one.end()


@pytest.fixture
def stranger(demo: Demo) -> Iterator[Stranger]:
    one = Stranger(demo.port)
    yield one
    one.close()


def test_a_stranger_sees_seven_moods_and_fitting_songs(demo: Demo, stranger: Stranger) -> None:
    until(lambda: stranger.events("mood_changed"), 20, "a first mood")
    begin = stranger.events("mood_changed")[0][0]
    until(lambda: time.monotonic() > begin + 7 * FACE_S, 7 * FACE_S + 5, "a whole round")
    seen = {event["to"] for _, event in stranger.events("mood_changed")} - {None}
    assert seen == MOODS
    started = [(at, e["track"]["mood"]) for at, e in stranger.events("track_started")]
    for at, event in stranger.events("mood_changed"):
        if event["to"] is None or at > begin + 6.5 * FACE_S:
            continue
        assert any(mood == event["to"] and 0 <= then - at < 2 for then, mood in started), event
    changes = [at for at, _ in stranger.events("mood_changed")]
    assert len(changes) <= 9, "the mood flickers"
    assert stranger.wrong == []
    assert stranger.retained["info"]["moods"]
    assert stranger.retained["availability"] == "online"
    _ends_cleanly(demo, stranger)


def _ends_cleanly(demo: Demo, stranger: Stranger) -> None:
    pids = [demo.pid, *demo.family().values()]
    assert len(pids) == 5
    demo.interrupt()
    assert demo.wait(5) == 0
    assert not [pid for pid in pids if alive(pid)]
    assert stranger.retained["availability"] == "stopped"


def test_every_process_may_be_killed_and_is_back_within_ten_seconds(
    demo: Demo, stranger: Stranger
) -> None:
    until(lambda: stranger.state.get("player") == "playing", 20, "music")
    dice = random.Random(7)
    names = ["eye", "player", "box", "broker"]
    dice.shuffle(names)
    for name in names:
        pid = demo.family()[name]
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        until(lambda name=name, pid=pid: demo.family().get(name, pid) != pid, 10, f"{name} again")
        until(
            lambda killed=killed: any(
                at > killed + 0.5
                and state["player"] == "playing"
                and state["camera"] == "on"
                and state["mood"]
                for at, state in stranger.states()
            ),
            10 - (time.monotonic() - killed),
            f"all well after {name} was killed",
        )
    assert stranger.retained["availability"] == "online"
    assert stranger.wrong == []


def test_no_process_outlives_a_killed_parent(demo: Demo, stranger: Stranger) -> None:
    until(lambda: stranger.state.get("mood"), 20, "a mood")
    pids = list(demo.family().values())
    assert len(pids) == 4
    demo.kill()
    until(lambda: not [pid for pid in pids if alive(pid)], 6, "all children to end")


def test_plain_commands_are_obeyed(demo: Demo, stranger: Stranger) -> None:
    until(lambda: stranger.state.get("player") == "playing", 20, "music")
    stranger.say("volume", "25")
    until(lambda: stranger.state["volume"] == 25, 3, "the volume")
    stranger.say("volume", "loud")
    until(
        lambda: any(
            e["command"] == "volume" and not e["ok"] for _, e in stranger.events("command")
        ),
        3,
        "a refusal",
    )
    stranger.say("override", "sad")
    until(lambda: stranger.state["mood_source"] == "override", 3, "the override")
    until(lambda: stranger.state["track"]["mood"] == "sad", 3, "a sad song")
    stranger.say("pause", "")
    until(lambda: stranger.state["player"] == "paused", 3, "the pause")
    stranger.say("play", "")
    until(lambda: stranger.state["player"] == "playing", 3, "the music again")
    stranger.say("camera", "off")
    until(lambda: stranger.state["camera"] == "off", 3, "the camera closed")
    assert stranger.state["presence"] == "unknown"
    assert stranger.state["mood"] == "sad"
    assert stranger.wrong == []


def test_it_ends_by_itself(demo: Demo) -> None:
    short = Demo("--seconds", "6", env={"SDL_AUDIODRIVER": "dummy"})
    assert short.wait(20) == 0
    short.end()
    assert alive(demo.pid)
