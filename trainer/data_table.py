"""A dataset's counts as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable

from edge.messages import MOODS
from trainer.data_report import DataReport, SplitReport

SHOWN = 10
"""Broken files that are named in the text; JSON names all."""
BAR = 12
"""Letters of the longest class bar."""
_EIGHTHS = " ▏▎▍▌▋▊▉"

_ROWS: tuple[tuple[str, Callable[[SplitReport], str]], ...] = (
    ("all", lambda one: f"{one.faces:,}"),
    ("commonest to rarest", lambda one: _ratio(one.imbalance)),
    ("with FER+ votes", lambda one: f"{one.with_votes:,}"),
    ("clear majority", lambda one: f"{one.clear_majority:,}"),
    ("label is majority", lambda one: _share(one.label_is_majority)),
    ("mostly not a face", lambda one: f"{one.not_a_face:,}"),
    ("blank", lambda one: f"{one.blank:,}"),
)


def data_table(about: DataReport) -> str:
    """All that is to be said, in less than 80 columns where no path is longer."""
    lines = [f"read: {about.taken}", *(f"note: {note}" for note in about.notes), ""]
    lines.append(_row("", [one.split for one in about.splits]))
    lines += [_row(mood, [_barred(one, mood) for one in about.splits]) for mood in MOODS]
    lines += [_row(name, [told(one) for one in about.splits]) for name, told in _ROWS]
    lines += ["", *_copies(about), *_oddities(about)]
    lines.append(f"sha256 of the joined data: {about.sha256}")
    if about.sheet and about.bars:
        lines += [f"sample sheet: {about.sheet}", f"class bars: {about.bars}"]
    return "\n".join(lines)


def _copies(about: DataReport) -> list[str]:
    found = about.copies
    if not found.pictures:
        return ["no picture stands twice"]
    lines = [
        f"{found.pictures:,} pictures stand more than once ({found.faces:,} faces),"
        f" {found.under_other_labels:,} of them under different labels:"
    ]
    lines += [
        f"  within {split}: {inside.pictures:,} pictures, {inside.spare:,} spare faces;"
        f" {inside.under_other_labels:,} under different labels"
        for split, inside in found.within.items()
        if inside.pictures
    ]
    lines += [
        f"  {pair.first} and {pair.second} share {pair.pictures:,} pictures"
        f" ({pair.faces_of_first:,} faces of {pair.first});"
        f" {pair.under_other_labels:,} under different labels"
        for pair in found.across
        if pair.pictures
    ]
    if about.copies_of_public_test:
        lines.append("  fit leaves out Training faces that stand in PublicTest too")
    return lines


def _oddities(about: DataReport) -> list[str]:
    lines = []
    if about.resized:
        lines.append(f"{about.resized:,} pictures of another size were made 48 × 48")
    if about.coloured:
        lines.append(f"{about.coloured:,} coloured pictures were made grey")
    if about.unreadable:
        lines.append(f"{len(about.unreadable):,} unreadable, left out:")
        lines += [f"  {one.name}: {one.reason}" for one in about.unreadable[:SHOWN]]
        if len(about.unreadable) > SHOWN:
            lines.append(f"  and {len(about.unreadable) - SHOWN:,} more; --json names them all")
    else:
        lines.append("nothing is unreadable")
    return lines


def _barred(one: SplitReport, mood: str) -> str:
    """A count with a bar beside it, as long as its share of the split's commonest mood."""
    most = max(one.by_mood.values()) or 1
    eighths = round(one.by_mood[mood] / most * BAR * 8)
    bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
    return f"{bar:<{BAR}} {one.by_mood[mood]:>6,}"


def _row(name: str, cells: list[str]) -> str:
    return f"{name:<19}" + "".join(f" {cell:>{BAR + 7}}" for cell in cells)


def _ratio(value: float | None) -> str:
    return "a mood is missing" if value is None else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
