"""Every recipe that comes with the trainer is whole, and a wrong one is told in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.errors import RunError
from trainer.recipes import named, names


@pytest.mark.parametrize("name", names())
def test_is_whole_and_ends_at_the_size_that_the_device_sees(name: str) -> None:
    recipe = named(name)
    assert recipe.name == name
    assert recipe.sides[0][0] == 0
    assert recipe.sides[-1][1] == 48
    assert recipe.mixup + recipe.cutmix <= 1


def test_one_s_own_file_is_read(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('network = "compact"\nepochs = 3\n', encoding="utf-8")
    assert named(str(own)).name == "mine"
    assert named(str(own)).epochs == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("network = ", "is not TOML"),
        ('network = "compact"', "missing required field `epochs`"),
        ('network = "compact"\nepochs = 0', "epochs"),
        ('network = "compact"\nepochs = 1\nepocs = 1', "unknown field `epocs`"),
        ('network = "compact"\nepochs = 1\noptimizer = "adam"', "optimizer"),
    ],
)
def test_a_wrong_one_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=sentence):
        named(str(own))


def test_a_missing_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"there are .*compact"):
        named("compcat")
    with pytest.raises(RunError, match="cannot be read"):
        named(str(tmp_path / "none.toml"))
