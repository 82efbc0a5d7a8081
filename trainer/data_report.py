"""What a dataset holds, counted: by split and mood, with its votes, copies and broken files."""

from __future__ import annotations

import msgspec
import numpy as np

from edge.messages import MOODS
from trainer.copies import Copies, count_copies
from trainer.faces import VOTE_COLUMNS, Broken, Dataset, Faces, majority


class SplitReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one split holds."""

    split: str
    faces: int
    by_mood: dict[str, int]
    """By FER2013's own label."""
    imbalance: float | None
    """The commonest mood's faces over the rarest one's; null where a mood has none."""
    with_votes: int
    clear_majority: int
    """Faces of which more than half of the annotators named the same mood."""
    by_majority: dict[str, int]
    label_is_majority: float | None
    """Share of these whose label is that mood; null without votes."""
    not_a_face: int
    """Faces that most annotators call none."""
    blank: int
    """Pictures of one single grey."""


class DataReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a dataset holds."""

    taken: str
    """What was read, in words."""
    notes: tuple[str, ...]
    """What was left aside or not joined, and why."""
    sha256: str
    splits: tuple[SplitReport, ...]
    copies: Copies
    copies_of_public_test: int
    """Training faces whose pixels also stand in PublicTest; `fit` leaves them out."""
    unreadable: tuple[Broken, ...]
    """Pictures and rows that were left out."""
    resized: int
    coloured: int
    sheet: str | None = None
    """Where the sample sheet was drawn."""
    bars: str | None = None
    """Where the class bars were drawn."""


def describe(dataset: Dataset) -> DataReport:
    """Count a dataset."""
    copies = count_copies(dataset)
    spoilt = [
        pair.faces_of_first
        for pair in copies.across
        if (pair.first, pair.second) == ("Training", "PublicTest")
    ]
    return DataReport(
        taken=dataset.reading.taken,
        notes=dataset.reading.notes,
        sha256=dataset.sha256,
        splits=tuple(_counted(name, faces) for name, faces in dataset.splits.items()),
        copies=copies,
        copies_of_public_test=sum(spoilt),
        unreadable=dataset.reading.broken,
        resized=dataset.reading.resized,
        coloured=dataset.reading.coloured,
    )


def _counted(name: str, faces: Faces) -> SplitReport:
    said = majority(faces.votes)
    counts = np.bincount(faces.labels, minlength=len(MOODS))
    clear = int((said >= 0).sum())
    flat = faces.pixels.reshape(len(faces), -1)
    no_face = faces.votes[:, VOTE_COLUMNS.index("NF")]
    return SplitReport(
        split=name,
        faces=len(faces),
        by_mood={mood: int(counts[label]) for label, mood in enumerate(MOODS)},
        imbalance=float(counts.max() / counts.min()) if counts.min() else None,
        with_votes=int((faces.votes.sum(axis=1) > 0).sum()),
        clear_majority=clear,
        by_majority={mood: int((said == label).sum()) for label, mood in enumerate(MOODS)},
        label_is_majority=float((said == faces.labels).sum() / clear) if clear else None,
        not_a_face=int((2 * no_face > faces.votes.sum(axis=1)).sum()),
        blank=int((flat.max(axis=1) == flat.min(axis=1)).sum()),
    )
