"""The parts of a training step: changing, blending, averaging, turning, drawing, teaching."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

import torch

from edge.eye.emotion import softmax
from edge.eye.face_image import normalise
from tests.unit.tiny_fer2013 import make
from trainer.answers import read_answers, write_answers
from trainer.augment import augment
from trainer.average import follow
from trainer.batches import drawn_by
from trainer.blend import blend
from trainer.catalogue import build
from trainer.checkpoint import normalised
from trainer.data import load
from trainer.errors import RunError
from trainer.looks import ten_looks
from trainer.muon import Muon, orthogonal
from trainer.targets import targets_of

torch.set_num_threads(1)


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_normalised_is_the_device_s_normalise() -> None:
    faces = np.random.default_rng(1).integers(0, 256, (5, 48, 48), dtype=np.uint8)
    faces[4] = 17  # flat
    here = normalised(torch.from_numpy(faces)).numpy()
    assert np.abs(here - normalise(faces)).max() < 1e-5


@pytest.mark.parametrize("side", [40, 44, 48, 64])
@pytest.mark.parametrize("strength", ["strong", "camera", "mild", "none"])
def test_faces_come_out_in_the_size_that_is_asked(side: int, strength: str) -> None:
    faces = torch.arange(20 * 48 * 48).remainder(251).float().view(20, 1, 48, 48)
    out = augment(faces, generator(), side, strength)  # type: ignore[arg-type]  # parametrised
    assert out.shape == (20, 1, side, side)
    assert 0 <= float(out.min()) <= float(out.max()) <= 255
    assert not torch.isnan(out).any()


def test_unchanged_faces_stay_as_they_are() -> None:
    faces = torch.rand(4, 1, 48, 48) * 255
    assert torch.allclose(augment(faces, generator(), 48, "none"), faces, atol=0.01)


@pytest.mark.parametrize("kind", ["mixup", "cutmix"])
def test_blending_keeps_the_mass_of_the_targets(kind: str) -> None:
    faces, targets = torch.rand(8, 1, 48, 48), torch.eye(8, 7)
    shares = {"mixup": (1.0, 0.0), "cutmix": (0.0, 1.0)}[kind]
    seen, (blended,) = blend(faces, (targets,), *shares, generator(3))
    assert not torch.equal(seen, faces)
    assert float(blended.sum()) == pytest.approx(float(targets.sum()), rel=1e-4)
    assert (blended.argmax(dim=1)[:7] == torch.arange(7)).all(), "the first face stays the main one"
    assert blend(faces, (targets,), 0, 0, generator(3))[0] is faces


def test_a_square_from_another_face_counts_by_its_size() -> None:
    black, white = torch.zeros(1, 1, 48, 48), torch.ones(1, 1, 48, 48)
    faces, targets = torch.cat([black, white]), torch.eye(2)
    for seed in range(20):
        seen, (blended,) = blend(faces, (targets,), 0, 1, generator(seed))
        assert float(blended[0, 1]) == pytest.approx(float(seen[0].mean()), abs=1e-6)


def test_muon_s_steps_have_singular_values_near_one() -> None:
    matrix = torch.randn(24, 90, generator=generator())
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert 0.5 < float(values.min()) <= float(values.max()) < 1.3
    assert torch.allclose(orthogonal(matrix.T), orthogonal(matrix).T, atol=0.02)


def test_muon_goes_downhill() -> None:
    kernel = torch.nn.Parameter(torch.randn(6, 2, 3, 3, generator=generator()))
    wanted = torch.randn(6, 2, 3, 3, generator=generator(2))
    wanted *= 6**0.5 / wanted.norm()
    optimizer = Muon([kernel], lr=0.1)
    gaps = []
    for _ in range(60):
        optimizer.zero_grad()
        gap = (kernel * (6**0.5 / kernel.norm()) - wanted).square().sum()
        gap.backward()
        optimizer.step()
        gaps.append(float(gap.detach()))
    assert gaps[-1] < gaps[0] / 10


def test_the_average_follows_weights_and_statistics() -> None:
    average, network = build("tiny"), build("tiny")
    before = average.exits[0].weight.clone()
    follow(average, network, 0.75)
    wanted = before * 0.75 + network.exits[0].weight * 0.25
    assert torch.allclose(average.exits[0].weight, wanted)
    follow(average, network, 0)
    for name, value in network.state_dict().items():
        assert torch.equal(average.state_dict()[name], value), name


def test_each_face_is_drawn_as_often_as_its_chance_says() -> None:
    chance = np.array([0.5, 0.2, 0.2, 0.1])
    counts = np.bincount(drawn_by(chance, 1000, np.random.default_rng(1)), minlength=4)
    assert np.abs(counts - 1000 * chance).max() <= 1
    alike = drawn_by(np.full(700, 1 / 700), 700, np.random.default_rng(2))
    assert len(set(alike.tolist())) > 690, "an epoch shows nearly every face"


def test_teachers_answers_are_kept_and_blended(tmp_path: Path) -> None:
    dataset = load(make(tmp_path / "set"), cache=tmp_path / "cache")
    training = dataset["Training"]
    files = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        files.append(tmp_path / f"{seed}.npz")
        logits = ten_looks(build("tiny").eval(), training.pixels)
        write_answers(logits, dataset, files[-1])
    again = files[-1].read_bytes()
    write_answers(logits, dataset, files[-1])
    taught, hashes = read_answers(files, dataset)
    assert len(hashes) == 2
    assert np.allclose(taught.fer2013.sum(axis=1), 1, atol=1e-3)
    alone, _ = read_answers(files[:1], dataset)
    second, _ = read_answers(files[1:], dataset)
    assert np.allclose(taught.perceived, (alone.perceived + second.perceived) / 2, atol=1e-6)
    half = targets_of(training, taught=taught, teachers=0.5)
    own = targets_of(training)
    assert np.allclose(half.fer2013, (own.fer2013 + taught.fer2013) / 2, atol=1e-6)
    assert files[-1].read_bytes() == again


def test_ten_looks_are_shares_and_nearly_the_one_look(tmp_path: Path) -> None:
    faces = np.random.default_rng(3).integers(0, 256, (6, 48, 48), dtype=np.uint8)
    torch.manual_seed(1)
    network = build("tiny").eval()
    looks: list[int] = []
    for answers in ten_looks(network, faces, lambda done, _: looks.append(done)):
        assert np.allclose(softmax(answers).sum(axis=1), 1)
    assert looks == list(range(1, 11))


def test_answers_about_other_data_are_refused(tmp_path: Path) -> None:
    dataset = load(make(tmp_path / "set"), cache=tmp_path / "cache")
    other = load(make(tmp_path / "other", per_mood=7), cache=tmp_path / "cache")
    logits = ten_looks(build("tiny").eval(), dataset["Training"].pixels)
    write_answers(logits, dataset, tmp_path / "a.npz")
    with pytest.raises(RunError, match="both heads"):
        write_answers(logits[:1], dataset, tmp_path / "a.npz")
    with pytest.raises(RunError, match="another dataset"):
        read_answers([tmp_path / "a.npz"], other)
    (tmp_path / "b.npz").write_bytes(b"no archive")
    with pytest.raises(RunError, match="no teacher's answers"):
        read_answers([tmp_path / "b.npz"], dataset)
    with pytest.raises(RunError, match="cannot be read"):
        read_answers([tmp_path / "c.npz"], dataset)
