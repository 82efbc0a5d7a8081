"""The trainer's answers as text and as JSON."""

from __future__ import annotations

import numpy as np

from edge.messages import MOODS
from trainer.evaluate import Evaluation
from trainer.json_answers import as_json
from trainer.meanfaces import MeanFace

__all__ = ["as_json", "evaluation_table", "mean_faces_table"]


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
