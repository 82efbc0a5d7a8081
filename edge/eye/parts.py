"""A part of eye that may be missing: opened when it can be, with growing pauses, and told about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from edge.errors import MoodboxError
from edge.messages import Part

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
WELL_AFTER_S = 10.0
"""A part that worked for this long is opened at once when it fails, as if it never had."""


class Closable(Protocol):
    def close(self) -> None: ...


Thing = TypeVar("Thing", bound=Closable)


class MayBeMissing(Generic[Thing]):
    """Camera, detector or model: here, or away with a sentence why."""

    def __init__(
        self,
        name: str,
        open_it: Callable[[], Thing],
        tell: Callable[[Part], None],
        clock: Callable[[], float],
        works: str | None = None,
    ) -> None:
        self._name = name
        self._open_it = open_it
        self._tell = tell
        self._clock = clock
        self._works = works or f"The {name} works."
        self._thing: Thing | None = None
        self._opened_at = 0.0
        self._next_at = 0.0
        self._pause_s = FIRST_PAUSE_S
        self.condition: Part | None = None
        """What was told last."""

    def get(self) -> Thing | None:
        """The part, opened now if it is due; None while it is away."""
        now = self._clock()
        if self._thing is None and now >= self._next_at:
            try:
                self._thing = self._open_it()
            except MoodboxError as error:
                self._away(str(error))
            else:
                self._opened_at = self._clock()
        return self._thing

    def works(self, kind: str | None = None) -> None:
        """It has just shown that it does; `kind` is what it is, where that can change."""
        self._say(ok=True, message=self._works, kind=kind)

    def failed(self, why: str) -> None:
        """Close it, and open it anew after a pause."""
        if self._clock() - self._opened_at >= WELL_AFTER_S:
            self._pause_s = FIRST_PAUSE_S
        self.close()
        self._away(why)

    def rest(self, why: str, *, ok: bool) -> None:
        """Close it on purpose; when it is wanted again, it is opened at once."""
        self.close()
        self._next_at, self._pause_s = 0.0, FIRST_PAUSE_S
        self._say(ok=ok, message=why)

    def close(self) -> None:
        """Close it without a word."""
        thing, self._thing = self._thing, None
        if thing is not None:
            thing.close()

    def _away(self, why: str) -> None:
        self._next_at = self._clock() + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        self._say(ok=False, message=why)

    def _say(self, *, ok: bool, message: str, kind: str | None = None) -> None:
        told = Part(part=self._name, ok=ok, message=message, kind=kind)
        if told != self.condition:
            self.condition = told
            self._tell(told)
