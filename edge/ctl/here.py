"""The way to the box on this machine: its link, without any broker."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from edge.config.paths import is_service, paths
from edge.ctl.way import ANSWER_S, Json, box_of, short
from edge.errors import LinkError
from edge.link import answers
from edge.messages import Message, Published, Request, Response, Set
from edge.tool_line import Line

_MOST: Final = 1000
"""Publications that wait while an answer is waited for."""


class Here:
    """A `Way` over the link."""

    several = False

    def __init__(self, socket: Path) -> None:
        self._line = Line(socket, readings=False, patient=True)
        self._waiting: deque[Published] = deque(maxlen=_MOST)
        self._watches = False

    @property
    def trouble(self) -> str:
        return "" if self._line.connected else "The box is away; waiting for it."

    def watch(self) -> None:
        if not self._watches:
            self._watches = True
            self._line.watch()

    def heard(self, within_s: float) -> Published | None:
        end = time.monotonic() + within_s
        while not self._waiting and (left_s := end - time.monotonic()) > 0:
            self._take(self._line.next(left_s))
        return self._waiting.popleft() if self._waiting else None

    def ask(self, command: str, payload: Mapping[str, Any]) -> list[Json]:
        # The box answers its tools in order; this tells an answer that came too late for the last.
        transaction = time.monotonic()
        sent = Request(command=command, payload={**payload, "transaction": transaction})
        for message in self._after(sent):
            if isinstance(message, Response) and message.payload["transaction"] == transaction:
                answer = {**message.payload, "transaction": payload.get("transaction")}
                return [answer]
        raise LinkError("The box gave no answer; is it of the same version?")

    def put(self, name: str, value: str) -> list[tuple[str, Json]]:
        self.watch()
        for message in self._after(Set(name=name, value=value)):
            if isinstance(message, Published) and _confirms(message, name):
                return [(box_of(message), message.payload)]
        raise LinkError("The box gave no answer; is it of the same version?")

    def _after(self, sent: Message) -> Any:
        """All that comes once this is sent, as long as an answer may come."""
        self._line.send(sent)
        end = time.monotonic() + ANSWER_S
        while (left_s := end - time.monotonic()) > 0:
            message = self._line.next(left_s)
            self._take(message)
            yield message

    def _take(self, message: object) -> None:
        if isinstance(message, Published):
            self._waiting.append(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.__exit__()


def _confirms(published: Published, name: str) -> bool:
    told = published.payload
    return short(published) == "event" and (told["event_type"], told.get("command")) == (
        "command",
        name,
    )


def near(socket: Path | None, env: Mapping[str, str]) -> Here:
    """The way to the box on this machine; LinkError says how others are reached."""
    place = socket or usual_socket(env)
    if _barred(place):
        raise LinkError(
            f"This user may not use the box's socket {place}: join the group that owns it, or "
            "become the box's user."
        )
    try:
        return Here(place)
    except LinkError as error:
        raise LinkError(f"{error} Others are reached with --box ID.") from None


def usual_socket(env: Mapping[str, str]) -> Path:
    """That of this terminal's box, else of the service's where one answers there."""
    usual = paths(is_service(env), env).socket
    service = paths(service=True, env={}).socket
    there = not answers(usual) and (answers(service) or _barred(service))
    return service if there else usual


def _barred(socket: Path) -> bool:
    """It is there, or may be, but not for us."""
    return any(
        os.access(place, os.F_OK) and not os.access(place, mode)
        for place, mode in ((socket, os.R_OK | os.W_OK), (socket.parent, os.X_OK))
    )
