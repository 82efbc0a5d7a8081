"""All that the box obeys, by name; and what of it is also obeyed as a plain value."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from edge.commands.actions import ACTIONS, Action
from edge.commands.settings import SETTINGS
from edge.messages import Value


class Entry(Value, frozen=True):
    """What is obeyed as a plain value on `<name>/set`."""

    name: str
    kind: Literal["words", "number", "button"]
    about: str
    words: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    hint: str = ""

    def takes(self) -> str:
        """What may be sent, in a few words."""
        if self.kind == "button":
            return "anything"
        if self.kind == "number":
            return f"a whole number from {self.lowest} to {self.highest}, digits only"
        return self.hint or " | ".join(self.words)


def _entries() -> tuple[Entry, ...]:
    found = []
    for setting in SETTINGS:
        one = setting.value
        if setting.plain and one.kind == "word":
            found.append(
                Entry(name=one.name, kind="words", about=one.about, words=one.words, hint=one.hint)
            )
        elif setting.plain:
            highest = int(one.highest or 0)
            found.append(Entry(name=one.name, kind="number", about=one.about, highest=highest))
    buttons = (action for action in ACTIONS if action.button)
    found += [Entry(name=one.name, kind="button", about=one.about) for one in buttons]
    return tuple(found)


TABLE: Final = _entries()
"""All plain values."""
BY_NAME: Final[Mapping[str, Entry]] = MappingProxyType({entry.name: entry for entry in TABLE})
NAMES: Final = tuple(BY_NAME)
REQUESTS: Final[Mapping[str, Action]] = MappingProxyType({one.name: one for one in ACTIONS})
COMMANDS: Final = tuple(dict.fromkeys((*NAMES, *REQUESTS)))
"""Everything that the box obeys, as `info` lists it."""
