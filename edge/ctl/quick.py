"""The short way of `moodbox ctl` to the box on this machine: without typer.

typer takes longer to start than all the rest: 0.25 s of CPU with it, 0.10 s without. What is not
understood here at once (help, completion, the broker, an option of the configuration, a slip of the
pen) is left to it; both ways lead to the same `run`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from edge.commands import ACTIONS, SETTINGS, Action, Setting
from edge.ctl import run
from edge.ctl.forms import flag, is_number, natural

COMPLETES: Final = "_MOODBOX_COMPLETE"
"""Set by the shell's script while it asks what may follow."""


class Read(msgspec.Struct, frozen=True):
    """What the words ask for."""

    asked: Action | Setting
    words: tuple[str, ...]
    options: dict[str, Any]
    json: bool = False
    socket: Path | None = None


def answered(words: Sequence[str], env: Mapping[str, str]) -> int | None:
    """The exit status; None where typer is to look at it."""
    found = None if COMPLETES in env else read(words)
    if found is None:
        return None
    from edge.ctl.here import near

    def way() -> Any:
        return near(found.socket, os.environ)

    if isinstance(found.asked, Setting):
        text = found.words[0] if found.words else None
        return run.put(way, found.asked, text, json=found.json)
    return run.ask(way, found.asked, found.words, found.options, json=found.json)


def read(words: Sequence[str]) -> Read | None:
    """The command and its arguments; None for all that is not plain."""
    if not words:
        return None
    asked = _named(words[0])
    if asked is None:
        return None
    known = _flags(asked)
    bare: list[str] = []
    options: dict[str, Any] = {}
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or is_number(word):
            bare.append(word)
            continue
        given, equals, value = word.partition("=")
        if given not in known:
            return None
        name, kind = known[given]
        if kind == "bool":
            if equals:
                return None
            options[name] = True
            continue
        if not equals and not rest:
            return None
        value = value if equals else rest.pop(0)
        options[name] = [*options.get(name, ()), value] if kind == "texts" else value
    return _told(asked, bare, options)


# --- inside ---------------------------------------------------------------------------------------


def _named(word: str) -> Action | Setting | None:
    for action in ACTIONS:
        if word in {action.name, natural(action.name)}:
            return action
    plain = (one for one in SETTINGS if one.plain)
    return next((one for one in plain if word in {one.name, natural(one.name)}), None)


def _flags(asked: Action | Setting) -> dict[str, tuple[str, str]]:
    """Name and kind, by flag."""
    flags = {"--json": ("json", "bool"), "--socket": ("socket", "text")}
    if isinstance(asked, Setting) or asked.settings:
        return flags
    return flags | {flag(one.name): (one.name, one.kind) for one in asked.arguments}


def _told(asked: Action | Setting, bare: list[str], options: dict[str, Any]) -> Read | None:
    json, socket = bool(options.pop("json", False)), options.pop("socket", None)
    if isinstance(asked, Setting) and len(bare) > 1:
        return None
    return Read(
        asked=asked,
        words=tuple(bare),
        options=options,
        json=json,
        socket=None if socket is None else Path(socket),
    )
