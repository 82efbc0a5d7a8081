"""What the machine tells of itself: memory of our processes, warmth, throttling.

Measured by a thread of its own, since a driver or the firmware may take its time; whoever asks
gets the newest at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from edge.upkeep import machine
from edge.upkeep.vitals import Measured

EVERY_S: Final = 30.0
STALE_S: Final = 100.0
"""Older measurements are none: the thread hangs in a driver."""
_PROC: Final = Path("/proc")


class MachineGauges:
    """Measures every half minute, and when a process is named."""

    def __init__(
        self,
        pids: Mapping[str, int],
        warmth: Callable[[], float | None] = machine.warmest,
        throttled: Callable[[], bool | None] = machine.slowed_down,
        proc: Path = _PROC,
    ) -> None:
        self._pids = dict(pids)
        self._warmth, self._throttled, self._proc = warmth, throttled, proc
        self._newest: tuple[float, Measured] | None = None
        self._closing = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gauges", daemon=True)

    def __enter__(self) -> MachineGauges:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def watch(self, name: str, pid: int) -> None:
        self._pids = {**self._pids, name: pid}
        self._wake.set()

    def newest(self, at: float) -> Measured | None:
        newest = self._newest
        return newest[1] if newest is not None and at - newest[0] <= STALE_S else None

    def close(self) -> None:
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(0.5)

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            measured = Measured(
                memory_mb=memory_mb(self._pids, self._proc),
                temperature_c=self._warmth(),
                throttled=self._throttled(),
            )
            self._newest = (time.monotonic(), measured)
            self._wake.wait(EVERY_S)


def memory_mb(pids: Mapping[str, int], proc: Path = _PROC) -> dict[str, float | None]:
    """Resident memory of each of these processes with all that it has started; None: unknown."""
    table = _processes(proc)
    sums: dict[str, float | None] = {}
    for name, pid in pids.items():
        family = _family(pid, table)
        sums[name] = round(sum(map(_resident_mb(proc), family)), 1) if family else None
    return sums


def _processes(proc: Path) -> dict[int, int]:
    """Each process that can be seen, with its parent."""
    parents = {}
    for folder in proc.glob("[0-9]*"):
        try:
            # The name stands in brackets and may itself hold brackets and blanks.
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            parents[int(folder.name)] = int(fields.rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue  # it has just ended, or is hidden from us
    return parents


def _family(pid: int, parents: Mapping[int, int]) -> set[int]:
    """It and its descendants; empty where it is not to be seen."""
    family = {pid} & parents.keys()
    grown = True
    while grown:
        more = {one for one, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return family


def _resident_mb(proc: Path) -> Callable[[int], float]:
    def of(pid: int) -> float:
        try:
            status = (proc / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
            line = next(one for one in status.splitlines() if one.startswith("VmRSS:"))
            return int(line.split()[1]) / 1024
        except (OSError, ValueError, IndexError, StopIteration):
            return 0.0  # a process that has just ended has none

    return of
