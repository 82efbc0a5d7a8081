"""Which drivers are tried, and in which order."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.errors import AudioError
from edge.player.drivers import Drivers, candidates, pulse_answers


@pytest.fixture
def server() -> Iterator[Path]:
    """Something that listens where libpulse looks; not in tmp_path, whose name may be too long."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder:
        path = Path(folder) / "pulse" / "native"
        path.parent.mkdir()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(path))
            listener.listen()
            yield path


def test_the_owners_word_outranks_the_environment() -> None:
    assert candidates("alsa", {"SDL_AUDIODRIVER": "disk"}) == ("alsa",)


def test_the_environment_outranks_the_search(server: Path) -> None:
    env = {"SDL_AUDIODRIVER": "disk,dummy", "PULSE_SERVER": f"unix:{server}"}
    assert candidates("auto", env) == ("disk", "dummy")


def test_pulseaudio_is_tried_only_where_it_answers(server: Path) -> None:
    assert candidates("auto", {"PULSE_SERVER": f"unix:{server}"}) == ("pulseaudio", "alsa")
    away = {"PULSE_SERVER": f"unix:{server}-away"}
    assert candidates("auto", away) == ("alsa",)


def test_a_server_is_looked_for_where_libpulse_does(server: Path) -> None:
    runtime = str(server.parents[1])
    assert pulse_answers({"XDG_RUNTIME_DIR": runtime})
    assert pulse_answers({"PULSE_RUNTIME_PATH": str(server.parent)})
    assert pulse_answers({"PULSE_SERVER": str(server)})
    assert pulse_answers({"PULSE_SERVER": "192.0.2.1"})  # elsewhere: only trying can tell
    assert not pulse_answers({"PULSE_SERVER": f"unix:{runtime}/nobody", "XDG_RUNTIME_DIR": runtime})


def test_nothing_to_play_on_is_one_sentence() -> None:
    with pytest.raises(AudioError) as refused:
        Drivers("nosuch").find()
    assert str(refused.value).startswith("There is no loudspeaker to play on (nosuch: ")
    assert "\n" not in str(refused.value)
