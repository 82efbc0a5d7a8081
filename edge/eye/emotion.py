"""Reads the emotion of one face with whichever TFLite runtime is installed."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from edge.errors import ModelError
from edge.eye.face_image import FACE_PX, normalise
from edge.eye.model_card import Card, Head, check_tensors, load_model
from edge.eye.silence import silence
from edge.messages import MOODS, Mood

RuntimeChoice = Literal["auto", "tflite", "litert"]

_RUNTIMES: dict[str, tuple[str, str]] = {
    "litert": ("ai_edge_litert.interpreter", "ai-edge-litert"),
    "tflite": ("tflite_runtime.interpreter", "tflite-runtime"),
}
"""The faster one first: ai-edge-litert takes a half to a sixth of tflite-runtime's time."""


class Network:
    """A .tflite file ready to run: one normalised face in, the logits of every output out."""

    def __init__(self, content: bytes, runtime: RuntimeChoice = "auto", threads: int = 1) -> None:
        library, package = _library(runtime)
        self.runtime = f"{package} {version(package)}"
        try:
            with silence():  # both greet on standard error
                self._interpreter = library.Interpreter(model_content=content, num_threads=threads)
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as refused:
            raise ModelError(f"{self.runtime} cannot run the model: {refused}.") from refused
        self.inputs: list[dict[str, Any]] = self._interpreter.get_input_details()
        self.outputs: list[dict[str, Any]] = self._interpreter.get_output_details()

    def logits(self, normalised: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Seven logits for each output, in the file's order."""
        about = self.inputs[0]
        given = normalised.reshape(about["shape"])
        if about["dtype"] is np.int8:
            scale, zero_point = about["quantization"]
            given = np.clip(np.rint(given / scale) + zero_point, -128, 127).astype(np.int8)
        self._interpreter.set_tensor(about["index"], given)
        self.invoke()
        return [self._answer(output) for output in self.outputs]

    def invoke(self) -> None:
        """Run the bare network once more on what it was given last; this is what is timed."""
        self._interpreter.invoke()

    def _answer(self, about: dict[str, Any]) -> NDArray[np.float32]:
        raw = np.asarray(self._interpreter.get_tensor(about["index"])).reshape(-1)
        scale, zero_point = about["quantization"]
        if scale == 0:  # a float model
            return raw.astype(np.float32)
        return (raw.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)


class TfliteEmotionReader:
    """The emotion model beside its card, checked when opened."""

    def __init__(self, card: Path, runtime: RuntimeChoice = "auto", threads: int = 1) -> None:
        self.card: Card
        self.card, content = load_model(card)
        self._network: Network | None = Network(content, runtime, threads)
        self.runtime = self._network.runtime
        check_tensors(self.card, self._network.inputs, self._network.outputs)

    def read(self, face: NDArray[np.uint8], head: Head | None = None) -> dict[Mood, float]:
        """Seven calibrated probabilities of a 48×48 grey face framed as FER2013's are.

        `head` asks the other head; without it answers the one that the card says is used.
        """
        if self._network is None:
            raise ModelError("The emotion model is closed.")
        if face.shape != (FACE_PX, FACE_PX):
            raise ValueError(f"a face is {FACE_PX} × {FACE_PX} grey pixels, not {face.shape}")
        output = self.card.outputs.get(head or self.card.used)
        if output is None:
            raise ModelError(f"The model {self.card.model} has no output {head}.")
        logits = self._network.logits(normalise(face, self.card.input.before))[output.index]
        shares = softmax(logits, output.temperature)
        return {mood: float(share) for mood, share in zip(MOODS, shares, strict=True)}

    def close(self) -> None:
        """Give the model's memory back; may be called twice."""
        self._network = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Shares that sum to one, over the last axis; in float64, so that they do so exactly enough."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def installed() -> list[str]:
    """The runtimes that can be used here, the faster first."""
    return [name for name in _RUNTIMES if _import(name) is not None]


def _library(choice: RuntimeChoice) -> tuple[Any, str]:
    """The module and the package's name of the runtime that was asked for."""
    for name in _RUNTIMES if choice == "auto" else (choice,):
        module = _import(name)
        if module is not None:
            return module, _RUNTIMES[name][1]
    if choice == "auto":
        raise ModelError(
            "Neither ai-edge-litert nor tflite-runtime is installed; one of them runs the model."
        )
    raise ModelError(
        f"The runtime {_RUNTIMES[choice][1]} is not installed;"
        ' set runtime = "auto" in [eye] to take whichever is there.'
    )


def _import(name: str) -> Any:
    """The runtime's module, None where it is not installed."""
    try:
        return importlib.import_module(_RUNTIMES[name][0])
    except ImportError:
        return None
