"""Decides how often eye looks: seldom while nobody is there, less while the machine is hot."""

from __future__ import annotations

from typing import Literal

import msgspec

Doing = Literal["waiting", "searching", "following"]
"""Nothing moves and nobody is there; something moved; somebody is there."""

_WARM_C, _HOT_C = 75.0, 85.0
"""A Raspberry Pi slows itself down from 80 °C; so look half as often before, and yet less after."""
_MOST_BUSY = 0.5
"""The share of its time that looking may take, however slow the machine is."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Looks a second."""

    rate: float = 8.0
    """While somebody is there."""
    idle_rate: float = 1.5
    """While nobody has been there for `linger_s`."""
    search_rate: float = 4.0
    """While something moved and it is not clear yet whether it is somebody."""
    linger_s: float = 4.0


def rate(
    pace: Pace, doing: Doing, since_seen_s: float | None, look_s: float, heat_c: float | None
) -> float:
    """Looks a second from now on.

    `since_seen_s`: since a face was seen; `look_s`: what a look takes of late.
    """
    wished = pace.idle_rate
    if doing == "searching":
        wished = max(wished, min(pace.search_rate, pace.rate))
    if doing == "following" or (since_seen_s is not None and since_seen_s < pace.linger_s):
        wished = pace.rate
    if heat_c is not None and heat_c >= _WARM_C:
        wished = max(min(wished, pace.idle_rate), wished / (4 if heat_c >= _HOT_C else 2))
    if look_s > 0:
        wished = min(wished, _MOST_BUSY / look_s)
    return wished
