"""What the trainer refuses, each in one sentence for a person."""

from __future__ import annotations

from edge.errors import MoodboxError


class DataError(MoodboxError):
    """The training data is missing, damaged or in an unknown layout."""


class RunError(MoodboxError):
    """A run folder cannot be used or gone on with."""
