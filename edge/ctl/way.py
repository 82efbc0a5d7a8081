"""What a tool needs of the way to a box, be it the link on this machine or a broker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol, Self

from edge.messages import Published

ANSWER_S: Final = 5.0
"""The contract promises two seconds; a slow network may take its time."""

Json = dict[str, Any]


class Way(Protocol):
    """Opened by `with`; every failure is a MoodboxError with one sentence."""

    several: bool
    """More than one box may answer."""

    def watch(self) -> None:
        """From now on `heard` brings what the box publishes, first what stands."""
        ...

    def heard(self, within_s: float) -> Published | None:
        """The next publication; None where none comes in time."""
        ...

    @property
    def trouble(self) -> str:
        """Why nothing is heard now, in a sentence; empty where all is well."""
        ...

    def ask(self, command: str, payload: Mapping[str, Any]) -> list[Json]:
        """What a request is answered, by each box."""
        ...

    def put(self, name: str, value: str) -> list[tuple[str, Json]]:
        """Each box, and the event with which it confirms a plain value."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def short(published: Published) -> str:
    """The last level of its topic: `state`, `event` …"""
    return published.topic.rpartition("/")[2]


def box_of(published: Published) -> str:
    """Who published it."""
    levels = published.topic.split("/")
    return levels[-2] if len(levels) > 1 else ""
