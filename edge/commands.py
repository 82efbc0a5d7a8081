"""The one table of commands and settings: what each takes, and the check at the door.

Topics, `info`, the checks and the documentation are made of it; nothing of it is listed twice.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from edge.languages import ISO_639_1
from edge.messages import MOODS, BadCommand, Command, Mode, Policy, Value

LARGEST_SET: Final = 1024
"""Bytes of a setting's value; a button takes any payload."""
_SHOWN = 40
_NAME_SHOWN = 64


class Entry(Value, frozen=True):
    """One thing that the box obeys as a plain value on `<name>/set`."""

    name: str
    kind: Literal["words", "number", "button"]
    """A setting that takes one of its words, one that takes a whole number, or a button."""
    about: str
    """One line of explanation."""
    words: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    hint: str = ""
    """What to send, where the words are too many to list."""

    def takes(self) -> str:
        """What may be sent, in a few words."""
        if self.kind == "button":
            return "anything"
        if self.kind == "number":
            return f"a whole number from {self.lowest} to {self.highest}, digits only"
        return self.hint or " | ".join(self.words)


TABLE: Final = (
    Entry(
        name="camera",
        kind="words",
        words=("on", "off"),
        about="Opens the camera's eye, or closes it.",
    ),
    Entry(
        name="mode",
        kind="words",
        words=get_args(Mode),
        about="Who chooses the songs: auto, the mood; manual, the listener.",
    ),
    Entry(
        name="override",
        kind="words",
        words=("auto", *MOODS),
        about="Takes this for the mood, whoever is there; auto believes the camera again.",
    ),
    Entry(
        name="policy",
        kind="words",
        words=get_args(Policy),
        about="What the songs do with the mood: match it, lift it or calm it.",
    ),
    Entry(
        name="language",
        kind="words",
        words=("any", *sorted(ISO_639_1)),
        hint="any or an ISO 639-1 code such as hi",
        about="Prefers songs in this language.",
    ),
    Entry(name="volume", kind="number", highest=100, about="How loud."),
    Entry(name="play", kind="button", about="Goes on; after a stop, chooses anew."),
    Entry(name="pause", kind="button", about="Holds the song."),
    Entry(name="stop", kind="button", about="Ends the song and stays quiet."),
    Entry(name="next", kind="button", about="Goes on with another song."),
    Entry(name="previous", kind="button", about="Begins the song again, or the one before it."),
    Entry(name="like", kind="button", about="Remembers that the listener likes this song."),
    Entry(name="dislike", kind="button", about="Remembers that the listener does not like it."),
)
BY_NAME: Final[Mapping[str, Entry]] = MappingProxyType({entry.name: entry for entry in TABLE})
NAMES: Final = tuple(BY_NAME)


def parse_set(name: str, payload: bytes, source: str = "mqtt") -> Command | BadCommand:
    """What a plain-value message asks for, or the sentence that says why it is refused."""
    entry = BY_NAME.get(name)
    if entry is None:
        return BadCommand(name=_cut(name, _NAME_SHOWN), message=_unknown(name))
    if entry.kind == "button":
        return Command(name=name, source=source)
    value = _value(entry, payload)
    if value is None:
        return BadCommand(
            name=name, message=f"{name} takes {entry.takes()}; {_shown(payload)} is refused."
        )
    return Command(name=name, value=value, source=source)


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


def _unknown(name: str) -> str:
    shown = _cut(name, _NAME_SHOWN)
    near = difflib.get_close_matches(shown, NAMES, n=1)
    if near:
        return f"There is no setting {shown!r}; did you mean {near[0]}?"
    return f"There is no setting {shown!r}; there are {', '.join(NAMES)}."


def _shown(payload: bytes) -> str:
    if len(payload) > LARGEST_SET:
        return f"a value of {len(payload)} bytes"
    return repr(_cut(payload.decode("utf-8", errors="replace"), _SHOWN))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
