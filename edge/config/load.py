"""One configuration out of file, settings.json, environment and flags, or all that is wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from edge.config import Config, checks, file, settings
from edge.config.values import SECTIONS, SETTINGS, Value, Wrong, checked, nearest, parse, shown
from edge.errors import ConfigError
from edge.messages import Settings

ENV_PREFIX = "MOODBOX_"
_SECRETS = ("password", "passwd", "pass", "secret", "token")


class Origin(msgspec.Struct, frozen=True):
    """Where a value came from."""

    kind: Literal["default", "file", "settings.json", "environment", "flag"]
    where: str = ""
    """File and line, variable, or the flag's setting."""

    def __str__(self) -> str:
        return self.where if self.kind == "file" else f"{self.kind} {self.where}".strip()

    @property
    def place(self) -> str:
        """As sentences about it begin."""
        return "command line" if self.kind == "flag" else self.where


DEFAULT = Origin("default")


class Loaded(msgspec.Struct, frozen=True):
    """A configuration that can be run with."""

    config: Config
    settings: Settings
    """What the listener may change, as it was left: part of `config`, and camera and mode."""
    warnings: tuple[str, ...]
    """One sentence each about what works but is probably not meant; box logs them."""
    origins: Mapping[str, Origin]
    path: Path | None
    """The file that was read."""

    def origin(self, key: str) -> Origin:
        """Where `section.name` came from."""
        if key not in SETTINGS:
            raise KeyError(key)
        return self.origins.get(key, DEFAULT)


def load(
    path: Path | None = None,
    overrides: Mapping[str, object] = MappingProxyType({}),
    env: Mapping[str, str] = MappingProxyType({}),
    settings_json: Path | None = None,
) -> Loaded:
    """Merge all sources; raises ConfigError with one sentence for each problem of any of them.

    `path` must exist where given; `settings_json` need not. `overrides` are the command line's
    `section.name` → value, where a text stands for any type, as in the environment.
    """
    reader = _Reader()
    if path is not None:
        reader.file(path)
    kept = settings.read(settings_json) if settings_json else settings.NOTHING
    for key, value in kept.config.items():
        reader.take(key, value, Origin("settings.json", str(settings_json)))
    for name, text in sorted(env.items()):
        if name.startswith(ENV_PREFIX) and "__" in name[len(ENV_PREFIX) :]:
            key = name[len(ENV_PREFIX) :].replace("__", ".", 1).lower()
            reader.take(key, text, Origin("environment", name), from_text=True)
    for key, override in overrides.items():
        reader.take(key, override, Origin("flag", key), from_text=True)
    return reader.loaded(path, kept)


class _Reader:
    """Collects values, where they came from, and all that is wrong with them."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._origins: dict[str, Origin] = {}
        self._problems: list[str] = []
        self._refused: set[str] = set()
        """Keys of which a value was refused: what does not fit them is no second problem."""

    def file(self, path: Path) -> None:
        found = file.read(path)
        self._problems += found.problems
        self._refused |= {key for key in SETTINGS if key.split(".")[1] in found.broken}
        for name, section in found.tables.items():
            if name not in SECTIONS:
                self._problems.append(_unknown_section(name, section, found.place(name)))
            elif not isinstance(section, dict):
                how = f"write [{name}] on a line of its own, and its keys below"
                self._problems.append(f"{found.place(name)}: {name} is a section; {how}.")
            else:
                for key, value in section.items():
                    origin = Origin("file", found.place(name, key))
                    elements = partial(found.place, name, key)
                    self.take(f"{name}.{key}", value, origin, base=path.parent, elements=elements)

    def take(
        self,
        key: str,
        value: object,
        origin: Origin,
        *,
        from_text: bool = False,
        base: Path | None = None,
        elements: Callable[[int], str] | None = None,
    ) -> None:
        """Hold this value of `section.name`, in place of what an earlier source said."""
        setting = SETTINGS.get(key)
        if setting is None:
            self._problems.append(f"{origin.place}: {_unknown_key(key)}")
            return
        try:
            if from_text and isinstance(value, str):
                value = parse(setting, value)
            good = checked(setting, value)
        except Wrong as wrong:
            self._refused.add(key)
            place = elements(wrong.place) if elements and wrong.place is not None else origin.place
            self._problems.append(f"{place}: {key} = {shown(value)} {wrong}.")
            return
        self._values[key] = checks.absolute(key, good, base or Path.cwd())
        self._origins[key] = origin

    def loaded(self, path: Path | None, kept: settings.Kept) -> Loaded:
        config = build(self._values)
        verdict = checks.check(config, self._given, self._refused)
        if problems := [*self._problems, *verdict.problems]:
            raise ConfigError([_printable(problem) for problem in sorted(problems, key=_by_line)])
        config = checks.clamped(config)
        settings = Settings(
            camera=kept.camera,
            mode=kept.mode,
            policy=config.dj.policy,
            language=config.dj.language,
            volume=config.player.volume,
            repeat=kept.repeat,
            shuffle=kept.shuffle,
            guest_until=kept.guest_until,
        )
        warnings = (*kept.warnings, *verdict.warnings)
        origins = MappingProxyType(self._origins)
        return Loaded(config, settings, warnings, origins, path)

    def _given(self, key: str) -> str | None:
        """Where somebody wrote a key himself; None for a default and for what the box kept."""
        origin = self._origins.get(key, DEFAULT)
        return origin.place if origin.kind in ("file", "environment", "flag") else None


def build(values: Mapping[str, Value]) -> Config:
    """The defaults with these values of `section.name` in place of their own."""
    tables: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for key, value in values.items():
        section, name = key.split(".")
        tables[section][name] = value
    return msgspec.convert(tables, Config)


def _unknown_section(name: str, content: object, place: str) -> str:
    if not isinstance(content, dict):
        homes = [row.section for row in SETTINGS.values() if row.name == name]
        if homes:
            return f"{place}: {name} stands outside its section; put it below [{homes[0]}]."
        return f"{place}: {name} stands outside any section and is not known; remove it."
    if near := nearest(name, SECTIONS):
        return f"{place}: there is no section [{name}]; did you mean [{near}]?"
    known = ", ".join(SECTIONS)
    return f"{place}: there is no section [{name}]; remove it, or use one of {known}."


def _unknown_key(key: str) -> str:
    section, _, name = key.partition(".")
    if not name:
        return f"{key} is no setting; write it as section.key."
    if any(secret in name.lower() for secret in _SECRETS) and section in SECTIONS:
        return (
            f"{key} is not taken, because secrets may only stand in a file of their own; "
            "write the password there and name that in mqtt.password_file."
        )
    if section not in SECTIONS:
        if near := nearest(key, SETTINGS) or nearest(section, SECTIONS):
            return f"there is no section {section}; did you mean {near}?"
        return f"there is no section {section}; remove it."
    if near := nearest(name, [row.name for row in SETTINGS.values() if row.section == section]):
        return f"there is no {key}; did you mean {section}.{near}?"
    if homes := [row.key for row in SETTINGS.values() if row.name == name]:
        return f"there is no {key}; did you mean {homes[0]}?"
    return f"there is no {key}; remove it."


def _by_line(problem: str) -> int:
    """Problems of the file in the order of its lines, all others after them."""
    found = re.match(r".*?:(\d+): ", problem)
    return int(found[1]) if found else sys.maxsize


def _printable(text: str) -> str:
    """Without what could steer a terminal: quoted keys and paths may hold anything."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
