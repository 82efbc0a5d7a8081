"""The answer of `mean-faces` as text."""

from __future__ import annotations

from trainer.evaluation.text import columns
from trainer.json_answers import as_json
from trainer.meanfaces import MeanFace

__all__ = ["as_json", "mean_faces_table"]


def mean_faces_table(made: tuple[MeanFace, ...]) -> str:
    """One line per picture."""
    rows = [("mood", "faces", "read as", "confidence", "shifted")]
    rows += [
        (face.mood, f"{face.faces}", face.read, f"{face.confidence:.2f}", f"{face.worst:.2f}")
        for face in made
    ]
    return "\n".join(columns(rows))
