"""Requests that tools send over the link: the same door and the same answers as over MQTT."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from edge.commands import Asked, parse_request
from edge.inbox import Inquiry
from edge.link import Connection
from edge.messages import Answer, Request, Response

AsJson = Callable[[Asked, Answer], dict[str, Any]]
"""An answer as it stands on `response/<command>`."""


class Correspondence:
    """Checks what a tool asks, and sends it the answer."""

    def __init__(self, as_json: AsJson) -> None:
        self._as_json = as_json

    def take(
        self, request: Request, connection: Connection, inquire: Callable[[Inquiry], None]
    ) -> None:
        """Answer at once what is refused at the door; else let box answer."""
        asked = parse_request(request.command, msgspec.json.encode(request.payload))

        def answer(told: Answer) -> None:
            payload = self._as_json(asked, told)
            connection.send(Response(command=request.command, payload=payload))

        if asked.command is None:
            answer(Answer(problem=asked.problem))
        else:
            inquire(Inquiry(asked.command, answer))
