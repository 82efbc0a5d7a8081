"""settings.json: what was changed over MQTT or the panel and outlives a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

from edge.commands import SETTINGS
from edge.config import values
from edge.config.state_file import write
from edge.config.values import Value, Wrong, checked, shown
from edge.messages import Mode, Repeat

SCHEMA = 1

KEYS: Final = MappingProxyType({one.name: one.key for one in SETTINGS if one.key})
"""The contract's flat names, and the settings that they stand for."""


class Kept(msgspec.Struct, frozen=True):
    """What the file holds that can be used."""

    config: Mapping[str, Value] = {}
    """By `section.name`."""
    camera: Literal["on", "off"] = "on"
    mode: Mode = "auto"
    repeat: Repeat = "off"
    shuffle: bool = False
    guest_until: float | None = None
    warnings: tuple[str, ...] = ()


NOTHING: Final = Kept()
_OURS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "camera": Literal["on", "off"],
        "mode": Mode,
        "repeat": Repeat,
        "shuffle": bool,
        "guest_until": float | None,
    }
)
"""What stands in no section of the configuration."""


def read(path: Path) -> Kept:
    """The kept settings; damage is a warning, for a power cut must not keep the box silent."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        return Kept(warnings=(f"{path} cannot be read ({error.strerror}); it is ignored.",))
    except (ValueError, RecursionError):
        return Kept(warnings=(f"{path} is damaged; it is ignored.",))
    if not isinstance(content, dict) or not isinstance(content.get("settings"), dict):
        return Kept(warnings=(f"{path} is damaged; it is ignored.",))
    if content.get("schema") != SCHEMA:
        return Kept(warnings=(f"{path} has another schema than {SCHEMA}; it is ignored.",))
    return _sorted_out(path, content["settings"])


def _sorted_out(path: Path, settings: dict[str, Any]) -> Kept:
    config: dict[str, Value] = {}
    kept: dict[str, Any] = {}
    warnings = []
    for name, value in settings.items():
        if name in _OURS:
            try:
                kept[name] = msgspec.convert(value, _OURS[name])
            except msgspec.ValidationError:
                warnings.append(f"{path}: {name} = {shown(value)} is not known; it is ignored.")
        elif name in KEYS:
            try:
                config[KEYS[name]] = checked(
                    values.SETTINGS[KEYS[name]], "" if value is None else value
                )
            except Wrong as wrong:
                warnings.append(f"{path}: {name} = {shown(value)} {wrong}; it is ignored.")
        # Other names are settings of a newer version that ran here before: no word about them.
    return Kept(config=config, warnings=tuple(warnings), **kept)


def save(path: Path, changed: Mapping[str, Any]) -> None:
    """Write what was changed so that a pulled plug leaves the old file or the new one.

    Names that stand there already and are not among `changed` stay.
    """
    write(path, {"schema": SCHEMA, "settings": {**_standing(path), **changed}})


def _standing(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    settings = content.get("settings") if isinstance(content, dict) else None
    return settings if isinstance(settings, dict) else {}
