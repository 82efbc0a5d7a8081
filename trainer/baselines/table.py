"""The one table in which all systems stand beside ours, as text, Markdown and JSON."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

Form = Literal["float32", "int8", "joblib"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One system, measured."""

    name: str
    what: str
    trained: str
    """On how much; where it was cut short, of how much."""
    shortened: bool
    start: str
    """From scratch, or from whose weights."""
    train_s: float | None
    parameters: int
    """Learnt numbers; of a support vector machine and of neighbours those that they keep."""
    multiply_adds: int
    """Of one face; of the older systems only those of comparing, not of their features."""
    bytes: int
    form: Form
    """Of the file whose bytes these are."""
    accuracy: float
    macro_f1: float
    ms_per_face: float
    """From 48 × 48 grey levels to the answer, on one core."""
    timed_in: str


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, the best first."""

    split: str
    faces: int
    data_sha256: str
    results: tuple[Row, ...]


HEADINGS = ("system", "learnt numbers", "multiply-adds", "file", "accuracy", "macro F1", "ms/face")
NOTES = (
    "Accuracy and macro F1: {faces:,} faces of {split}, FER2013's own labels, one look at each;"
    " of the networks the epoch that is best on them.",
    "One standard error of an accuracy of 65 %: {error:.1f} points.",
    "ms/face: median processor time on one core, from 48 × 48 grey levels to the answer.",
    "Multiply-adds of SVM and kNN leave out their features.",
)


def as_text(table: Table) -> str:
    """Columns for a terminal; what was shortened is said in its own line and marked."""
    rows = [HEADINGS, *(_cells(row) for row in table.results)]
    widths = [max(len(cells[place]) for cells in rows) for place in range(len(HEADINGS))]
    lines = [
        "  ".join(
            _pad(cell, width, i) for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in rows
    ]
    return "\n".join([*lines, "", *_remarks(table)])


def as_markdown(table: Table) -> str:
    """The same for a README."""
    lines = [_pipes(HEADINGS), _pipes(("---", *["---:"] * (len(HEADINGS) - 1)))]
    lines += [_pipes(_cells(row)) for row in table.results]
    return "\n".join([*lines, "", *(f"- {remark}" for remark in _remarks(table))])


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name + (" *" if row.shortened else ""),
        f"{row.parameters:,}",
        _short(row.multiply_adds),
        f"{row.bytes / 1e6:.2f} MB {row.form}",
        f"{row.accuracy:.1%}",
        f"{row.macro_f1:.3f}",
        f"{row.ms_per_face:.2f}",
    )


def _short(multiply_adds: int) -> str:
    return f"{multiply_adds / 1e6:,.1f} M"


def _remarks(table: Table) -> list[str]:
    """What the columns mean, and how each was trained; the shortened ones are marked."""
    error = 100 * math.sqrt(0.65 * 0.35 / table.faces)
    told = [note.format(faces=table.faces, split=table.split, error=error) for note in NOTES]
    for row in table.results:
        mark = " * shortened:" if row.shortened else ":"
        hours = "" if row.train_s is None else f" in {_span(row.train_s)}"
        told.append(
            f"{row.name}{mark} {row.what}; trained {row.start}, {row.trained}{hours};"
            f" timed in {row.timed_in}."
        )
    return told


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _pad(cell: str, width: int, place: int) -> str:
    return cell.ljust(width) if place == 0 else cell.rjust(width)


def _pipes(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
