"""Requests on their way through the box: how many there are, and where each answer goes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from edge.commands import Asked, parse_request
from edge.messages import Answer, Command, Problem, Value
from edge.mqtt.outbox import Letter, Outbox
from edge.mqtt.topics import Json, Topics, answer_payload, encoded

IN_FLIGHT: Final = 50
LARGEST: Final = 256 * 1024
"""Bytes of an answer."""
_BUSY: Final = Answer(
    problem=Problem(
        code="busy", message=f"More than {IN_FLIGHT} requests are on their way; wait for answers."
    )
)
_log = logging.getLogger("moodbox.mqtt")

OnRequest = Callable[[Command, Callable[[Answer], None]], bool]
"""Hands a checked request to box; False where there is no room for it."""


class Envelope(Value, frozen=True):
    """What MQTT 5 tells beside a request."""

    reply_to: str | None = None
    correlation: bytes | None = None


def enclosed(properties: Any) -> Envelope:
    """From the properties of a message; MQTT 3.1.1 has none."""
    return Envelope(
        reply_to=getattr(properties, "ResponseTopic", None),
        correlation=getattr(properties, "CorrelationData", None),
    )


class Replies:
    """Checks each request at the door and sends its one answer."""

    def __init__(self, topics: Topics, outbox: Outbox, on_request: OnRequest) -> None:
        self._topics, self._outbox, self._on_request = topics, outbox, on_request
        self._lock = threading.Lock()
        self._in_flight = 0

    def take(self, name: str, payload: bytes, envelope: Envelope) -> None:
        """A message came on `request/<name>`."""
        asked = parse_request(name, payload)
        reply = _Reply(lambda told: self._send(asked, told, envelope), self._free)
        if asked.command is None:
            self._send(asked, Answer(problem=asked.problem), envelope)
        elif not self._begin():
            self._send(asked, _BUSY, envelope)
        elif not self._on_request(asked.command, reply.give):
            reply.give(_BUSY)

    def _begin(self) -> bool:
        with self._lock:
            if self._in_flight >= IN_FLIGHT:
                return False
            self._in_flight += 1
            return True

    def _free(self) -> None:
        with self._lock:
            self._in_flight -= 1

    def _send(self, asked: Asked, answer: Answer, envelope: Envelope) -> None:
        topic = self._topics.reply(asked.name, envelope.reply_to)
        if topic is None:
            return
        try:
            payload = _fitting(answer_payload(self._topics.id, asked, answer))
        except (TypeError, ValueError):  # a text that no JSON can hold
            _log.exception("the answer to %s cannot be written", asked.name[:64])
            told = Problem(code="internal", message="The answer cannot be written; see the log.")
            payload = encoded(answer_payload(self._topics.id, asked, Answer(problem=told)))
        self._outbox.answer(Letter(topic=topic, payload=payload, correlation=envelope.correlation))


def _fitting(payload: Json) -> bytes:
    """With as many of the `items` as fit: a hundred songs may have long names in any letters."""
    written = encoded(payload)
    while len(written) > LARGEST and (items := payload.get("data", {}).get("items")):
        fewer = items[: len(items) * 3 // 4]
        payload = {**payload, "data": {**payload["data"], "items": fewer}}
        written = encoded(payload)
    return written


class _Reply:
    """Gives one answer, whoever calls how often, and makes room for another request."""

    def __init__(self, send: Callable[[Answer], None], free: Callable[[], None]) -> None:
        self._send, self._free = send, free
        self._open = threading.Lock()

    def give(self, answer: Answer) -> None:
        if self._open.acquire(blocking=False):
            self._free()
            self._send(answer)
