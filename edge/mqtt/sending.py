"""What goes to the broker next, and what is on its way: the outbox's side of one session."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from edge.mqtt.limits import Limits
from edge.mqtt.outbox import Letter, Outbox
from edge.mqtt.packets import REFUSED
from edge.mqtt.wire import meaning

FOR_GOOD: Final = frozenset({0x87, 0x90, 0x91, 0x95, 0x99})
"""Refusals that last: not allowed, or not liked as it is. Others are quotas and the like."""
_log = logging.getLogger("moodbox.mqtt")


class Sending:
    """Passes letters on while there is room, and takes in what the broker says of each."""

    def __init__(self, outbox: Outbox, pass_on: Callable[[Letter], int]) -> None:
        """`pass_on` sends a letter and gives the number that its acknowledgement will bear."""
        self.limits = Limits()
        self._outbox, self._pass_on = outbox, pass_on
        self._on_its_way: dict[int, Letter | None] = {}
        self._refused: set[str] = set()

    @property
    def done(self) -> bool:
        """Nothing waits for an acknowledgement."""
        return not self._on_its_way

    @property
    def room(self) -> int:
        """For so many letters."""
        return self.limits.window - len(self._on_its_way)

    def talk(self) -> None:
        """Send what goes before all else: log lines and answers."""
        for letter in self._outbox.lines():
            self._pass_on(letter)
        for letter in self._outbox.answers(self.room):
            self.send(letter)

    def tell(self, at: float) -> None:
        """Send what stands and what happened."""
        for letter in self._outbox.due(at, self.room):
            self.send(letter, kept=True)

    def send(self, letter: Letter, *, kept: bool = False) -> None:
        """Now, as the broker takes it; `kept` ones are the outbox's until they are acknowledged."""
        fitted = self.limits.fitted(letter)
        if fitted is None:
            self._give_up(letter, "it is too large for it")
        else:
            number = self._pass_on(fitted)
            if fitted.qos:
                self._on_its_way[number] = letter if kept else None
                return
        if kept:  # nobody will acknowledge it
            self._outbox.delivered(letter)

    def answered(self, number: int, code: int, at: float) -> None:
        """The broker's word on one of them; from 0x80 on it refuses."""
        letter = self._on_its_way.pop(number, None)
        if letter is None:
            return
        if code >= REFUSED:
            self._give_up(letter, meaning(code).lower())
        if code >= REFUSED and code not in FOR_GOOD:
            self._outbox.put_off(letter, at)
        else:
            self._outbox.delivered(letter)

    def _give_up(self, letter: Letter, why: str) -> None:
        """Say once that the broker does not take what goes there."""
        if letter.topic not in self._refused:
            self._refused.add(letter.topic)
            _log.warning("the broker refuses %s: %s", letter.topic, why)
