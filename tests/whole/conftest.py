"""One real box a module, with a broker, a library and a foreign client that asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.broker import BINARY, Mosquitto
from tests.whole.caller import Caller
from tests.whole.running_box import RunningBox, write_library


class House(NamedTuple):
    """A broker, a box and whoever talks to it."""

    folder: Path
    broker: Mosquitto
    box: RunningBox
    caller: Caller


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten songs, written once."""
    return write_library(tmp_path_factory.mktemp("music"))


@pytest.fixture(scope="module")
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, songs: Path
) -> Iterator[House]:
    """A box that plays to a happy face; a module's `SURROUNDINGS` and `BROKER` say more.

    With `SHORT` its songs end: after 40 seconds, two of them after three.
    """
    if BINARY is None:
        pytest.skip("mosquitto is not installed")
    folder = tmp_path_factory.mktemp("house")
    if getattr(request.module, "SHORT", False):
        songs = write_library(folder / "music", 40.0, 3.0)
    # Without it Mosquitto's answers to us, not the box's, come 40 ms late.
    lines = ("allow_anonymous true", "set_tcp_nodelay true", *getattr(request.module, "BROKER", ()))
    broker = Mosquitto(folder, lines)
    broker.start()
    caller = Caller(broker.port)
    env = {
        "MOODBOX_LIBRARY__PATHS": f'["{songs}"]',
        "MOODBOX_DEMO__FACE_S": "600",
        **getattr(request.module, "SURROUNDINGS", {}),
    }
    box = RunningBox(folder, broker.port, **env)
    box.start()
    try:
        caller.await_state(lambda state: state["player"] == "playing", 40)
        yield House(folder, broker, box, caller)
        assert not caller.wrongs()
    finally:
        box.kill()
        caller.close()
        broker.kill()


@pytest.fixture
def caller(house: House) -> Caller:
    """Whoever talks to it, once all that was said before is over."""
    house.caller.settle()
    return house.caller
