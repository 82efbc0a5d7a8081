"""The row of the shipped model: the same file, in the same runtime, as the device has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import Network
from edge.eye.face_image import normalise
from edge.eye.model_card import Head, check_tensors, load_model
from trainer.baselines.counting import counts_of
from trainer.baselines.measure import ms_per_face, rightness
from trainer.baselines.table import Row
from trainer.faces import Faces

NAME = "moodbox"
HEAD: Head = "fer2013"
"""The head that answers with FER2013's labels, which is what the others learn."""


def shipped(card_file: Path, choosing: Faces) -> Row:
    """Measure the model of this card as every other system is measured."""
    card, content = load_model(card_file)
    network = Network(content)
    check_tensors(card, network.inputs, network.outputs)
    place = card.outputs[HEAD].index

    def answer(face: NDArray[np.uint8]) -> int:
        return int(network.logits(normalise(face))[place].argmax())

    accuracy, macro_f1 = rightness(
        choosing.labels, np.array([answer(face) for face in choosing.pixels], dtype=np.int64)
    )
    parameters, multiply_adds = counts_of(content)
    return Row(
        name=NAME,
        what=f"the shipped model, head {HEAD}, one look",
        trained=f"by the recipe {card.made_by.recipe}",
        shortened=False,
        start="from scratch",
        train_s=None,
        parameters=parameters,
        multiply_adds=multiply_adds,
        bytes=len(content),
        form="int8",
        accuracy=accuracy,
        macro_f1=macro_f1,
        ms_per_face=ms_per_face(answer, choosing.pixels),
        timed_in=network.runtime,
    )
