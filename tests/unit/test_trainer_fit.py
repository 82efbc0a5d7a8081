"""The network has the right form, learns, and goes on exactly after a kill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

import torch

from tests.unit.tiny_fer2013 import make
from trainer.augment import augment
from trainer.catalogue import OURS, build
from trainer.checkpoint import load_network, save
from trainer.data import load
from trainer.errors import RunError
from trainer.faces import Dataset
from trainer.fit import Run
from trainer.judge import Epoch
from trainer.mix import mix
from trainer.networks import multiply_adds, parameters
from trainer.recipes import Recipe, named

torch.set_num_threads(1)  # on a busy machine two are slower


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("data")
    return load(make(folder / "set", per_mood=12), cache=folder / "cache")


def trained(
    folder: Path, recipe: Recipe, dataset: Dataset, until: int | None = None
) -> list[Epoch]:
    lines: list[Epoch] = []
    run = Run(folder, recipe, 3, dataset)
    run.fit(lambda *_: None, lines.append, until)
    return lines


def changed(name: str, **fields: Any) -> Recipe:
    return msgspec.structs.replace(named(name), **fields)


@pytest.mark.parametrize("kind", OURS)
def test_each_network_answers_seven_logits_on_two_heads(kind: str) -> None:
    network = build(kind).eval()
    perceived, fer2013 = network(torch.zeros(3, 1, 48, 48))
    assert perceived.shape == fer2013.shape == (3, 7)


def test_the_shipped_network_is_small() -> None:
    network = build("compact")
    assert parameters(network) < 3_000_000
    assert multiply_adds(network) < 120_000_000


def test_multiply_adds_are_counted_as_by_hand() -> None:
    stem = 48 * 48 * 9 * 8
    halved = [24 * 24 * 9 * 64 * 3, 12 * 12 * 9 * 64 * 3]
    assert multiply_adds(build("tiny")) == stem + sum(halved) + 2 * 7 * 8


def test_augmentation_keeps_the_form_and_hangs_on_its_generator_only() -> None:
    faces = torch.arange(32 * 48 * 48).remainder(251).float().view(32, 1, 48, 48)
    first, again = (augment(faces, torch.Generator().manual_seed(1)) for _ in range(2))
    other = augment(faces, torch.Generator().manual_seed(2))
    assert first.shape == faces.shape
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert 0 <= float(first.min()) <= float(first.max()) <= 255
    assert not torch.isnan(first).any()


def test_it_learns_and_keeps_what_made_it(tmp_path: Path, dataset: Dataset) -> None:
    recipe = changed("tiny", epochs=4, faces=240, ema_epochs=0.5, rate=0.05)
    lines = trained(tmp_path / "run", recipe, dataset)
    assert [line.epoch for line in lines] == [1, 2, 3, 4]
    assert lines[-1].loss < lines[0].loss
    config = msgspec.json.decode((tmp_path / "run" / "config.json").read_bytes())
    assert config["recipe"]["epochs"] == 4
    assert config["data_sha256"] == dataset.sha256
    logged = (tmp_path / "run" / "log.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line, type=Epoch) for line in logged] == lines
    assert not load_network(tmp_path / "run" / "best.pt").training


@pytest.mark.parametrize("optimizer", ["sgd", "muon", "adamw"])
def test_after_a_kill_it_goes_on_as_if_nothing_had_been(
    tmp_path: Path, dataset: Dataset, optimizer: str
) -> None:
    recipe = changed("tiny", optimizer=optimizer, mixup=0.5, cutmix=0.5, patience=9)
    through = trained(tmp_path / "through", recipe, dataset)
    first = trained(tmp_path / "killed", recipe, dataset, until=1)
    second = trained(tmp_path / "killed", recipe, dataset)
    for line, same in zip(through, first + second, strict=True):
        assert msgspec.structs.replace(line, seconds=0) == msgspec.structs.replace(same, seconds=0)
    ends = [
        torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("through", "killed")
    ]
    for weights in ("network", "average"):
        for name, value in ends[0][weights].items():
            assert torch.equal(value, ends[1][weights][name]), name
    assert trained(tmp_path / "killed", recipe, dataset) == [], "a finished run stays finished"


def test_another_run_is_not_mixed_in(tmp_path: Path, dataset: Dataset) -> None:
    trained(tmp_path / "run", named("tiny"), dataset, until=1)
    with pytest.raises(RunError, match="holds another run"):
        Run(tmp_path / "run", named("tiny"), 4, dataset)


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no checkpoint"):
        load_network(tmp_path / "best.pt")


def test_faces_reach_the_network_through_the_device_s_normalise(dataset: Dataset) -> None:
    from trainer.checkpoint import logits_of

    network = build("tiny").eval()
    face = dataset["PublicTest"].pixels[:1]
    brighter = np.clip(face.astype(np.int64) + 15, 0, 255).astype(np.uint8)
    assert np.allclose(logits_of(network, face)[0], logits_of(network, brighter)[0], atol=1e-3)


def test_it_may_begin_with_the_weights_of_another_run(tmp_path: Path, dataset: Dataset) -> None:
    trained(tmp_path / "first", named("tiny"), dataset)
    start = tmp_path / "first" / "best.pt"
    run = Run(tmp_path / "second", named("tiny"), 3, dataset, start=start)
    for name, value in load_network(start).state_dict().items():
        assert torch.equal(run.network.state_dict()[name], value), name
    with pytest.raises(RunError, match="another network"):
        Run(tmp_path / "third", changed("tiny", network="small"), 3, dataset, start=start)
    with pytest.raises(RunError, match="there is no checkpoint"):
        Run(tmp_path / "fourth", named("tiny"), 3, dataset, start=tmp_path / "none.pt")


def test_the_weights_between_two_runs_are_a_run(tmp_path: Path, dataset: Dataset) -> None:
    first, second, out = tmp_path / "first", tmp_path / "second", tmp_path / "mix"
    trained(first, changed("tiny", epochs=1), dataset)
    trained(second, changed("tiny", epochs=2), dataset)
    best = mix(first, second, 0.25, out)
    one, other, made = (
        load_network(run / "best.pt").state_dict() for run in (first, second, best.parent)
    )
    assert any(not torch.equal(one[name], other[name]) for name in one)
    for name, value in made.items():
        wanted = 0.75 * one[name].double() + 0.25 * other[name].double()
        torch.testing.assert_close(value.double(), wanted, rtol=1e-5, atol=1e-6, check_dtype=False)
    told = msgspec.json.decode((out / "config.json").read_bytes())
    assert told["recipe"]["epochs"] == 2
    assert told["mixed"][1] == 0.25


def test_networks_of_different_forms_are_not_mixed(tmp_path: Path, dataset: Dataset) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    trained(first, changed("tiny", epochs=1), dataset)
    about = {"recipe": {"network": "mini_xception"}}
    second.mkdir()
    save(second / "best.pt", {"about": about, "average": build("mini_xception").state_dict()})
    with pytest.raises(RunError, match="different forms"):
        mix(first, second, 0.5, tmp_path / "out")
    assert not (tmp_path / "out").exists()
