"""How the box is: the figures of `health`, from what box hears and what the machine tells.

Pure: the present moment, the measurements and the depths of the queues come in from outside.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from edge.messages import Hello, Now, Reading, Value

EVERY_S: Final = 60.0
FIRST_S: Final = 2.0
"""The first one waits this long for the first measurements."""
_LOOKS: Final = 2400
"""Forty looks a second for a minute; no camera here is faster."""
PARTS: Final = ("eye", "player")


class Measured(Value, frozen=True):
    """What the machine tells; unknown is None."""

    memory_mb: dict[str, float | None] = {}
    """Resident memory of each process and its children."""
    temperature_c: float | None = None
    throttled: bool | None = None
    """Whether it is slowed down, or its power supply too weak, at this moment."""


class Gauges(Protocol):
    """Measures now and then, in its own time."""

    def watch(self, name: str, pid: int) -> None:
        """This process too, from now on."""
        ...

    def newest(self, at: float) -> Measured | None:
        """None where nothing was measured lately."""
        ...


class Vitals:
    """Counts what box hears, and says every minute how the box is."""

    def __init__(
        self, began: float, gauges: Gauges, depths: Callable[[], Mapping[str, int]]
    ) -> None:
        """`began` is CLOCK_MONOTONIC at the start of box."""
        self._began = began
        self._gauges = gauges
        self._depths = depths
        self._looks: deque[tuple[float, dict[str, float]]] = deque(maxlen=_LOOKS)
        self._pids: dict[str, int] = {}
        self._eye_since: float | None = None
        self._restarts = dict.fromkeys(PARTS, 0)
        self._told_at: float | None = None

    def take(self, reading: Reading) -> None:
        """A look came."""
        self._looks.append((reading.at, reading.stage_ms))

    def meet(self, hello: Hello, now: Now) -> None:
        """A process has come: for the first time, again, or a new one in its place."""
        if hello.role not in PARTS:
            return
        before = self._pids.get(hello.role)
        if before == hello.pid:
            return
        self._pids[hello.role] = hello.pid
        self._restarts[hello.role] += before is not None
        self._gauges.watch(hello.role, hello.pid)
        if hello.role == "eye":
            self._eye_since = now.at
            self._looks.clear()

    def due(self, now: Now, faults: Mapping[str, str]) -> dict[str, Any] | None:
        """What `health` says, every minute; None between."""
        if self._told_at is None:
            early = now.at - self._began < FIRST_S
            if early and self._gauges.newest(now.at) is None:
                return None
        elif now.at - self._told_at < EVERY_S:
            return None
        self._told_at = now.at
        return self.told(now, faults)

    def told(self, now: Now, faults: Mapping[str, str]) -> dict[str, Any]:
        """The same at any moment."""
        while self._looks and now.at - self._looks[0][0] > EVERY_S:
            self._looks.popleft()
        measured = self._gauges.newest(now.at) or Measured()
        return {
            "uptime_s": round(now.at - self._began),
            "looks_per_s": self._pace(now.at),
            "stage_ms": self._stages(),
            "memory_mb": {"box": None, "eye": None, "player": None, **measured.memory_mb},
            "temperature_c": measured.temperature_c,
            "throttled": measured.throttled,
            "restarts": dict(self._restarts),
            "queues": dict(self._depths()),
            "faults": dict(faults),
        }

    def _pace(self, at: float) -> float | None:
        """Looks a second over the last minute; null while nobody knows."""
        if self._eye_since is None or at - self._eye_since < 1.0:
            return None
        return round(len(self._looks) / min(EVERY_S, at - self._eye_since), 2)

    def _stages(self) -> dict[str, float]:
        """Milliseconds of each stage, on average."""
        sums: dict[str, list[float]] = {}
        for _, stages in self._looks:
            for name, spent in stages.items():
                total = sums.setdefault(name, [0.0, 0.0])
                total[0] += spent
                total[1] += 1
        return {name: round(total / count, 2) for name, (total, count) in sums.items()}
