"""The form of `moodbox doctor`: a row of checks, each with a sentence and what mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from edge.messages import Value

Status = Literal["ok", "warn", "fail", "skip"]
MARKS: dict[Status, str] = {"ok": "✓", "warn": "!", "fail": "✗", "skip": "–"}


class Check(Value, frozen=True):
    """What one look at the box brought."""

    name: str
    status: Status
    message: str
    """One sentence."""
    mend: str | None = None
    """What to do, where something is wrong."""


class Diagnosis(Value, frozen=True, kw_only=True):
    """The answer of `doctor --json`."""

    schema: int = 1
    ok: bool
    checks: tuple[Check, ...]


Question = tuple[str, Callable[[], Check]]


def examine(questions: Iterable[Question]) -> Iterator[Check]:
    """One check after another; what breaks while it looks is a check that failed."""
    for name, look in questions:
        try:
            yield look()
        except Exception as error:  # noqa: BLE001 - one broken look must not hide the others
            yield Check(
                name=name,
                status="fail",
                message=f"This could not be checked: {type(error).__name__}: {error}.",
                mend="Report this: it is a fault of moodbox doctor.",
            )


def diagnosis(checks: Iterable[Check]) -> Diagnosis:
    """All of them; well where none failed."""
    every = tuple(checks)
    return Diagnosis(ok=all(check.status != "fail" for check in every), checks=every)


def line(check: Check) -> str:
    """For a person."""
    mend = f"\n  {'':13} → {check.mend}" if check.mend else ""
    return f"{MARKS[check.status]} {check.name:13} {check.message}{mend}"
