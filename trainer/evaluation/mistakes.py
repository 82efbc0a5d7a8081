"""The worst mistakes as a sheet: only where asked, for it shows people's faces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import softmax
from edge.eye.model_card import Head
from edge.messages import MOODS, Mood
from trainer.evaluate import Evaluation
from trainer.evaluation.figures import own_truth, truth_of
from trainer.evaluation.subject import Logits
from trainer.faces import Faces

ACROSS, DOWN = 10, 3
"""Faces of each head on the sheet."""


@dataclass(frozen=True)
class Mistake:
    """One face that was read wrongly."""

    place: int
    """In the split."""
    truth: Mood
    answer: Mood
    confidence: float


def worst(
    head: Head, logits: NDArray[np.float32], temperature: float, faces: Faces, count: int
) -> list[Mistake]:
    """The wrong answers of one head, the most confident first."""
    true = truth_of(own_truth(head, faces), faces)
    shares = softmax(logits, temperature)
    read, sure = shares.argmax(axis=1), shares.max(axis=1)
    wrong = np.flatnonzero((true >= 0) & (read != true))
    order = wrong[np.argsort(-sure[wrong], kind="stable")][:count]
    return [Mistake(int(i), MOODS[true[i]], MOODS[read[i]], float(sure[i])) for i in order]


def draw(measured: Evaluation, logits: Logits, faces: Faces, path: Path) -> None:
    """Write the sheet: under each face its truth, the answer and how sure that was."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.15 * ACROSS, 1.6 * DOWN * len(logits)), layout="constrained")
    FigureCanvasAgg(figure)
    parts = figure.subfigures(len(logits), 1, squeeze=False)[:, 0]
    for part, (head, answers) in zip(parts, logits.items(), strict=True):
        truth = {"fer2013": "FER2013's label", "ferplus": "the FER+ majority"}
        part.suptitle(
            f"{head}: the surest wrong answers on {measured.split} ({truth[own_truth(head, faces)]}"
            " → answer, confidence)",
            fontsize=10,
        )
        found = worst(head, answers, measured.temperature[head], faces, ACROSS * DOWN)
        for number, one in enumerate(part.subplots(DOWN, ACROSS).flat):
            one.set_axis_off()
            if number < len(found):
                mistake = found[number]
                one.imshow(faces.pixels[mistake.place], cmap="gray", vmin=0, vmax=255)
                told = f"{mistake.truth} →\n{mistake.answer} {mistake.confidence:.0%}"
                one.text(24, 49, told, fontsize=7, ha="center", va="top")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130, format="png", facecolor="white")
