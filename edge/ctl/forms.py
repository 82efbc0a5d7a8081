"""What was typed becomes the arguments of a request: bare words find their place by the table.

Pure: all that is known of a command stands in `edge.commands`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from edge.commands import Action, Argument
from edge.commands.door import check
from edge.errors import CommandError

NATURAL: Final[Mapping[str, str]] = {
    "library.scan": "scan",
    "settings.get": "settings",
    "settings.set": "set",
}
"""Words for names that would read oddly; the others only lose their dot."""
SONGS: Final = frozenset({"track_id", "track_ids"})
"""Arguments that hold ids of songs; words of a title may stand for one."""
_ID: Final = re.compile(r"[0-9a-f]{24}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{0,9})?")
_MINUTES: Final = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-5]?[0-9](?:\.[0-9]{0,3})?)")
_AGO: Final = re.compile(r"([0-9]{1,5})([dh])")
_WORDS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "on", "yes"), True),
    **dict.fromkeys(("false", "off", "no"), False),
}


def natural(name: str) -> str:
    """The word for a command in the terminal."""
    return NATURAL.get(name, name.replace(".", "-").replace("_", "-"))


def is_id(text: str) -> bool:
    """It has the form of a song's id."""
    return _ID.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """`-5` and `+0.5` too, which are no options."""
    return _NUMBER.fullmatch(text) is not None


def flag(name: str) -> str:
    """`-n`, `--track-id`."""
    return f"-{name}" if len(name) == 1 else f"--{name.replace('_', '-')}"


def arguments(
    action: Action, words: Sequence[str], options: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """What to send; CommandError where the words are not what the command takes."""
    given = {
        name: _typed(_named(action, name), value, now)
        for name, value in options.items()
        if value is not None and value is not False
    }
    if action.settings:
        given |= _assigned(action, words, now)
    else:
        _place(action, list(words), given, now)
    check(action, given)
    return given


def loose(action: Action) -> tuple[Argument, ...]:
    """The arguments that bare words may fill."""
    if action.settings:
        return ()
    takes = [one for one in action.arguments if one.kind != "bool"]
    ends = [one.kind in {"text", "texts"} and one.name != "track_id" for one in takes]
    last = ends.index(True) + 1 if True in ends else len(takes)  # it takes all that is left
    return tuple(takes[:last])


def value_of(argument: Argument, text: str) -> Any:
    """A setting's value as it was typed; what makes no sense is left for the check to refuse."""
    if text == "null" and argument.nullable:
        return None
    return _typed(argument, text, datetime.now().astimezone())


# --- inside ---------------------------------------------------------------------------------------


def _named(action: Action, name: str) -> Argument:
    return next(one for one in action.arguments if one.name == name)


def _assigned(action: Action, words: Sequence[str], now: datetime) -> dict[str, Any]:
    known = {one.name: one for one in action.arguments}
    given: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise CommandError("bad_payload", f"Write NAME=VALUE, as in volume=30; not {word!r}.")
        argument = known.get(name)
        if argument is None:
            given[name] = text  # the check knows what comes close
        elif text == "null" and argument.nullable:
            given[name] = None
        else:
            given[name] = _typed(argument, text, now)
    if not given:
        raise CommandError("bad_payload", "Write at least one NAME=VALUE, as in volume=30.")
    return given


def _place(action: Action, words: list[str], given: dict[str, Any], now: datetime) -> None:
    """Each word goes to the first argument that it fits and that has no value yet."""
    while words:
        for argument in loose(action):
            if argument.name not in given and _fits(action, argument, words[0], now):
                break
        else:
            raise CommandError("bad_payload", _left_over(action, words[0]))
        if argument.kind == "texts":
            given[argument.name] = [words.pop(0), *words]
            words.clear()
        elif argument.kind == "text" and argument.name != "track_id":
            given[argument.name] = " ".join(words)
            words.clear()
        else:
            given[argument.name] = _typed(argument, words.pop(0), now)


def _fits(action: Action, argument: Argument, word: str, now: datetime) -> bool:
    match argument.kind:
        case "word":
            return word in argument.words
        case "integer" | "number":
            signed = word[:1] in {"+", "-"} and (argument.lowest or 0) >= 0
            change = argument.lowest is None  # louder, quieter
            return isinstance(_number(argument, word), float | int) and (change or not signed)
        case "text" if argument.name in SONGS:
            free = any(one.kind == "text" and one.name not in SONGS for one in action.arguments)
            return is_id(word) or not free
        case "time":
            return isinstance(_time(word, now), str)
    return True


def _left_over(action: Action, word: str) -> str:
    for one in loose(action):
        if one.kind in {"word", "integer", "number"} and len(loose(action)) == 1:
            return f"{one.name} takes {one.takes()}; {word!r} is refused."
    return f"{natural(action.name)} knows nothing to do with {word!r}; --help shows what it takes."


def _typed(argument: Argument, value: Any, now: datetime) -> Any:
    """As JSON has it; a text that is none of the kind stays a text, for the check to refuse."""
    if not isinstance(value, str):
        return value
    match argument.kind:
        case "integer" | "number":
            number = _number(argument, value)
            return value if number is None else number
        case "bool":
            return _WORDS.get(value.lower(), value)
        case "time":
            return _time(value, now) or value
    return value


def _number(argument: Argument, text: str) -> float | int | None:
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    clock = _MINUTES.fullmatch(text)
    if clock is None or not argument.name.endswith("_s"):
        return None
    hours, minutes, seconds = clock.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _time(text: str, now: datetime) -> str | None:
    """A time of RFC 3339 as it is, a local day or time, or so long ago: 7d, 12h."""
    ago = _AGO.fullmatch(text)
    if ago:
        unit = {"d": "days", "h": "hours"}[ago.group(2)]
        return (now - timedelta(**{unit: int(ago.group(1))})).isoformat(timespec="seconds")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return text
    return moment.astimezone().isoformat(timespec="seconds")  # this machine's summer time counts
