"""The model that is measured, whatever form it has: .tflite, card, checkpoint or run folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import Network, RuntimeChoice
from edge.eye.face_image import Before, normalise
from edge.eye.model_card import Head, load_model
from edge.messages import MOODS
from trainer.errors import RunError
from trainer.targets import HEADS

Logits = dict[Head, NDArray[np.float32]]
Told = Callable[[int, int], None]
"""Is called with how many faces are done, of how many."""
_Asked = Callable[[NDArray[np.uint8], Told], Sequence[NDArray[np.float32]]]

EVERY = 100
"""Faces between two looks at the progress bar."""


@dataclass(frozen=True)
class Subject:
    """A model that can be asked about faces."""

    name: str
    given: Path
    """The card, where it came with one."""
    file: Path
    sha256: str
    runtime: str
    """What runs it, with its version."""
    heads: tuple[Head, ...]
    temperatures: dict[Head, float] | None
    """Those of its card; None where it came without one."""
    ask: _Asked

    def logits(self, pixels: NDArray[np.uint8], told: Told = lambda *_: None) -> Logits:
        """Seven logits per head and face, for n × 48 × 48 grey levels."""
        return dict(zip(self.heads, self.ask(pixels, told), strict=True))

    def again(self, runtime: RuntimeChoice) -> Subject:
        """The same model in this runtime."""
        return open_subject(self.given, runtime)


def open_subject(
    model: Path, runtime: RuntimeChoice = "auto", before: Before = "nothing"
) -> Subject:
    """The model at `model`, ready to be asked; RunError where there is none.

    A bare .tflite file does not say what its faces are prepared with; that is `before`.
    """
    file = model / "best.pt" if model.is_dir() else model
    if not file.exists():
        raise RunError(f"there is no model at {file}")
    if file.suffix == ".pt":
        return _checkpoint(file)
    if file.suffix == ".json":
        return _carded(file, runtime)
    if file.suffix == ".tflite":
        network = Network(file.read_bytes(), runtime)
        heads = _heads_by_number(file, [tuple(about["shape"]) for about in network.outputs])
        places = dict(zip(heads, range(len(heads)), strict=True))
        return _of_network(file, file, network, places, None, before)
    raise RunError(f"{model} is no .tflite file, card (.json), checkpoint (.pt) or run folder")


def _carded(card_file: Path, runtime: RuntimeChoice) -> Subject:
    card, content = load_model(card_file)
    places = {head: output.index for head, output in card.outputs.items()}
    heat = {head: output.temperature for head, output in card.outputs.items()}
    network = Network(content, runtime)
    file = card_file.parent / card.model
    return _of_network(card_file, file, network, places, heat, card.input.before)


def _of_network(
    given: Path,
    file: Path,
    network: Network,
    places: dict[Head, int],
    temperatures: dict[Head, float] | None,
    before: Before,
) -> Subject:
    def ask(pixels: NDArray[np.uint8], told: Told) -> list[NDArray[np.float32]]:
        rows = []
        for number, face in enumerate(pixels):
            rows.append(network.logits(normalise(face, before)))
            if number % EVERY == 0:
                told(number, len(pixels))
        return [np.stack([row[place] for row in rows]) for place in places.values()]

    heads = tuple(places)
    return Subject(file.name, given, file, _sha256(file), network.runtime, heads, temperatures, ask)


def _checkpoint(file: Path) -> Subject:
    from trainer.checkpoint import load_network, logits_of

    network = load_network(file)

    def ask(pixels: NDArray[np.uint8], told: Told) -> Sequence[NDArray[np.float32]]:
        given = logits_of(network, pixels)
        told(len(pixels), len(pixels))
        return given

    import torch

    name = f"{file.parent.name}/{file.name}"
    runtime = f"torch {torch.__version__}"
    return Subject(name, file, file, _sha256(file), runtime, network.heads, None, ask)


def _heads_by_number(file: Path, shapes: list[tuple[int, ...]]) -> tuple[Head, ...]:
    """Two outputs are our two heads; a single one was taught FER2013's labels."""
    if set(shapes) != {(1, len(MOODS))} or len(shapes) > len(HEADS):
        raise RunError(f"{file} does not answer with seven numbers per head, but with {shapes}")
    return HEADS if len(shapes) == len(HEADS) else ("fer2013",)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
