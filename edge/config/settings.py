"""settings.json: what was changed over MQTT or the panel and outlives a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

from edge.config.state_file import write
from edge.config.values import SETTINGS, Value, Wrong, checked, shown
from edge.messages import Mode, Settings

SCHEMA = 1

KEYS: Final = MappingProxyType(
    {
        "policy": "dj.policy",
        "language": "dj.language",
        "volume": "player.volume",
        "volume_limit": "player.volume_limit",
        "crossfade_s": "dj.crossfade_s",
        "name": "box.name",
        "patience_s": "mood.patience_s",
        "override_s": "mood.override_s",
        "absent_pause_s": "presence.absent_pause_s",
    }
)
"""The contract's flat names, and the settings that they stand for."""


class Kept(msgspec.Struct, frozen=True):
    """What the file holds that can be used."""

    config: Mapping[str, Value] = {}
    """By `section.name`."""
    camera: Literal["on", "off"] = "on"
    mode: Mode = "auto"
    warnings: tuple[str, ...] = ()


NOTHING: Final = Kept()


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
        if name in ("camera", "mode"):
            good = ("on", "off") if name == "camera" else ("auto", "manual")
            if value in good:
                kept[name] = value
            else:
                warnings.append(f"{path}: {name} = {shown(value)} is not known; it is ignored.")
        elif name in KEYS:
            try:
                config[KEYS[name]] = checked(SETTINGS[KEYS[name]], value)
            except Wrong as wrong:
                warnings.append(f"{path}: {name} = {shown(value)} {wrong}; it is ignored.")
        # Other names are settings of a newer version that ran here before: no word about them.
    return Kept(config=config, warnings=tuple(warnings), **kept)


def save(path: Path, settings: Settings) -> None:
    """Write the settings so that a pulled plug leaves the old file or the new one.

    Names that stand there already and are not among `settings` stay.
    """
    kept = {**_standing(path), **msgspec.to_builtins(settings)}
    write(path, {"schema": SCHEMA, "settings": kept})


def _standing(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    settings = content.get("settings") if isinstance(content, dict) else None
    return settings if isinstance(settings, dict) else {}
