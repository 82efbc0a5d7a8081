"""The networks of others have their authors' form, and begin with files that fit exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")

import torch

from trainer.baselines.efficientnet import EfficientNet
from trainer.baselines.networks import NAMES
from trainer.baselines.plan import Plan, shortened
from trainer.baselines.weights import start_from
from trainer.catalogue import build
from trainer.errors import RunError
from trainer.networks import multiply_adds, parameters
from trainer.recipes import Recipe, named

torch.set_num_threads(1)  # on a busy machine two are slower

B0_BLOCKS = (1, 2, 2, 3, 3, 4, 1)


@pytest.mark.parametrize(
    ("name", "learnt", "million"),
    [
        # 4,478,727 with the norms' means and deviations, as its notebook prints
        ("four_convs", 4_478_727 - 2 * (64 + 128 + 512 + 512 + 256 + 512), 290.5),
        ("four_convs_plain", 2_345_607, 77.3),
        ("mini_xception", 58_423 - 1_472, 10.16),
        # 5,288,548 and 12,233,232 with ImageNet's thousand classes
        ("efficientnet_b0", 5_288_548 - 1281 * 1000 + 1281 * 7, 384.5),
        ("efficientnet_b3", 12_233_232 - 1537 * 1000 + 1537 * 7, 961.2),
    ],
)
def test_is_as_large_as_published(name: str, learnt: int, million: float) -> None:
    network = build(name)
    assert parameters(network) == learnt
    assert multiply_adds(network) / 1e6 == pytest.approx(million, rel=0.001)


@pytest.mark.parametrize("name", NAMES)
def test_takes_grey_levels_and_answers_seven_logits(name: str) -> None:
    network = build(name).train()
    faces = torch.rand(2, 1, 48, 48) * 255
    (logits,) = network(faces)
    assert network.raw
    assert network.heads == ("fer2013",)
    assert logits.shape == (2, 7)
    logits.sum().backward()
    assert all(weight.grad is not None for weight in network.parameters())


@pytest.mark.parametrize("name", NAMES)
def test_has_a_recipe_that_learns_the_labels_alone(name: str) -> None:
    recipe = named(name)
    assert recipe.network == name
    assert recipe.perceived == 0
    assert (recipe.class_weights > 0) == name.startswith("efficientnet")


def shapes_of_b0(answers: int) -> dict[str, torch.Tensor]:
    """Names and sizes as torchvision's files have them, written here from its published table."""
    made: dict[str, torch.Tensor] = {}

    def norm(name: str, channels: int) -> None:
        for part in ("weight", "bias", "running_mean", "running_var"):
            made[f"{name}.{part}"] = torch.rand(channels)
        made[f"{name}.num_batches_tracked"] = torch.tensor(9)

    def convolution(name: str, *shape: int) -> None:
        made[f"{name}.0.weight"] = torch.rand(shape)
        norm(f"{name}.1", shape[0])

    convolution("features.0", 32, 3, 3, 3)
    inside, widths, kernels = 32, (16, 24, 40, 80, 112, 192, 320), (3, 3, 5, 3, 5, 5, 3)
    for stage, (outside, kernel, count) in enumerate(zip(widths, kernels, B0_BLOCKS, strict=True)):
        for number in range(count):
            block, wide = f"features.{stage + 1}.{number}.block", inside * (6 if stage else 1)
            place = 0
            if stage:
                convolution(f"{block}.0", wide, inside, 1, 1)
                place = 1
            convolution(f"{block}.{place}", wide, 1, kernel, kernel)
            made[f"{block}.{place + 1}.fc1.weight"] = torch.rand(inside // 4, wide, 1, 1)
            made[f"{block}.{place + 1}.fc1.bias"] = torch.rand(inside // 4)
            made[f"{block}.{place + 1}.fc2.weight"] = torch.rand(wide, inside // 4, 1, 1)
            made[f"{block}.{place + 1}.fc2.bias"] = torch.rand(wide)
            convolution(f"{block}.{place + 2}", outside, wide, 1, 1)
            inside = outside
    convolution("features.8", 1280, 320, 1, 1)
    made["classifier.1.weight"] = torch.rand(answers, 1280)
    made["classifier.1.bias"] = torch.rand(answers)
    return made


def test_begins_with_torchvision_s_weights_and_its_own_last_layer(tmp_path: Path) -> None:
    given = shapes_of_b0(1000)
    torch.save(given, tmp_path / "b0.pth")
    network = EfficientNet("b0")
    fresh = network.classifier[1].weight.clone()
    start_from(network, "efficientnet_b0", tmp_path / "b0.pth")
    assert torch.equal(network.classifier[1].weight, fresh)
    own = network.state_dict()
    assert all(torch.equal(own[key], given[key]) for key in given if key.startswith("features"))


def test_begins_with_seven_moods_where_the_file_has_them(tmp_path: Path) -> None:
    given = shapes_of_b0(7)
    torch.save(given, tmp_path / "b0.pth")
    network = EfficientNet("b0")
    start_from(network, "efficientnet_b0", tmp_path / "b0.pth")
    assert torch.equal(network.classifier[1].weight, given["classifier.1.weight"])


def spoilt(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = shapes_of_b0(1000)
    for key, value in changes.items():
        if value is None:
            del given[key]
        else:
            given[key] = value
    return given


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (spoilt(**{"features.2.1.block.0.0.weight": None}), "lacks features.2.1.block.0.0.weight"),
        (spoilt(**{"conv_stem.weight": torch.rand(1)}), "has the unknown conv_stem.weight"),
        (spoilt(**{"features.8.0.weight": torch.rand(1)}), "another size of features.8.0.weight"),
        ({"epoch": 3}, "something else than"),
        (b"no file of tensors", "cannot be read"),
        (None, "there are no weights at"),
    ],
)
def test_a_file_that_does_not_fit_is_told(tmp_path: Path, content: Any, sentence: str) -> None:
    file = tmp_path / "b0.pth"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        torch.save(content, file)
    network = EfficientNet("b0")
    before = {key: value.clone() for key, value in network.state_dict().items()}
    with pytest.raises(RunError, match=sentence) as refused:
        start_from(network, "efficientnet_b0", file)
    assert "\n" not in str(refused.value)
    after = network.state_dict()
    assert all(torch.equal(after[key], value) for key, value in before.items())


def test_the_last_blocks_are_left_out_now_and_then_while_it_learns() -> None:
    network = EfficientNet("b0")
    block = network.features[6][3]
    assert block.skipped == pytest.approx(0.2 * 14 / 16)
    faces = torch.rand(400, 192, 2, 2)
    unchanged = (block.train()(faces) == faces).flatten(1).all(dim=1)
    assert 0.08 < float(unchanged.float().mean()) < 0.3
    assert not (block.eval()(faces) == faces).flatten(1).all(dim=1).any()


def cut(minutes: float | None, scale: float, pace: float = 0.01) -> Recipe:
    return shortened(named("mini_xception"), 28_000, 3_000, minutes, scale, lambda: pace)


def test_a_plan_fits_into_the_minutes_and_says_so() -> None:
    whole = cut(None, 1.0)
    assert whole == named("mini_xception")
    assert cut(None, 0.25).epochs == 25
    assert cut(60, 1.0).epochs == 12, "an hour of 10 ms is 360,000 faces of 29,000 an epoch"
    assert cut(60, 0.1).epochs == 10
    few = cut(1, 1.0)
    assert (few.epochs, few.faces) == (1, 5000)

    def said(recipe: Recipe, done: int, *, no_better: bool = False) -> tuple[str, bool]:
        return Plan(recipe=recipe, epochs=100).said(done, no_better=no_better)

    assert said(whole, 100) == ("100 epochs", False)
    assert said(whole, 40) == ("40 of 100 epochs", True)
    assert said(whole, 70, no_better=True) == ("70 epochs, the last 50 of them no better", False)
    assert said(cut(60, 1.0), 12) == ("12 of 100 epochs", True)
    assert said(few, 1) == ("5,000 faces of 100 epochs", True)


def test_nothing_is_timed_where_no_minutes_are_given() -> None:
    def pace() -> float:
        raise AssertionError("asked")

    recipe = shortened(named("four_convs"), 100, 10, None, 0.5, pace)
    assert recipe.epochs == 25
    assert np.isfinite(recipe.rate)
