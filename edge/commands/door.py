"""The door: what comes from outside is checked here once, and refused in a sentence that helps."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from edge.commands.actions import ACTIONS, Action
from edge.commands.json_text import NotJson, member, parse
from edge.commands.kinds import Argument
from edge.commands.table import BY_NAME, NAMES, REQUESTS, Entry
from edge.errors import CommandError
from edge.messages import BadCommand, Command, Problem, Value

LARGEST_SET: Final = 1024
"""Bytes of a setting's value; a button takes any payload."""
LARGEST_REQUEST: Final = 65_536
LARGEST_TRANSACTION: Final = 1024
_SHOWN = 40
_NAME_SHOWN = 64
_TRANSACTION: Final = "transaction"
_ORDER: Final = ("bad_payload", "unknown_setting", "out_of_range")
"""What is told first where several things are wrong."""
_NULL: Final = b"null"
_NOTHING: Final = frozenset((b"", b"{}"))
_ALONE: Final = frozenset(
    one.name
    for one in ACTIONS
    if (() in one.forms if one.forms else not any(each.required for each in one.arguments))
)
"""What may be asked for without a word more, as it mostly is."""


class Asked(Value, frozen=True):
    """A request that came in: what it asks, or why it is refused, and what is echoed."""

    name: str
    command: Command | None = None
    problem: Problem | None = None
    """Exactly one of the two."""
    transaction: bytes = _NULL
    """JSON, as it was written."""


def parse_set(name: str, payload: bytes) -> Command | BadCommand:
    """What a plain-value message asks for, or the sentence that says why it is refused."""
    entry = BY_NAME.get(name)
    if entry is None:
        told = _unknown("setting", name, NAMES)
        return BadCommand(name=_cut(name, _NAME_SHOWN), message=told)
    if entry.kind == "button":
        return Command(name=name)
    value = _value(entry, payload)
    if value is None:
        return BadCommand(
            name=name, message=f"{name} takes {entry.takes()}; {_shown(payload)} is refused."
        )
    return Command(name=name, value=value)


def parse_request(name: str, payload: bytes) -> Asked:
    """What a message on `request/<name>` asks for, or why it is refused."""
    if payload in _NOTHING and name in _ALONE:
        return Asked(name=name, command=Command(name=name, asked=True))
    if len(payload) > LARGEST_REQUEST:
        told = f"The request is longer than {LARGEST_REQUEST} bytes; ask for less at once."
        return _refused(name, "too_large", told)
    action = REQUESTS.get(name)
    given: Any = None
    transaction = _NULL
    try:
        given = parse(payload) if payload else {}
        if isinstance(given, dict):
            transaction = _transaction(given, payload)
        if action is None:
            return _refused(name, "unknown_command", _unknown_request(name), transaction)
        if not isinstance(given, dict):
            raise CommandError("bad_payload", f"{name} takes a JSON object, or nothing at all.")
        given.pop(_TRANSACTION, None)
        arguments = check(action, _unwrapped(action, given))
    except NotJson as wrong:
        if action is None:
            return _refused(name, "unknown_command", _unknown_request(name))
        return _refused(name, "bad_json", f"{name} takes JSON, and this is none: {wrong}.")
    except CommandError as error:
        code = error.code if action is not None else "unknown_command"
        told = str(error) if action is not None else _unknown_request(name)
        return _refused(name, code, told, transaction)
    return Asked(
        name=name,
        command=Command(name=name, arguments=arguments, asked=True),
        transaction=transaction,
    )


def _unwrapped(action: Action, given: dict[str, Any]) -> dict[str, Any]:
    """Settings may also come as they are answered: in an object of their own."""
    inner = given.get("settings")
    return inner if action.settings and len(given) == 1 and isinstance(inner, dict) else given


def check(action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the mind wants them; CommandError for the first thing that is wrong."""
    known = {one.name: one for one in action.arguments}
    wrong: list[CommandError] = []
    arguments = {}
    for name, value in given.items():
        argument = known.get(name)
        if argument is None:
            code = "unknown_setting" if action.settings else "bad_payload"
            wrong.append(CommandError(code, _unknown_argument(action, name, known)))
            continue
        try:
            arguments[name] = argument.check(value)
        except CommandError as error:
            wrong.append(error)
    wrong += _missing(action, given)
    if wrong:
        raise min(wrong, key=lambda error: _ORDER.index(error.code))
    return arguments


def _missing(action: Action, given: Mapping[str, Any]) -> Iterable[CommandError]:
    """Arguments that must be there, or must not stand together."""
    names = {one.name for one in action.arguments if one.name in given}
    if action.forms and names not in [set(form) for form in action.forms]:
        ways = "; or ".join(" and ".join(form) or "nothing" for form in action.forms)
        yield CommandError("bad_payload", f"{action.name} takes {ways}.")
    elif not action.forms:
        for one in action.arguments:
            if one.required and one.name not in given:
                told = f"{action.name} needs {one.name}: {one.takes()}."
                yield CommandError("bad_payload", told)


def _transaction(given: Mapping[str, Any], payload: bytes) -> bytes:
    if _TRANSACTION not in given:
        return _NULL
    raw = member(payload, _TRANSACTION)
    if len(raw) > LARGEST_TRANSACTION:
        told = f"transaction may have {LARGEST_TRANSACTION} bytes; send a shorter one."
        raise CommandError("bad_payload", told)
    return raw


def _refused(name: str, code: str, message: str, transaction: bytes = _NULL) -> Asked:
    return Asked(name=name, problem=Problem(code=code, message=message), transaction=transaction)


def _value(entry: Entry, payload: bytes) -> str | int | None:
    if len(payload) > LARGEST_SET:
        return None
    try:
        text = payload.decode("ascii")
    except UnicodeDecodeError:
        return None
    if entry.kind == "words":
        return text if text in entry.words else None
    # Three digits at most: int() of a thousand digits would be slow for nothing.
    if re.fullmatch(r"[0-9]{1,3}", text) and entry.lowest <= int(text) <= entry.highest:
        return int(text)
    return None


def _unknown_argument(action: Action, name: str, known: Mapping[str, Argument]) -> str:
    what = "setting" if action.settings else f"argument of {action.name}"
    if not known:
        return f"{action.name} takes no arguments; {_cut(name, _SHOWN)!r} is refused."
    return _unknown(what, name, known)


def _unknown_request(name: str) -> str:
    return _unknown("command", name, REQUESTS)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    shown, names = _cut(name, _NAME_SHOWN), tuple(known)
    near = difflib.get_close_matches(shown, names, n=1)
    if near:
        return f"There is no {what} {shown!r}; did you mean {near[0]}?"
    return f"There is no {what} {shown!r}; there are {', '.join(names)}."


def _shown(payload: bytes) -> str:
    if len(payload) > LARGEST_SET:
        return f"a value of {len(payload)} bytes"
    return repr(_cut(payload.decode("utf-8", errors="replace"), _SHOWN))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
