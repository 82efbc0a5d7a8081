"""`moodbox devices`: the cameras and loudspeakers of this machine, and which would be used."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import msgspec

from edge.config import Config, PlayerConfig
from edge.config.masked import without_secrets
from edge.errand import ErrandError, ask
from edge.errors import AudioError
from edge.player.drivers import Drivers
from edge.player.outputs import Output, list_outputs

_LIST_S = 10.0


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `devices --json`."""

    schema: int = 1
    cameras: list[dict[str, Any]]
    """source, name, kind, sizes, used."""
    sounds: list[dict[str, Any]]
    """driver, device, name, default, used."""
    configured: dict[str, str]
    """What the configuration names: camera, driver, device."""
    problems: list[str]
    """One sentence for each thing that could not be listed or used."""


def find(config: Config, env: Mapping[str, str]) -> Devices:
    """Everything that can be listed, within twenty seconds or so."""
    problems: list[str] = []
    return Devices(
        cameras=_cameras(config.camera.source, problems),
        sounds=_sounds(config.player, env, problems),
        configured={
            "camera": without_secrets(config.camera.source),
            "driver": config.player.driver,
            "device": config.player.device,
        },
        problems=problems,
    )


def run(config: Config, env: Mapping[str, str], out: TextIO, *, json: bool) -> int:
    """Print them."""
    devices = find(config, env)
    if json:
        print(msgspec.json.encode(devices).decode(), file=out)
    else:
        print("\n".join(_table(devices)), file=out)
    return 0


def _cameras(source: str, problems: list[str]) -> list[dict[str, Any]]:
    try:
        # In a child that has given up the network: a camera's driver may hang or crash.
        found: list[dict[str, Any]] = ask("edge.errands_eye:cameras", within_s=_LIST_S)
    except ErrandError as error:
        problems.append(f"The cameras could not be listed: {_lower(str(error))}")
        return []
    return [{**camera, "used": _same(camera["source"], source)} for camera in found]


def _same(one: str, other: str) -> bool:
    """Whether two names lead to the same camera: a number, a device, a lasting name of it."""
    return one == other or _device(one) == _device(other)


def _device(source: str) -> str:
    if source.isdecimal():
        return f"/dev/video{int(source)}"
    return os.path.realpath(source) if source.startswith("/dev/") else source


def _sounds(
    player: PlayerConfig, env: Mapping[str, str], problems: list[str]
) -> list[dict[str, Any]]:
    driver: str | None = None
    if player.driver != "none":
        try:
            driver = Drivers(player.driver, player.device, env).find()
        except AudioError as error:
            problems.append(str(error))
    outputs = list_outputs(env)
    used = chosen(outputs, driver, player.device)
    return [{**msgspec.structs.asdict(one), "used": one == used} for one in outputs]


def chosen(outputs: Sequence[Output], driver: str | None, device: str) -> Output | None:
    """The one that this driver would play on; None where that cannot be told."""
    own = [one for one in outputs if one.driver == driver]
    if device:
        return next((one for one in own if one.device == device), None)
    return next((one for one in own if one.default), None)


def _table(devices: Devices) -> list[str]:
    lines = ["Cameras, for camera.source:"]
    for camera in devices.cameras:
        sizes = " ".join(f"{width}×{height}" for width, height in camera["sizes"][-4:])
        lines.append(_row(camera["used"], camera["source"], camera["name"], sizes))
    if not devices.cameras:
        lines.append("    none was found; `demo` needs none, a video file or a folder will do")
    lines += ["", "Loudspeakers, for player.driver and player.device:"]
    for sound in devices.sounds:
        usual = "its default" if sound["default"] else ""
        place = f"{sound['driver']}  {sound['device']}"
        lines.append(_row(sound["used"], place, sound["name"], usual))
    if not devices.sounds:
        lines.append("    none was found; `none` plays in silence")
    lines += ["", _configured(devices.configured)]
    return [*lines, *devices.problems]


def _row(used: bool, place: str, name: str, more: str) -> str:
    return f"  {'*' if used else ' '} {place:32}  {name}{f'  ({more})' if more else ''}"


def _configured(names: Mapping[str, str]) -> str:
    sound = " ".join(filter(None, (names["driver"], names["device"])))
    return f"The configuration names the camera {names['camera']} and the sound {sound} (*: used)."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
