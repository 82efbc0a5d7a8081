"""Where things stand, as a service and in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.config import LibraryConfig
from edge.config.identity import made_id
from edge.config.paths import CHECKOUT, demo_paths, is_service, music_folders, paths


def test_a_service_uses_the_systems_folders() -> None:
    places = paths(True, {"HOME": "/home/x", "XDG_RUNTIME_DIR": "/run/user/1"})
    assert places.config == Path("/etc/moodbox/moodbox.toml")
    assert places.state == Path("/var/lib/moodbox")
    assert places.socket == Path("/run/moodbox/link.sock")
    assert places.settings == Path("/var/lib/moodbox/settings.json")


def test_a_service_uses_the_folders_that_systemd_gave_it() -> None:
    env = {"STATE_DIRECTORY": "/a/moodbox:/b", "RUNTIME_DIRECTORY": "/run/user/1/moodbox"}
    assert is_service(env)
    assert not is_service({"HOME": "/x", "STATE_DIRECTORY": ""})
    places = paths(True, env)
    assert places.state == Path("/a/moodbox")
    assert places.socket == Path("/run/user/1/moodbox/link.sock")


def test_the_socket_is_boxs_own_also_in_eyes_unit() -> None:
    places = paths(True, {"RUNTIME_DIRECTORY": "/run/moodbox-eye"})
    assert places.socket == Path("/run/moodbox/link.sock")


def test_a_terminal_uses_xdg(tmp_path: Path) -> None:
    env = {
        "HOME": "/home/x",
        "XDG_CONFIG_HOME": "/c",
        "XDG_STATE_HOME": "/s",
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    places = paths(False, env)
    assert places.config == Path("/c/moodbox/moodbox.toml")
    assert places.library == Path("/s/moodbox/library.db")
    assert places.socket == tmp_path / "moodbox" / "link.sock"


@pytest.mark.parametrize("runtime", ["", "relative", "/nowhere/at/all"])
def test_a_terminal_without_xdg_uses_home(runtime: str) -> None:
    env = {"HOME": "/home/x", "XDG_STATE_HOME": "relative", "XDG_RUNTIME_DIR": runtime}
    places = paths(False, env)
    assert places.config == Path("/home/x/.config/moodbox/moodbox.toml")
    assert places.state == Path("/home/x/.local/state/moodbox")
    assert places.socket == places.state / "link.sock"
    assert places.models == CHECKOUT / "models"


def test_a_demo_writes_into_its_folder_only(tmp_path: Path) -> None:
    places = demo_paths(tmp_path)
    for place in (places.config, places.settings, places.library, places.socket):
        assert tmp_path in place.parents


def test_music_is_the_starter_songs_or_the_outermost_folders() -> None:
    places = paths(False, {"HOME": "/home/x"})
    assert music_folders(LibraryConfig(), places) == (places.music,)
    given = LibraryConfig(paths=("/m/a", "/m", "/n/", "/n/../n", "/m2"))
    assert music_folders(given, places) == (Path("/m"), Path("/n"), Path("/m2"))


@pytest.mark.parametrize(
    ("host", "machine", "expected"),
    [
        ("raspberrypi", "1F3c55aa", "raspberrypi-1f3c"),
        ("küche.local", "1f3c55aa", "k-che-1f3c"),
        ("x" * 80, "1f3c55aa", "x" * 59 + "-1f3c"),
        ("...", "1f3c55aa", "moodbox-1f3c"),
    ],
)
def test_makes_an_id(host: str, machine: str, expected: str) -> None:
    assert made_id(host, machine) == expected


def test_an_id_without_a_machine_id_is_steady() -> None:
    assert made_id("pi", "") == made_id("pi", "uninitialized") != made_id("pi2", "")[:7]
