"""A model and its card that do not fit together are refused in one sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge.errors import ModelError
from edge.eye.model_card import check_tensors, load_card, load_model

MODELS = Path(__file__).resolve().parents[2] / "models"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """The card of a copy of the shipped model."""
    for name in ("emotion.tflite", "emotion.json"):
        shutil.copy(MODELS / name, tmp_path / name)
    return tmp_path / "emotion.json"


def rewrite(card: Path, change: Change) -> None:
    value = json.loads(card.read_text(encoding="utf-8"))
    change(value)
    card.write_text(json.dumps(value), encoding="utf-8")


def test_the_shipped_pair_fits(pair: Path) -> None:
    card, content = load_model(pair)
    assert card.used == "perceived"
    assert content == (MODELS / "emotion.tflite").read_bytes()


def test_fields_may_be_added(pair: Path) -> None:
    rewrite(pair, lambda card: card.update(licence="as the project"))
    assert load_card(pair).schema == 1


def test_a_card_may_say_what_comes_before(pair: Path) -> None:
    assert load_card(pair).input.before == "nothing"
    rewrite(pair, lambda card: card["input"]["normalise"].update(before="clahe"))
    assert load_card(pair).input.before == "clahe"


def test_one_changed_byte_is_refused(pair: Path) -> None:
    model = pair.parent / "emotion.tflite"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    with pytest.raises(ModelError, match="is not the file its card"):
        load_model(pair)


def test_a_missing_model_is_refused(pair: Path) -> None:
    (pair.parent / "emotion.tflite").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(pair)


def test_a_missing_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model card"):
        load_card(tmp_path / "emotion.json")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda card: card["labels"].reverse(), "its labels are not angry, disgust"),
        (lambda card: card.update(schema=2), "not a model card of schema 1"),
        (lambda card: card.pop("sha256"), "not a model card of schema 1"),
        (lambda card: card.update(model="../emotion.tflite"), "does not lie beside it"),
        (lambda card: card["input"].update(shape=[1, 64, 64, 1]), "one grey picture of 48"),
        (lambda card: card["input"].update(dtype="float32"), "not int8"),
        (lambda card: card["input"].update(framing="tight"), "prepared in another way"),
        (lambda card: card["input"]["normalise"].update(clip=2.0), "prepared in another way"),
        (lambda card: card["input"]["normalise"].update(before="x"), "prepared in another way"),
        (lambda card: card["outputs"].pop("perceived"), "does not describe it"),
        (lambda card: card["outputs"]["fer2013"].update(temperature=0), "negative place"),
        (lambda card: card["confusion"]["counts"].pop(), "not 7 × 7"),
    ],
)
def test_a_card_of_another_form_is_refused(pair: Path, change: Change, sentence: str) -> None:
    rewrite(pair, change)
    with pytest.raises(ModelError, match=sentence) as refused:
        load_card(pair)
    assert "\n" not in str(refused.value)


def tensors(**changed: Any) -> list[dict[str, Any]]:
    """What a runtime tells of the one input of the shipped model."""
    card = load_card(MODELS / "emotion.json")
    about = {
        "shape": np.array(card.input.shape),
        "dtype": np.int8,
        "quantization": (card.input.scale, card.input.zero_point),
    }
    return [about | changed]


ANSWER = {"shape": np.array([1, 7]), "dtype": np.int8, "quantization": (0.07, 3)}
ANSWERS = [ANSWER, ANSWER]


def test_tensors_as_the_card_says_are_taken() -> None:
    floats = ANSWER | {"dtype": np.float32, "quantization": (0.0, 0)}
    for answers in (ANSWERS, [floats, floats]):
        check_tensors(load_card(MODELS / "emotion.json"), tensors(), answers)


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        (tensors(shape=np.array([1, 1, 48, 48])), ANSWERS),
        (tensors(dtype=np.float32), ANSWERS),
        (tensors(quantization=(0.5, 0)), ANSWERS),
        (tensors(quantization=(tensors()[0]["quantization"][0], 9)), ANSWERS),
        (tensors() * 2, ANSWERS),
        (tensors(), ANSWERS[:1]),
        (tensors(), [ANSWER, ANSWER | {"shape": np.array([1, 8])}]),
        (tensors(), [ANSWER, ANSWER | {"quantization": (0.0, 0)}]),
    ],
)
def test_tensors_other_than_the_card_says_are_refused(
    inputs: list[dict[str, Any]], outputs: list[dict[str, Any]]
) -> None:
    with pytest.raises(ModelError):
        check_tensors(load_card(MODELS / "emotion.json"), inputs, outputs)
