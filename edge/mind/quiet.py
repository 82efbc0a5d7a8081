"""When the owner wants quiet: from one time of the day to another, nothing louder than this."""

from __future__ import annotations

from edge.messages import Now, Value

_DAY_S = 86_400.0


class QuietHours(Value, frozen=True):
    """When, and how loud at most. Minutes since local midnight; None: never."""

    first: int | None = None
    end: int | None = None
    volume: int = 20


def minutes(text: str) -> int:
    """`HH:MM` as minutes since midnight; ValueError where it is none."""
    hours, colon, rest = text.partition(":")
    good = colon and len(hours) == len(rest) == 2 and (hours + rest).isdecimal()
    if not good or int(hours) > 23 or int(rest) > 59:
        raise ValueError("is no time; write it like 22:30")
    return 60 * int(hours) + int(rest)


def clock(minute: int | None) -> str | None:
    """Minutes since midnight as `HH:MM`."""
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def quiet(hours: QuietHours, now: Now) -> bool:
    """Whether it is quiet now; the hours may cross midnight, and none are from a time to itself."""
    if hours.first is None or hours.end is None or hours.first == hours.end:
        return False
    minute = now.local % _DAY_S / 60.0
    if hours.first < hours.end:
        return hours.first <= minute < hours.end
    return minute >= hours.first or minute < hours.end
