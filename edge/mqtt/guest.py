"""A tool's own session with the broker: it asks, listens for a while, and goes.

Not the box's session: it has a name of its own, no will, announces nothing, and waits for nobody.
It takes turns in the thread of its caller.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Final, Self

from edge.errors import BrokerError
from edge.messages import Value
from edge.mqtt import trust
from edge.mqtt.address import Address
from edge.mqtt.wire import MQTTMessage, ReasonCode, Wire

WITHIN_S: Final = 5.0
_MOST: Final = 20_000
"""Messages that wait: five hundred boxes with all that they retain, and more."""
_SLICE_S: Final = 0.5
_UNSUPPORTED: Final = "Unsupported protocol version"


class Heard(Value, frozen=True):
    """One message."""

    topic: str
    payload: bytes
    retained: bool
    """It stood on the broker before."""


class Guest:
    """An open session; BrokerError wherever it fails."""

    def __init__(self, address: Address) -> None:
        self.name = f"moodbox-ctl-{os.getpid()}-{secrets.token_hex(3)}"
        self._address = address
        self._heard: deque[Heard] = deque(maxlen=_MOST)
        self._answered: dict[int | None, list[str]] = {}
        self._refused: str | None = None
        self._trust: trust.Trust | None = None
        self._met = False
        self._client = self._opened(older=False)
        if self._refused == _UNSUPPORTED or (self._refused is None and not self._met):
            self._refused = None
            self._client = self._opened(older=True)
        if not self._met:
            self._blame_trust()
            raise BrokerError((self._refused or "it ends the connection at once").lower())

    def hear(self, topics: Sequence[str]) -> tuple[str, ...]:
        """Subscribe; those topics that the broker refuses. Others it may pass over in silence."""
        if not topics:
            return ()
        _, number = self._client.subscribe([(topic, 1) for topic in topics])
        self._await(number)
        told = self._answered[number]
        return tuple(topic for topic, word in zip(topics, told, strict=False) if word)

    def say(self, topic: str, payload: bytes) -> None:
        """Exactly once, not retained; returns when the broker has it."""
        self._await(self._client.publish(topic, payload, qos=2).mid)

    def next(self, within_s: float) -> Heard | None:
        """The next message; None where none comes in time."""
        end = time.monotonic() + within_s
        while not self._heard and (left_s := end - time.monotonic()) > 0:
            self._turn(left_s)
        return self._heard.popleft() if self._heard else None

    def close(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        connection = self._client.socket()
        if connection is not None:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside --------------------------------------------------------------------------------

    def _opened(self, *, older: bool) -> Wire:
        """Connected, or refused; `_met` tells."""
        address = self._address
        client = Wire(self.name, WITHIN_S, older=older)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_publish = self._published
        client.on_message = self._take
        if address.username:
            password = address.password.reveal() if address.password else None
            client.username_pw_set(address.username, password)
        end = time.monotonic() + WITHIN_S
        try:
            if address.tls:
                self._trust = trust.trusting(address)
                client.tls_set_context(self._trust)
            client.introduce(address.host, address.port)
            while not self._met and self._refused is None and time.monotonic() < end:
                if client.loop(0.1):
                    break
            else:
                self._refused = self._refused or (None if self._met else "it does not answer")
        except (OSError, ValueError) as error:  # ValueError: a host that can be none
            raise BrokerError(trust.reason(error)) from None
        return client

    def _blame_trust(self) -> None:
        """Where TLS failed after the handshake, it knows why and paho does not."""
        if self._trust is not None and self._trust.failure is not None:
            raise BrokerError(trust.reason(self._trust.failure)) from None

    def _turn(self, longest_s: float) -> None:
        if self._client.loop(min(longest_s, _SLICE_S)):  # the number of an error
            self._blame_trust()
            raise BrokerError("the connection was lost")

    def _await(self, number: int | None) -> None:
        end = time.monotonic() + WITHIN_S
        while number not in self._answered:
            if time.monotonic() > end:
                raise BrokerError("it does not answer")
            self._turn(0.1)

    # --- paho calls these, from within `_turn` ---------------------------------------------------

    def _connected(
        self, _c: object, _u: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        self._met = not reason.is_failure
        self._refused = str(reason) if reason.is_failure else None

    def _subscribed(
        self, _c: object, _u: object, mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        self._answered[mid] = [str(one) if one.is_failure else "" for one in reasons]

    def _published(
        self, _c: object, _u: object, mid: int, reason: ReasonCode, _properties: Any
    ) -> None:
        self._answered[mid] = []
        if reason.is_failure:
            logging.getLogger("moodbox.mqtt").warning("the broker refuses it: %s", reason)

    def _take(self, _c: object, _u: object, message: MQTTMessage) -> None:
        self._heard.append(
            Heard(topic=message.topic, payload=bytes(message.payload), retained=message.retain)
        )
