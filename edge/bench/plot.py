"""Draws false switches against time to settle as an SVG file, without a library for it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10

import msgspec

_WIDTH, _HEIGHT = 760, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 30, 40, 60
_LEAST, _MOST = 0.1, 5000.0
"""False switches an hour at both ends; fewer stand at the left edge."""
_LONGEST_S = 25.0
_COLOURS = ("#b3541e", "#3b6ea5", "#6a8f3c")
_OURS = "#111111"


class Point(msgspec.Struct, frozen=True):
    """One way with one tuning."""

    switches_per_h: float
    settled_s: float
    name: str


class Curve(msgspec.Struct, frozen=True):
    """One way with all its tunings."""

    name: str
    points: tuple[Point, ...]


def plot(ours: Point, curves: Sequence[Curve]) -> str:
    """The whole picture: further down and to the left is better."""
    parts = [*_frame()]
    for number, (curve, colour) in enumerate(zip(curves, _COLOURS, strict=False)):
        places = [_place(point) for point in curve.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}">'
            f"<title>{escape(curve.name)}, {escape(point.name)}</title></circle>"
            for (x, y), point in zip(places, curve.points, strict=True)
        ]
        parts.append(_text(_WIDTH - 260, _TOP + 22 + 20 * number, curve.name, colour))
    x, y = _place(ours)
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{_OURS}"/>')
    parts.append(_text(x + 12, y + 5, ours.name, _OURS, weight="bold"))
    return "\n".join([_HEAD, *parts, "</svg>\n"])


_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    ' font-family="sans-serif" font-size="13">'
    f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
)


def _frame() -> list[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = []
    for switches in (0.1, 1, 10, 100, 1000):
        x, _ = _place(Point(switches, 0, ""))
        parts.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#ddd"/>')
        name = "0.1 or fewer" if switches <= _LEAST else f"{switches:g}"
        parts.append(_text(x, bottom + 20, name, "#444", "middle"))
    for seconds in range(0, int(_LONGEST_S) + 1, 5):
        _, y = _place(Point(1, seconds, ""))
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{seconds} s", "#444", "end"))
    middle = (_LEFT + right) / 2
    parts.append(_text(middle, _HEIGHT - 14, "false switches an hour", "#222", "middle"))
    parts.append(_text(_LEFT, 22, "median time until the answer settles", "#222"))
    return parts


def _place(point: Point) -> tuple[float, float]:
    switches = min(max(point.switches_per_h, _LEAST), _MOST)
    along = log10(switches / _LEAST) / log10(_MOST / _LEAST)
    up = min(point.settled_s, _LONGEST_S) / _LONGEST_S
    x = _LEFT + along * (_WIDTH - _LEFT - _RIGHT)
    return x, _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)


def _text(
    x: float, y: float, text: str, colour: str, anchor: str = "start", weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escape(text)}</text>'
    )
