"""The way to other boxes: the configured broker, one box or a group of them."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, Self, TypeVar

from edge.ctl.way import ANSWER_S, Json, box_of, short
from edge.errors import BrokerError
from edge.messages import Published
from edge.mqtt.address import Address
from edge.mqtt.guest import Guest, Heard

GATHER_S: Final = 2.5
"""The contract leaves two seconds for an answer; the boxes of a group are nowhere listed."""
AGAIN_S: Final = 2.0
_SOON_S: Final = 0.4
"""How long a broker takes at most to tell what it retains."""
_MOST: Final = 1000
_Answer = TypeVar("_Answer")


class Afar:
    """A `Way` over the broker."""

    def __init__(self, address: Address, prefix: str, box: str, *, group: bool = False) -> None:
        """`box` names the group where `group` is set."""
        self.several = group
        self.trouble = ""
        self._address, self._name = address, box
        self._ears = f"{prefix}/+" if group else f"{prefix}/{box}"
        self._door = f"{prefix}/group/{box}" if group else self._ears
        self._guest = self._called()
        self._waiting: deque[Published] = deque(maxlen=_MOST)
        self._watched: tuple[str, ...] = ()
        self._number = 0
        self._away_until = 0.0

    def watch(self) -> None:
        # What the box publishes has one level; commands and answers have two.
        self._watched = (f"{self._ears}/+",)
        self._guest.hear(self._watched)

    def heard(self, within_s: float) -> Published | None:
        if self._waiting:
            return self._waiting.popleft()
        if self.trouble and not self._back(within_s):
            return None
        try:
            message = self._guest.next(within_s)
        except BrokerError as error:
            self.trouble = f"{self._where(error)} Trying again."
            self._guest.close()
            return None
        return None if message is None else _published(message)

    def ask(self, command: str, payload: Mapping[str, Any]) -> list[Json]:
        self._number += 1
        transaction = f"{self._guest.name}/{self._number}"
        sent = json.dumps({**payload, "transaction": transaction}).encode()
        topic = f"response/{command}"

        def answer(message: Published) -> Json | None:
            ours = message.topic.endswith(topic) and isinstance(message.payload, dict)
            if not ours or message.payload.get("transaction") != transaction:
                return None
            return {**message.payload, "transaction": payload.get("transaction")}

        return self._told(f"request/{command}", sent, topic, answer)

    def put(self, name: str, value: str) -> list[tuple[str, Json]]:
        def confirmation(message: Published) -> tuple[str, Json] | None:
            told = message.payload
            ours = short(message) == "event" and isinstance(told, dict)
            if not ours or (told.get("event_type"), told.get("command")) != ("command", name):
                return None
            return box_of(message), told

        return self._told(f"{name}/set", value.encode(), "event", confirmation)

    # --- inside --------------------------------------------------------------------------------

    def _told(
        self, to: str, payload: bytes, on: str, wanted: Callable[[Published], _Answer | None]
    ) -> list[_Answer]:
        """Say it, and gather what is wanted of that which is heard then."""
        try:
            self._guest.hear((f"{self._ears}/{on}", f"{self._ears}/availability"))
            availability = self._availability()
            self._guest.say(f"{self._door}/{to}", payload)
            return self._gathered(wanted, availability)
        except BrokerError as error:
            raise BrokerError(self._where(error)) from None

    def _availability(self) -> str | None:
        """What stands there of the box; of a group nobody needs to know."""
        end = time.monotonic() + _SOON_S
        while not self.several and (left_s := end - time.monotonic()) > 0:
            message = self._guest.next(left_s)
            if message is None:
                continue
            if not message.topic.endswith("/availability"):
                self._waiting.append(_published(message))
                continue
            word = message.payload.decode(errors="replace")
            if word != "online":
                raise _Silent(f"{self._name} is {word}.")
            return word
        return None

    def _gathered(
        self, wanted: Callable[[Published], _Answer | None], availability: str | None
    ) -> list[_Answer]:
        answers: list[_Answer] = []
        end = time.monotonic() + (ANSWER_S if availability == "online" else GATHER_S)
        while (left_s := end - time.monotonic()) > 0:
            message = self._guest.next(left_s)
            if message is None:
                continue
            published = _published(message)
            answer = None if message.retained else wanted(published)
            if answer is None:
                self._waiting.append(published)
                continue
            answers.append(answer)
            if not self.several:
                return answers
        if not answers:
            raise _Silent(self._silence(availability))
        return answers

    def _silence(self, availability: str | None) -> str:
        if self.several:
            return f"No box of the group {self._name!r} has answered."
        if availability == "online":
            return f"{self._name} is online, but gave no answer; may this broker user command it?"
        return (
            f"The broker tells of no box {self._name!r}, or not to this user; "
            "`moodbox ctl boxes` lists those it tells of."
        )

    def _called(self) -> Guest:
        try:
            return Guest(self._address)
        except BrokerError as error:
            raise BrokerError(self._where(error)) from None

    def _back(self, within_s: float) -> bool:
        """Whether the session stands again; tried every two seconds."""
        now = time.monotonic()
        if now < self._away_until:
            threading.Event().wait(min(within_s, self._away_until - now))
            return False
        self._away_until = now + AGAIN_S
        with contextlib.suppress(BrokerError):
            self._guest = Guest(self._address)
            self._guest.hear(self._watched)
            self.trouble = ""
        return not self.trouble

    def _where(self, error: BrokerError) -> str:
        if isinstance(error, _Silent):
            return str(error)
        return f"The broker at {self._address.host}:{self._address.port} cannot be used: {error}."

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._guest.close()


class _Silent(BrokerError):  # noqa: N818 - nothing is wrong with the program
    """The broker is well, a box is not; a whole sentence."""


def _published(message: Heard) -> Published:
    try:
        payload = json.loads(message.payload)
    except ValueError:  # `online` and the other plain words
        payload = message.payload.decode(errors="replace")
    return Published(topic=message.topic, payload=payload)
