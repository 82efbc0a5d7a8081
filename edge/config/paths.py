"""Where configuration, state, socket, models and songs stand: as a service, or in a terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from edge.config import LibraryConfig

INSTALLED: Final = Path("/opt/moodbox/current")
CHECKOUT: Final = Path(__file__).resolve().parents[2]
_UNIT_MARKS = ("STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CONFIGURATION_DIRECTORY")


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    """The places of one run."""

    config: Path
    """The configuration file, which need not exist."""
    state: Path
    """Folder that only box writes to."""
    socket: Path
    models: Path
    music: Path
    """The starter songs."""

    @property
    def settings(self) -> Path:
        """What was changed while the box ran."""
        return self.state / "settings.json"

    @property
    def playing(self) -> Path:
        """What was playing, for after a power cut."""
        return self.state / "playing.json"

    @property
    def rest(self) -> Path:
        """How the listener's face reads at rest, where `calibrate` was used."""
        return self.state / "rest.json"

    @property
    def library(self) -> Path:
        return self.state / "library.db"

    @property
    def history(self) -> Path:
        """Moods and songs of the last days."""
        return self.state / "history.db"


def is_service(env: Mapping[str, str]) -> bool:
    """Whether systemd gave this process folders of its own."""
    return any(env.get(mark) for mark in _UNIT_MARKS)


def paths(service: bool, env: Mapping[str, str]) -> Paths:
    """The places as the table in the documentation has them."""
    return _service_paths(env) if service else _terminal_paths(env)


def demo_paths(folder: Path) -> Paths:
    """Everything that a demo writes, in one temporary folder."""
    return Paths(
        config=folder / "moodbox.toml",
        state=folder,
        socket=folder / "link.sock",
        models=_beside_the_code("models"),
        music=_beside_the_code("music"),
    )


def music_folders(library: LibraryConfig, places: Paths) -> tuple[Path, ...]:
    """The folders to scan, without those that stand inside another one."""
    folders = [Path(os.path.normpath(path)) for path in library.paths] or [places.music]
    return tuple(
        folder
        for number, folder in enumerate(folders)
        if folder not in folders[:number] and not any(other in folder.parents for other in folders)
    )


def _service_paths(env: Mapping[str, str]) -> Paths:
    runtime = _unit_folder(env, "RUNTIME_DIRECTORY", Path("/run/moodbox"))
    if runtime.name != "moodbox":
        # The runtime folder of eye's or player's own unit is not where box listens.
        runtime = Path("/run/moodbox")
    return Paths(
        config=_unit_folder(env, "CONFIGURATION_DIRECTORY", Path("/etc/moodbox")) / "moodbox.toml",
        state=_unit_folder(env, "STATE_DIRECTORY", Path("/var/lib/moodbox")),
        socket=runtime / "link.sock",
        models=_installed("models"),
        music=_installed("music"),
    )


def _terminal_paths(env: Mapping[str, str]) -> Paths:
    home = Path(env["HOME"]) if env.get("HOME") else Path.home()
    state = _absolute(env, "XDG_STATE_HOME", home / ".local" / "state") / "moodbox"
    runtime = env.get("XDG_RUNTIME_DIR", "")
    return Paths(
        config=_absolute(env, "XDG_CONFIG_HOME", home / ".config") / "moodbox" / "moodbox.toml",
        state=state,
        # Where sudo or su left the variable behind, the folder is somebody else's or gone.
        socket=(
            Path(runtime, "moodbox", "link.sock")
            if runtime.startswith("/") and Path(runtime).is_dir()
            else state / "link.sock"
        ),
        models=_beside_the_code("models"),
        music=_beside_the_code("music"),
    )


def _unit_folder(env: Mapping[str, str], name: str, default: Path) -> Path:
    """systemd lists the folders of a unit with colons between them; the first is ours."""
    first = env.get(name, "").split(":")[0]
    return Path(first) if first else default


def _absolute(env: Mapping[str, str], name: str, default: Path) -> Path:
    """The XDG specification says that a relative path is to be ignored."""
    value = env.get(name, "")
    return Path(value) if value.startswith("/") else default


def _beside_the_code(name: str) -> Path:
    here = CHECKOUT / name
    return here if here.is_dir() else INSTALLED / name


def _installed(name: str) -> Path:
    there = INSTALLED / name
    return there if there.is_dir() else CHECKOUT / name
