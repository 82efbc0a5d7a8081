"""The trainer's answers as text and as JSON."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from edge.messages import MOODS
from trainer.evaluate import Evaluation
from trainer.faces import Dataset, majority, without_copies_of
from trainer.meanfaces import MeanFace


class SplitReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one split holds."""

    split: str
    faces: int
    by_mood: dict[str, int]
    with_votes: int
    by_majority: dict[str, int]
    """By the mood that more than half of the annotators named."""
    unreadable: tuple[str, ...]


class DataReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a dataset holds."""

    sha256: str
    splits: tuple[SplitReport, ...]
    copies_of_public_test: int
    """Training faces whose pixels also stand in PublicTest; `fit` leaves them out."""


def describe(dataset: Dataset) -> DataReport:
    """Count a dataset."""
    splits = []
    for name, faces in dataset.splits.items():
        said = majority(faces.votes)
        splits.append(
            SplitReport(
                split=name,
                faces=len(faces),
                by_mood={mood: int((faces.labels == i).sum()) for i, mood in enumerate(MOODS)},
                with_votes=int((faces.votes.sum(axis=1) > 0).sum()),
                by_majority={mood: int((said == i).sum()) for i, mood in enumerate(MOODS)},
                unreadable=faces.unreadable,
            )
        )
    copies = 0
    if {"Training", "PublicTest"} <= dataset.splits.keys():
        training = dataset["Training"]
        copies = len(training) - len(without_copies_of(training, dataset["PublicTest"]))
    return DataReport(sha256=dataset.sha256, splits=tuple(splits), copies_of_public_test=copies)


def as_json(value: Any) -> str:
    """One line, with a schema number."""
    plain = msgspec.to_builtins(value)
    body = plain if isinstance(plain, dict) else {"results": plain}
    return msgspec.json.encode({"schema": 1} | body).decode()


def data_table(about: DataReport) -> str:
    """Counts by split and mood; the FER+ majority in brackets."""
    lines = [_row("", (*MOODS, "all"))]
    for split in about.splits:
        cells = [f"{split.by_mood[mood]} ({split.by_majority[mood]})" for mood in MOODS]
        lines.append(_row(split.split, (*cells, f"{split.faces} ({split.with_votes})")))
        lines += [f"unreadable: {name}" for name in split.unreadable]
    lines.append("in brackets: where more than half of the FER+ annotators agree; all: with votes")
    lines.append(f"training faces that also stand in PublicTest: {about.copies_of_public_test}")
    lines.append(f"sha256 of the joined data: {about.sha256}")
    return "\n".join(lines)


def evaluation_table(measured: Evaluation) -> str:
    """One line per head and truth, then the used head's confusion."""
    heats = ", ".join(f"{head} {value}" for head, value in measured.temperature.items())
    lines = [
        f"{measured.model} in {measured.runtime} on {measured.split} ({measured.faces} faces);"
        f" temperatures {heats}",
        _row("head / truth", ("n", "accuracy", "macro F1", "ECE", *MOODS)),
    ]
    for part in measured.figures:
        row = part.metric
        numbers = [f"{row.n}", f"{row.accuracy:.1%}", f"{row.macro_f1:.3f}", f"{row.ece:.3f}"]
        cells = (*numbers, *(f"{value:.0%}" for value in part.recall))
        lines.append(_row(f"{row.head} / {row.truth}", cells))
    shown = measured.figures[1] if len(measured.figures) > 1 else measured.figures[0]
    lines.append(f"confusion of {shown.metric.head} / {shown.metric.truth}, rows are the truth:")
    lines.append(_row("", MOODS))
    for mood, counts in zip(MOODS, np.array(shown.counts), strict=True):
        lines.append(_row(mood, tuple(str(count) for count in counts)))
    return "\n".join(lines)


def mean_faces_table(made: tuple[MeanFace, ...]) -> str:
    """One line per picture."""
    lines = [_row("mood", ("faces", "read as", "confidence", "shifted"))]
    for face in made:
        numbers = (f"{face.faces}", face.read, f"{face.confidence:.2f}", f"{face.worst:.2f}")
        lines.append(_row(face.mood, numbers))
    return "\n".join(lines)


def _row(name: str, cells: tuple[str, ...]) -> str:
    return f"{name:<21}" + "".join(f" {cell:>13}" for cell in cells)
