"""JSON as RFC 8259 has it and no wider: what other programs send is read here and nowhere else."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

DEEPEST: Final = 32
"""Levels of lists and objects in each other, the outermost being 1."""
_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS: Final = re.compile(rb"[\[\]{}]")
_EXACT_DIGITS: Final = 18


class NotJson(ValueError):  # noqa: N818 - the text is at fault
    """Why it is none, for the middle of a sentence."""


def parse(text: bytes) -> Any:
    """The value; NotJson where it is no JSON, repeats a key or nests deeper than allowed."""
    try:
        characters = text.decode("utf-8")
    except UnicodeDecodeError:
        raise NotJson("it is not UTF-8") from None
    if _depth(text) > DEEPEST:
        raise NotJson(f"it nests deeper than {DEEPEST} levels")
    try:
        return _DECODER.decode(characters)
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg.lower()} at character {error.pos + 1}") from None


def member(text: bytes, name: str) -> bytes:
    """One member of an object that `parse` has read, as it was written."""
    characters = text.decode("utf-8")
    at = _solid(characters, 0) + 1  # behind the brace
    while True:
        key, at = _DECODER.raw_decode(characters, _solid(characters, at))
        start = _solid(characters, _solid(characters, at) + 1)  # behind the colon
        _, at = _DECODER.raw_decode(characters, start)
        if key == name:
            return characters[start:at].encode()
        at = _solid(characters, at) + 1  # behind the comma


def _solid(characters: str, at: int) -> int:
    """Where the next character stands that is no blank."""
    while characters[at] in " \t\n\r":
        at += 1
    return at


def _depth(text: bytes) -> int:
    if text.count(b"[") + text.count(b"{") <= DEEPEST:
        return 0
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", text)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is no JSON")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJson(f"the key {twice[:40]!r} stands twice")
    return members


def _integer(digits: str) -> int | float:
    """A number of a thousand digits would be slow for nothing: it is out of every range."""
    return int(digits) if len(digits) <= _EXACT_DIGITS else float(digits)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_no_constant, parse_int=_integer, strict=True
)
