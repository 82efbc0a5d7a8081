"""Every figure of one model on one split, from its answers."""

from __future__ import annotations

from pathlib import Path

import msgspec

from edge.eye.emotion import RuntimeChoice
from edge.eye.model_card import Head, Truth
from trainer.evaluation.calibration import fit_temperatures
from trainer.evaluation.comparison import Comparison
from trainer.evaluation.figures import Figures, figures
from trainer.evaluation.robustness import Robustness
from trainer.evaluation.speed import Speed
from trainer.evaluation.subject import Logits, Subject, open_subject
from trainer.faces import Faces

__all__ = ["Evaluation", "Logits", "answers", "evaluate", "fit_temperatures", "measure"]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All that `evaluate` tells."""

    model: str
    sha256: str
    runtime: str
    split: str
    faces: int
    data_sha256: str | None
    temperature: dict[Head, float]
    """Those that were used."""
    temperature_from: str
    """`card`, or `fitted on` this split."""
    temperature_fitted: dict[Head, float]
    """What this split would give, for comparison with a card's."""
    figures: tuple[Figures, ...]
    robustness: Robustness | None = None
    against: Comparison | None = None
    """This model, then another one."""
    runtimes: Comparison | None = None
    """This file in the one runtime, then in the other."""
    speed: Speed | None = None

    def of(self, head: Head, truth: Truth) -> Figures:
        """The figures of this head against this truth."""
        return next(
            part for part in self.figures if part.metric.head == head and part.metric.truth == truth
        )


def answers(model: Path, faces: Faces, runtime: RuntimeChoice = "auto") -> tuple[Logits, str]:
    """The logits of a model for these faces, and what ran it."""
    subject = open_subject(model, runtime)
    return subject.logits(faces.pixels), subject.runtime


def evaluate(
    model: Path,
    faces: Faces,
    split: str,
    runtime: RuntimeChoice = "auto",
    temperature: dict[Head, float] | None = None,
) -> Evaluation:
    """The figures of the model at this path; a card's temperatures are used unless given."""
    subject = open_subject(model, runtime)
    return measure(subject, subject.logits(faces.pixels), faces, split, temperature)


def measure(
    subject: Subject,
    logits: Logits,
    faces: Faces,
    split: str,
    temperature: dict[Head, float] | None = None,
    data_sha256: str | None = None,
) -> Evaluation:
    """The figures from what the model has already said of the faces."""
    fitted = fit_temperatures(logits, faces)
    given = temperature or subject.temperatures
    truths: tuple[Truth, ...] = ("fer2013", "ferplus") if faces.votes.any() else ("fer2013",)
    heat = given or fitted
    return Evaluation(
        model=subject.name,
        sha256=subject.sha256,
        runtime=subject.runtime,
        split=split,
        faces=len(faces),
        data_sha256=data_sha256,
        temperature=heat,
        temperature_from="card" if given else f"fitted on {split}",
        temperature_fitted=fitted,
        figures=tuple(
            figures(head, truth, split, logits[head], heat[head], faces)
            for head in subject.heads
            for truth in truths
        ),
    )
