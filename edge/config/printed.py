"""A configuration for a person or a program to read: the example file, and what is in force."""

from __future__ import annotations

from typing import Any

from edge.config import Config
from edge.config.load import Loaded
from edge.config.masked import without_secrets
from edge.config.values import SECTIONS, SETTINGS, Setting, Value, shown

_HEAD = """\
# The configuration of Moodbox, with every setting at its default.
# Keep the lines that you change; what is not here keeps its default.
#
# A setting can also come from the environment, as in MOODBOX_CAMERA__RATE=4, or from the command
# line, as in --set camera.rate=4. What was changed while the box ran (volume, policy and the like)
# is kept in settings.json and goes before this file. Durations end in _s and are seconds.
"""


def example() -> str:
    """A complete TOML file that says what each setting is for and loads back to the defaults."""
    parts = [_HEAD]
    for section in SECTIONS:
        about = type(getattr(Config(), section)).__doc__ or ""
        lines = [f"# {about.strip()}", f"[{section}]"]
        for setting in SETTINGS.values():
            if setting.section == section:
                lines += [f"# {_explained(setting)}", f"{setting.name} = {shown(setting.default)}"]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _explained(setting: Setting) -> str:
    text = setting.explanation
    allowed = setting.range
    return f"{text} ({allowed})" if allowed and setting.kind is not bool else text


def value_of(config: Config, setting: Setting) -> Value:
    """What is in force for this setting."""
    value: Value = getattr(getattr(config, setting.section), setting.name)
    return value


def table(loaded: Loaded) -> str:
    """Each value in TOML's form, with where it came from."""
    rows = []
    for setting in SETTINGS.values():
        value = shown(value_of(loaded.config, setting))
        rows.append((setting.key, value, str(loaded.origin(setting.key))))
    widest = [max(len(row[column]) for row in rows) for column in (0, 1)]
    widest[1] = min(widest[1], 32)
    return "\n".join(
        f"{key:<{widest[0]}} = {value:<{widest[1]}}  # {origin}" for key, value, origin in rows
    )


def as_json(loaded: Loaded) -> dict[str, Any]:
    """The same for a program."""
    settings = []
    for setting in SETTINGS.values():
        value = value_of(loaded.config, setting)
        origin = loaded.origin(setting.key)
        settings.append(
            {
                "key": setting.key,
                "value": without_secrets(value) if isinstance(value, str) else value,
                "default": setting.default,
                "origin": {"kind": origin.kind, "where": origin.where or None},
                "explanation": setting.explanation,
            }
        )
    file = str(loaded.path) if loaded.path else None
    return {"schema": 1, "file": file, "settings": settings, "warnings": list(loaded.warnings)}
