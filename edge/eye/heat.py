"""Reads how hot the processor is, where the machine says so."""

from __future__ import annotations

from pathlib import Path

ZONES = Path("/sys/class/thermal")
_EVERY_S = 5.0


class Heat:
    """The hottest zone, asked for at most every few seconds."""

    def __init__(self, zones: Path = ZONES) -> None:
        self._files = sorted(zones.glob("thermal_zone*/temp")) if zones.is_dir() else []
        self._asked_at: float | None = None
        self._degrees: float | None = None

    def degrees(self, at: float) -> float | None:
        """Celsius; None where the machine does not say."""
        if self._asked_at is None or at - self._asked_at >= _EVERY_S:
            self._asked_at = at
            told = [value for file in self._files if (value := _degrees(file)) is not None]
            self._degrees = max(told, default=None)
        return self._degrees


def _degrees(file: Path) -> float | None:
    try:
        value = int(file.read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):  # a zone that is switched off cannot be read
        return None
    return value if 0 < value < 150 else None
