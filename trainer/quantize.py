"""Turns a trained network into a .tflite file, first float, then int8 throughout.

Weights are int8 per channel; the ranges of activations are those of some hundred training faces,
balanced over the moods and seen through the device's own `normalise`, every fourth one dim.

The whole range is taken. Cutting it to a quantile of the faces' own ranges was measured on two
sets of faces, 700 and 2,000 of them, from 99.9 % down to 80 %: 98.7-99.1 % the same answers
everywhere, no order in it, and logits up to five apart instead of one.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from edge.eye.face_image import FACE_PX, Before, normalise
from edge.messages import MOODS
from trainer.faces import Faces

_SIGNATURE = "serving_default"
DIM = 0.25
"""Share of the light that is left in the dim calibration faces."""


def calibration_faces(training: Faces, count: int, seed: int) -> NDArray[np.uint8]:
    """As many faces of each mood as of any other, every fourth one dim."""
    rng = np.random.default_rng(seed)
    chosen: list[np.int64] = []
    for mood in range(len(MOODS)):
        of_mood = np.flatnonzero(training.labels == mood)
        wanted = min(len(of_mood), count // len(MOODS))
        chosen.extend(rng.choice(of_mood, wanted, replace=False))
    pixels = training.pixels[np.array(chosen)].copy()
    pixels[::4] = (pixels[::4] * DIM).astype(np.uint8)
    return pixels


def export_float(network: nn.Module, path: Path) -> None:
    """Write the network as a float .tflite that takes one 1 × 48 × 48 × 1 face."""
    with _quiet():
        import litert_torch

        last = litert_torch.to_channel_last_io(network.eval(), args=[0])
        sample = (torch.zeros(1, FACE_PX, FACE_PX, 1),)
        path.parent.mkdir(parents=True, exist_ok=True)
        litert_torch.convert(last, sample).export(str(path))


def quantize(
    float_model: Path, faces: NDArray[np.uint8], path: Path, before: Before = "nothing"
) -> None:
    """Write the int8 form of a float .tflite, inputs and outputs int8 too."""
    with _quiet():
        from ai_edge_quantizer import calibrator, quantizer, recipe, recipe_manager
        from ai_edge_quantizer.utils import qsv_utils

        static = recipe.static_wi8_ai8()
        rules = recipe_manager.RecipeManager()
        rules.load_quantization_recipe(static)
        content = float_model.read_bytes()
        # Quantizer.calibrate would take a moving average of the last twenty faces' ranges; that
        # cuts the input at ±2.1 deviations and changes 4 answers in 100 instead of 1.
        watch = calibrator.Calibrator(
            content, num_threads=1, qsv_update_func=qsv_utils.min_max_update
        )
        watch.calibrate({_SIGNATURE: [_sample(face, before) for face in faces]}, rules)
        made = quantizer.Quantizer(content, static).quantize(
            watch.get_model_qsvs(), enable_progress_report=False
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(made.quantized_model)
    part.replace(path)


def _sample(face: NDArray[np.uint8], before: Before) -> dict[str, Any]:
    """One call of the exported network; its one argument is named so by the converter."""
    return {"args_0": normalise(face, before).reshape(1, FACE_PX, FACE_PX, 1)}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The converters' warnings and progress lines are about their own insides.

    What is written in C++ goes past Python's stderr, so its file is exchanged, too.
    """
    nowhere = io.StringIO()
    sys.stderr.flush()
    kept = os.dup(2)
    with (
        Path(os.devnull).open("wb") as void,
        warnings.catch_warnings(),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        os.dup2(void.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            logging.disable(logging.NOTSET)
