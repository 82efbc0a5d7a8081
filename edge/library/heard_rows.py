"""What box asks of the listening child and what it answers, line by line."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge.mind.hearing import Features

Pass = Literal["features", "loudness"]
"""A minute of every song first; then every song as a whole, for its loudness."""


class Job(msgspec.Struct, frozen=True):
    """Listen to this song."""

    id: str
    path: str
    what: Pass


class _Row(msgspec.Struct, frozen=True, tag_field="row", tag=str.lower):
    id: str


class Begun(_Row, frozen=True):
    """So that box knows which file it was when the child dies of one."""


class Listened(_Row, frozen=True):
    """The first pass is done."""

    features: Features


class Measured(_Row, frozen=True):
    """The second pass is done."""

    lufs: float
    range_lu: float
    peak_db: float


class Deaf(_Row, frozen=True):
    """It cannot be listened to, and why."""

    message: str
    what: Pass
    passing: bool = False
    """Its file is away: another day it can."""


AnyRow = Begun | Listened | Measured | Deaf
