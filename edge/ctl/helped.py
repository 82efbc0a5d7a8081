"""The help of `moodbox ctl`, made of the table's own words."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final

from edge.commands import Action, Argument, Setting
from edge.ctl.forms import SONGS, flag, loose, natural

CTL: Final = """Command a box from the terminal, and look at what it does.

Without more it is the box on this machine, over its socket: no broker is needed. --box ID is any
box over the MQTT broker of the configuration, --group NAME all boxes of a group; both stand before
the command or behind it. Answers are for people; with --json they are the responses of MQTT as they
are, one a line.

Exit status: 0 done; 1 refused, or no such box; 2 wrong use or configuration; 130 Ctrl-C.

Examples:

  moodbox ctl play --mood happy

  moodbox ctl volume +5

  moodbox ctl --box attic next

  moodbox ctl set crossfade_s=3 quiet_from=null
"""
_METAVARS: Final[Mapping[str, str]] = {
    "text": "TEXT",
    "texts": "TEXT",
    "integer": "NUMBER",
    "number": "NUMBER",
    "clock": "HH:MM",
    "time": "TIME",
    "bool": "true|false",
}
_SHOWN: Final[Mapping[str, Any]] = {
    "track_id": "1e9ded8f525a4bd1a0c3f76e",
    "track_ids": ["1e9ded8f525a4bd1a0c3f76e", "2766a24ead892f030c65eff0"],
    "query": "tum hi",
    "mood": "happy",
    "position_s": 83,
    "level": 30,
    "delta": -5,
    "minutes": 30,
    "valence": 0.6,
    "arousal": -0.2,
    "hours": 48,
    "n": 5,
    "kind": "film",
    "language": "hi",
    "crossfade_s": 3,
    "quiet_from": "22:30",
    "before": "2026-11-20T22:38:00Z",
}
"""A value for each argument that makes a good example; others get the first that is allowed."""


def of_action(action: Action) -> str:
    """About it, how it may be called, what comes back, and examples."""
    parts = [action.about]
    if action.settings:
        parts.append("Each NAME=VALUE is one setting; all of them are changed, or none. NAMEs:")
        parts += [f"- `{one.name}`: {one.about} ({one.takes()})" for one in action.arguments]
    if action.forms:
        ways = ", or ".join(" and ".join(map(flag, form)) or "nothing" for form in action.forms)
        parts.append(f"It takes {ways}.")
    if any(one.name in SONGS for one in action.arguments):
        parts.append("A song is named by its id, or by words of its title that no other song has.")
    over = f"Over MQTT it is `request/{action.name}`"
    over += f", and the button `{action.name}/set`." if action.button else "."
    parts.append(f"{over} With --json, data holds {action.answer or 'nothing'}.")
    parts.append("Exit status: 0 done; 1 refused, or no box; 2 wrong use; 130 Ctrl-C.")
    parts.append("Examples:")
    parts += [f"  {line}" for line in examples(action)]
    return "\n\n".join(parts)


def of_setting(setting: Setting) -> str:
    """About it, and what it takes."""
    one = setting.value
    held = "It outlasts a restart." if setting.lasting else "It ends with a restart of the box."
    return "\n\n".join(
        (
            setting.about,
            f"It takes {one.takes()}; without a value it tells how it stands. {held} Over MQTT it "
            f"is `{setting.name}/set`.",
            "Exit status: 0 done; 1 refused, or no box; 2 wrong use; 130 Ctrl-C.",
            "Examples:",
            f"  moodbox ctl {natural(setting.name)} {_word(one)}",
            f"  moodbox ctl {natural(setting.name)} --group downstairs",
        )
    )


def of_words(action: Action) -> str:
    """The help of the bare words."""
    if action.settings:
        return "Settings and their values; null takes one away."
    takes = loose(action)
    if len(takes) == 1:
        return f"{takes[0].about} {limits(takes[0])}".strip()
    return f"Each goes to the first of these that it fits: {', '.join(map(_name, takes))}."


def bare(action: Action) -> str:
    """The bare words in the line of usage."""
    if action.settings:
        return "NAME=VALUE"
    known = {one.name: one for one in loose(action)}
    if action.forms:
        ways = (
            " ".join(metavar(known[name]) for name in form)
            for form in action.forms
            if form and known.keys() >= set(form)
        )
        return " | ".join(ways)
    needed = [one for one in loose(action) if one.required] or list(loose(action))
    return " ".join(map(metavar, needed)) if len(needed) == 1 else "WORD"


def metavar(one: Argument) -> str:
    """What stands for its value."""
    if one.name in SONGS:
        return "SONG"
    if one.kind == "word":
        return one.name.upper()
    if one.kind in {"text", "integer", "number"} and len(one.name) > 1:
        return one.name.removesuffix("_s").upper()
    return _METAVARS[one.kind]


def limits(one: Argument) -> str:
    """What it takes, in brackets; nothing where that is plain."""
    plain = one.kind == "text" and (one.longest is None or one.name in SONGS)
    return "" if plain or one.kind == "bool" else f"({one.takes()})"


def example(action: Action, names: tuple[str, ...]) -> dict[str, Any]:
    """Arguments of these names."""
    known = {one.name: one for one in action.arguments}
    return {name: _value(known[name]) for name in names}


def forms(action: Action) -> tuple[tuple[str, ...], ...]:
    """Sets of arguments that make good examples."""
    if action.settings:
        kinds = {one.kind: one.name for one in reversed(action.arguments)}
        return (tuple(kinds[kind] for kind in ("number", "clock") if kind in kinds),)
    if action.forms:
        return action.forms[:4]
    needed = tuple(one.name for one in action.arguments if one.required)
    optional = tuple(one.name for one in action.arguments if not one.required)
    return (needed, (*needed, *optional[:2])) if optional else (needed,)


def examples(action: Action) -> list[str]:
    """Whole lines."""
    return [
        " ".join(("moodbox ctl", natural(action.name), *_typed(action, example(action, names))))
        for names in forms(action)
    ]


# --- inside ---------------------------------------------------------------------------------------


def _typed(action: Action, given: Mapping[str, Any]) -> list[str]:
    """The arguments as they are typed: bare where they are needed, else as options."""
    known = {one.name: one for one in action.arguments}
    typed = []
    for name, value in given.items():
        if action.settings:
            typed.append(f"{name}={_plain(value)}")
        elif known[name].kind == "bool":
            typed.append(flag(name))
        elif known[name].required or (name in {"level", "delta", "query"} and len(given) == 1):
            sign = "+" if name == "delta" and value > 0 else ""
            typed += [sign + _plain(one) for one in (value if isinstance(value, list) else [value])]
        else:
            typed += [flag(name), _plain(value)]
    return typed


def _name(one: Argument) -> str:
    return one.name


def _plain(value: Any) -> str:
    return shlex.quote(value) if isinstance(value, str) else json.dumps(value)


def _value(one: Argument) -> Any:
    if one.name in _SHOWN:
        return _SHOWN[one.name]
    match one.kind:
        case "word":
            return one.words[-1]
        case "bool":
            return True
        case "integer" | "number":
            return one.lowest if one.lowest is not None else 1
        case "texts":
            return ["a text"]
        case "clock":
            return "22:30"
        case "time":
            return "2026-11-20T22:38:00Z"
    return "a text"


def _word(one: Argument) -> str:
    return _plain(_value(one))
