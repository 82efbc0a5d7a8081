"""The form of every bench's answer, and what its figures hold for."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from edge import __version__


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `bench … --json`."""

    name: str
    value: float
    unit: str
    n: int | None = None
    p50: float | None = None
    p95: float | None = None
    reference: str | None = None
    """The name of the result that it is compared with."""
    ratio: float | None = None
    """Its value in values of the reference."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `bench … --json`."""

    schema: int = 1
    bench: str
    machine: dict[str, Any]
    results: list[Result]


def machine(core: int | None = None) -> dict[str, Any]:
    """What the figures hold for."""
    return {
        "moodbox": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "core_used": core,
        "load": round(os.getloadavg()[0], 2),
    }


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _processor() -> str:
    """As Linux names it; a Raspberry Pi names itself elsewhere."""
    try:
        board = Path("/proc/device-tree/model").read_text(encoding="ascii", errors="replace")
        return board.rstrip("\0\n")
    except OSError:
        pass
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    named = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return named[0] if named else platform.processor() or platform.machine()
