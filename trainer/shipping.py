"""From a checkpoint to the int8 file, and what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trainer.bar import counted
from trainer.checkpoint import load_network
from trainer.errors import RunError
from trainer.evaluation.comparison import Comparison
from trainer.evaluation.int8 import float_and_int8
from trainer.evaluation.subject import open_subject
from trainer.faces import Dataset
from trainer.quantize import calibration_faces, export_float, quantize
from trainer.targets import worth_learning


@dataclass(frozen=True)
class Asked:
    """How the int8 file shall be made."""

    faces: int
    """To calibrate on."""
    finetune: int
    """Epochs; 0 leaves the weights as they were learnt."""
    seed: int


def make_int8(
    checkpoint: Path, dataset: Dataset, out: Path, asked: Asked
) -> tuple[Path, Comparison]:
    """Write the float and the int8 .tflite; the float's path, and both on PublicTest.

    The comparison's first is the network as it was learnt, also where it was finetuned since.
    """
    network = load_network(checkpoint)
    if network.raw:
        raise RunError("this network takes grey levels as they are, and the device has none such")
    training = dataset["Training"]
    seen = calibration_faces(training, asked.faces, asked.seed)
    floating = checkpoint.with_suffix(".tflite")
    if asked.finetune:
        from trainer.qat import finetune

        floating = checkpoint.with_name(f"{checkpoint.stem}-finetuned.tflite")
        learnt = training.take(worth_learning(training, dataset["PublicTest"])).pixels
        with counted("learns to live with int8") as told:
            tuned = finetune(network, learnt, seen, asked.finetune, asked.seed, told)
        export_float(tuned, floating)
    else:
        export_float(network, floating)
    quantize(floating, seen, out, network.before)
    with counted("compares float and int8") as told:
        pair = open_subject(checkpoint), open_subject(out, before=network.before)
        return floating, float_and_int8(*pair, dataset["PublicTest"], told)
