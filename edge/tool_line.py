"""A tool's end of the link to the running box: it asks, it is answered, it may watch."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from edge.errors import LinkError
from edge.link import Client, answers
from edge.messages import (
    PROTOCOL,
    Hello,
    Hits,
    Message,
    PlaceKept,
    Published,
    Reading,
    Response,
    RestKept,
    ScanTold,
    Watch,
)

_ANSWER_S: Final = 5.0
_LOST_S: Final = 3.0
"""A box that is restarted in a moment is waited for."""
_QUEUE: Final = 256
_FROM_BOX = Hello | Reading | Published | RestKept | ScanTold | Hits | PlaceKept | Response
_Answer = TypeVar("_Answer", bound=Message)


class Line:
    """A tool's end of the link to the running box."""

    def __init__(self, socket: Path, *, readings: bool = True, patient: bool = False) -> None:
        """Without `readings` none is heard while watching; a patient one waits for a box that is
        restarted as long as it takes."""
        if not answers(socket):
            raise LinkError(
                f"No box is running: none answers on {socket}. Start it with `moodbox run`, "
                "or name its socket with --socket."
            )
        self._heard: queue.Queue[Any] = queue.Queue(_QUEUE)
        self._greeted = threading.Event()
        self._trouble = ""
        self._well_at = time.monotonic()
        self._watches = False
        self._readings, self._patient = readings, patient
        self._client: Client
        self._client = Client(
            socket,
            hello=lambda: Hello(protocol=PROTOCOL, role="tool", pid=os.getpid()),
            kinds=_FROM_BOX,
            on_message=self._take,
            on_connected=self._begin,
            on_trouble=self._note,
        )
        self._client.start()

    @property
    def connected(self) -> bool:
        """False while the box is away."""
        return self._client.connected

    def send(self, message: Message) -> None:
        """Once the link is there; LinkError where it does not come."""
        self._meet()
        self._client.send(message)

    def watch(self) -> None:
        """From now on readings come, and not before: nobody may have agreed yet."""
        self._meet()
        self._watches = True
        self._well_at = time.monotonic()
        self._begin()

    def ask(self, message: Message) -> RestKept:
        """What box says to it."""
        return self.request(message, RestKept)

    def request(self, message: Message, kind: type[_Answer]) -> _Answer:
        """The answer of this kind."""
        self.send(message)
        end = time.monotonic() + _ANSWER_S
        while time.monotonic() < end:
            answer = self.next()
            if isinstance(answer, kind):
                return answer
        raise LinkError(self._trouble or "The box gave no answer; is it of the same version?")

    def next(self, within_s: float = 0.1) -> Any:
        """What comes within a moment; None where nothing does."""
        try:
            heard = self._heard.get(timeout=within_s)
        except queue.Empty:
            heard = None
        if heard is not None or self._client.connected:
            self._well_at = time.monotonic()
        elif time.monotonic() - self._well_at > _LOST_S and not self._patient:
            raise LinkError(self._trouble or "The box has ended.")
        return heard

    def _meet(self) -> None:
        end = time.monotonic() + _ANSWER_S
        while not self._client.connected:
            if time.monotonic() > end:
                raise LinkError(self._trouble or "The box does not let tools in.")
            self._greeted.wait(0.1)
            self._greeted.clear()

    def _begin(self) -> None:
        self._greeted.set()
        if self._watches:
            self._client.send(Watch())

    def _take(self, message: Any) -> None:
        if isinstance(message, Reading) and not self._readings:
            return
        if self._heard.full():
            with contextlib.suppress(queue.Empty):
                self._heard.get_nowait()  # an old reading; this one may be box's answer
        self._heard.put(message)

    def _note(self, trouble: str) -> None:
        self._trouble = f"The link to the box failed: {trouble}."

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
