"""The form of a model's card, and the check at the door: a pair that does not fit is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from edge.errors import ModelError
from edge.eye.face_image import FACE_PX, NORMALISE, Before
from edge.messages import MOODS

Head = Literal["perceived", "fer2013"]
"""What ten people would say, and what FER2013's own label would be."""
Truth = Literal["fer2013", "ferplus"]


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    """Fields may be added to a card, so unknown ones are no fault."""


class Input(_Form, frozen=True):
    """What the network takes."""

    shape: tuple[int, int, int, int]
    dtype: str
    scale: float
    zero_point: int
    framing: str
    """Whose framing of faces it was taught."""
    normalise: dict[str, str | float]

    @property
    def before(self) -> Before:
        """What the faces were prepared with before `normalise`'s own steps."""
        asked = self.normalise.get("before")
        return next((way for way in get_args(Before) if way == asked), "nothing")


class Output(_Form, frozen=True):
    """One head."""

    index: int
    """Its place among the file's outputs."""
    temperature: float
    """Divides the logits before the softmax; fitted on PublicTest."""


class Confusion(_Form, frozen=True):
    """How often which truth was read as what."""

    head: Head
    truth: Truth
    split: str
    counts: tuple[tuple[int, ...], ...]
    """7 × 7, rows are the truth."""


class Metric(_Form, frozen=True):
    """One row of figures."""

    head: Head
    truth: Truth
    split: str
    n: int
    accuracy: float
    macro_f1: float
    ece: float


class MadeBy(_Form, frozen=True):
    """Enough to make the model again."""

    commit: str
    recipe: str
    data_sha256: str
    seed: int


class Card(_Form, frozen=True):
    """`emotion.json`."""

    schema: Literal[1]
    model: str
    sha256: str
    labels: tuple[str, ...]
    input: Input
    outputs: dict[Head, Output]
    used: Head
    confusion: Confusion
    metrics: tuple[Metric, ...]
    made_by: MadeBy


def load_card(path: Path) -> Card:
    """The card at `path`, whole and of the form this device knows; else ModelError."""
    try:
        card = msgspec.json.decode(path.read_bytes(), type=Card)
    except FileNotFoundError:
        raise ModelError(f"There is no model card at {path}; set-up puts one there.") from None
    except OSError as failed:
        raise ModelError(f"The model card {path} cannot be read: {failed.strerror}.") from failed
    except msgspec.DecodeError as wrong:
        raise ModelError(f"{path} is not a model card of schema 1: {wrong}.") from wrong
    problem = _first_problem(card)
    if problem:
        raise ModelError(f"{path} does not fit this device: {problem}.")
    return card


def load_model(path: Path) -> tuple[Card, bytes]:
    """The card at `path` and the bytes of its model, which are those that the card speaks of."""
    card = load_card(path)
    file = path.parent / card.model
    try:
        content = file.read_bytes()
    except OSError as failed:
        raise ModelError(f"The model {file} cannot be read: {failed.strerror}.") from failed
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise ModelError(f"{file} is not the file its card {path.name} speaks of; fetch both anew.")
    return card, content


def check_tensors(
    card: Card, inputs: Sequence[Mapping[str, Any]], outputs: Sequence[Mapping[str, Any]]
) -> None:
    """Refuse a model whose own inputs and outputs are not as its card says."""
    if len(inputs) != 1:
        raise ModelError(f"The model {card.model} has {len(inputs)} inputs instead of one.")
    has = inputs[0]
    scale, zero_point = has["quantization"]
    if (
        tuple(has["shape"]) != card.input.shape
        or has["dtype"].__name__ != card.input.dtype
        or abs(scale - card.input.scale) > 1e-6 * abs(card.input.scale)
        or zero_point != card.input.zero_point
    ):
        raise ModelError(f"The input of {card.model} is not as its card says.")
    for name, output in card.outputs.items():
        if output.index >= len(outputs):
            raise ModelError(f"The model {card.model} lacks the output {name} of its card.")
        gives = outputs[output.index]
        if tuple(gives["shape"]) != (1, len(MOODS)):
            raise ModelError(f"The output {name} of {card.model} is not seven numbers.")
        if gives["dtype"].__name__ != "float32" and gives["quantization"][0] <= 0:
            raise ModelError(f"The output {name} of {card.model} is quantized without a scale.")


def _first_problem(card: Card) -> str | None:
    if card.labels != MOODS:
        return f"its labels are not {', '.join(MOODS)}, in this order"
    if card.input.shape != (1, FACE_PX, FACE_PX, 1):
        return f"its input is not one grey picture of {FACE_PX} × {FACE_PX}"
    if card.input.dtype != "int8" or card.input.scale <= 0:
        return "its input is not int8 with a scale"
    known = NORMALISE | {"before": card.input.before}
    if card.input.framing != "fer2013" or {"before": "nothing"} | card.input.normalise != known:
        return "its pictures were prepared in another way"
    if Path(card.model).name != card.model:
        return "its model does not lie beside it"
    if card.used not in card.outputs:
        return f"it uses the output {card.used} and does not describe it"
    if any(output.index < 0 or output.temperature <= 0 for output in card.outputs.values()):
        return "an output has a negative place or temperature"
    if [len(row) for row in card.confusion.counts] != [len(MOODS)] * len(MOODS):
        return "its confusion table is not 7 × 7"
    return None
