"""A network that was finetuned for int8 loses less by it than one that was not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")
pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
pytest.importorskip("litert_torch", reason="litert-torch is not installed: no .tflite is made")

import torch

from edge.eye.emotion import Network as Tflite
from edge.eye.face_image import normalise
from tests.unit.test_trainer_model import drawn
from trainer.catalogue import build
from trainer.checkpoint import logits_of, normalised
from trainer.networks import Network
from trainer.qat import felt, finetune, folded, watch
from trainer.quantize import calibration_faces, export_float, quantize

TRAINING, OTHERS = drawn(20), drawn(6, seed=9).pixels
SEEN = calibration_faces(TRAINING, 70, seed=1)


@pytest.fixture(scope="module")
def network() -> Network:
    """Not taught, but with statistics of real activations, and one channel much too loud."""
    torch.manual_seed(3)
    made = build("tiny")
    with torch.no_grad():
        made.train()
        for _ in range(30):
            made(seen_by(TRAINING.pixels))
        made.exits[0].weight *= 6
        made.exits[1].weight *= 6
        made.trunk[2][1].weight[0] *= 8
    return made.eval()


@pytest.fixture(scope="module")
def int8_answers(network: Network, tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    """What the network's int8 file says of the other faces."""
    return as_int8(network, tmp_path_factory.mktemp("plain"))


def as_int8(network: torch.nn.Module, folder: Path) -> list[np.ndarray]:
    floating, small = folder / "float.tflite", folder / "int8.tflite"
    export_float(network, floating)
    quantize(floating, SEEN, small)
    return answers_of(small)


def seen_by(pixels: np.ndarray) -> torch.Tensor:
    return normalised(torch.from_numpy(pixels).unsqueeze(1))


def answers_of(file: Path) -> list[np.ndarray]:
    asked = Tflite(file.read_bytes())
    rows = [asked.logits(normalise(face)) for face in OTHERS]
    return [np.stack([row[head] for row in rows]) for head in range(2)]


def apart(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    return float(np.mean([np.abs(a - b).mean() for a, b in zip(one, other, strict=True)]))


def test_folding_changes_no_answer_and_rounding_does(network: Network) -> None:
    plain = folded(network)
    rounding = felt(plain)
    watch(rounding, seen_by(SEEN))
    with torch.no_grad():
        wanted, given, rounded = (net(seen_by(OTHERS)) for net in (network, plain, rounding))
    for head in range(2):
        assert torch.allclose(wanted[head], given[head], atol=1e-4)
        gap = (rounded[head] - wanted[head]).abs()
        assert 0 < gap.mean() < 0.1 * wanted[head].std()


def test_the_felt_network_answers_as_the_int8_file_does(
    network: Network, int8_answers: list[np.ndarray]
) -> None:
    rounding = felt(folded(network))
    watch(rounding, seen_by(SEEN))
    with torch.no_grad():
        feels = [answer.numpy() for answer in rounding(seen_by(OTHERS))]
    assert apart(int8_answers, feels) < 0.8 * apart(int8_answers, list(logits_of(network, OTHERS)))


def test_finetuned_the_file_is_nearer_to_the_float_network(
    network: Network, int8_answers: list[np.ndarray], tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    before = logits_of(network, OTHERS)
    tuned = finetune(
        network, TRAINING.pixels, SEEN, 12, 1, lambda done, of: steps.append((done, of))
    )
    assert steps[-1] == (12, 12)
    wanted = list(logits_of(network, OTHERS))
    assert all(np.array_equal(a, b) for a, b in zip(before, wanted, strict=True))
    assert apart(as_int8(tuned, tmp_path), wanted) < apart(int8_answers, wanted)
