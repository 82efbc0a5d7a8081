"""Asks a model everything that was wanted, with a bar for what takes long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from edge.eye.emotion import RuntimeChoice, installed
from trainer.bar import counted
from trainer.errors import RunError
from trainer.evaluate import Evaluation, measure
from trainer.evaluation.calibration import fit_temperatures
from trainer.evaluation.comparison import Comparison, called, compare
from trainer.evaluation.robustness import robustness
from trainer.evaluation.speed import speed
from trainer.evaluation.subject import Logits, Subject, Told, open_subject
from trainer.faces import Dataset, Faces, Split


@dataclass(frozen=True)
class Wanted:
    """What shall be measured beside the figures."""

    robust: bool = False
    against: Path | None = None
    """Another model."""
    runtimes: bool = False
    speed: Path | None = None
    """The folder with face detector and mean faces."""


def examine(
    subject: Subject, dataset: Dataset, split: Split, wanted: Wanted
) -> tuple[Evaluation, Logits]:
    """The figures, and the answers that they were made of."""
    faces = dataset[split]
    with counted(f"asks {subject.name}") as told:
        logits = subject.logits(faces.pixels, told)
    measured = measure(subject, logits, faces, split, data_sha256=dataset.sha256)
    if wanted.robust:
        with counted("damages the faces") as told:
            measured = replace(measured, robustness=robustness(subject, faces, logits, told))
    if wanted.against is not None:
        with counted(f"asks {wanted.against}") as told:
            both = against(measured, subject, logits, wanted.against, faces, told)
        measured = replace(measured, against=both)
    if wanted.runtimes:
        with counted("asks both runtimes") as told:
            measured = replace(measured, runtimes=in_both_runtimes(measured, subject, faces, told))
    if wanted.speed is not None:
        _only_tflite(subject, "timed")
        measured = replace(measured, speed=speed(subject.file, wanted.speed))
    return measured, logits


def against(
    measured: Evaluation,
    subject: Subject,
    logits: Logits,
    other: Path,
    faces: Faces,
    told: Told = lambda *_: None,
) -> Comparison:
    """This model beside another one."""
    rival = open_subject(other)
    said = rival.logits(faces.pixels, told)
    heat = rival.temperatures or fit_temperatures(said, faces)
    names = called(subject, rival)
    return compare(names, logits, said, faces, (measured.temperature, heat))


def in_both_runtimes(
    measured: Evaluation,
    subject: Subject,
    faces: Faces,
    told: Told = lambda *_: None,
) -> Comparison:
    """The same .tflite file in both runtimes."""
    _only_tflite(subject, "run in two runtimes")
    both: list[RuntimeChoice] = ["litert", "tflite"]
    missing = [name for name in both if name not in installed()]
    if missing:
        raise RunError(f"both runtimes are needed, and {' and '.join(missing)} is not installed")
    one, other = (subject.again(runtime) for runtime in both)
    n = len(faces)
    first = one.logits(faces.pixels, lambda done, _: told(done, 2 * n))
    second = other.logits(faces.pixels, lambda done, _: told(n + done, 2 * n))
    heat = measured.temperature
    return compare(called(one, other), first, second, faces, (heat, heat))


def _only_tflite(subject: Subject, what: str) -> None:
    if subject.file.suffix != ".tflite":
        raise RunError(f"{subject.name} is a checkpoint; only a .tflite file can be {what}")
