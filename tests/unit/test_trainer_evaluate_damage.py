"""Damage is the same every time, as strong as it says, and costs what it costs."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

from tests.unit.test_trainer_model import CARD, drawn
from trainer.evaluation.damage import Damage, every_damage
from trainer.evaluation.robustness import UNDAMAGED, robustness
from trainer.evaluation.subject import open_subject

DAMAGES = {f"{damage.kind} {damage.strength}": damage for damage in every_damage()}
KINDS = {"blur", "dim light", "noise", "rotation", "shift", "low resolution", "JPEG"}


def test_every_kind_comes_in_three_strengths() -> None:
    kinds = [damage.kind for damage in every_damage()]
    assert set(kinds) == KINDS
    assert all(kinds.count(kind) == 3 for kind in KINDS)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_done_the_same_way_again_and_leaves_a_face(damage: Damage) -> None:
    pixels = drawn(2).pixels
    kept = pixels.copy()
    once, again = damage.to(pixels), damage.to(pixels)
    assert np.array_equal(once, again)
    assert np.array_equal(pixels, kept), "the faces themselves stay as they were"
    assert once.shape == pixels.shape
    assert once.dtype == np.uint8
    assert not np.array_equal(once, pixels)


@pytest.mark.parametrize("kind", sorted(KINDS - {"dim light"}))
def test_a_higher_strength_damages_more(kind: str) -> None:
    pixels = drawn(4).pixels.astype(np.float64)
    apart = [
        np.abs(damage.to(pixels.astype(np.uint8)) - pixels).mean()
        for damage in every_damage()
        if damage.kind == kind
    ]
    assert apart == sorted(apart)
    assert apart[0] < apart[-1]


def test_dim_light_leaves_the_part_that_it_names() -> None:
    pixels = drawn(4).pixels
    for damage in every_damage():
        if damage.kind == "dim light":
            part = damage.to(pixels).mean() / pixels.mean()
            assert f"{part:.0%} of it" == damage.strength


def test_a_shifted_face_is_the_face_elsewhere() -> None:
    pixels = drawn(3).pixels
    shifted = DAMAGES["shift 4 of 48 px"].to(pixels)
    for face, moved in zip(pixels, shifted, strict=True):
        places = [
            np.array_equal(moved[8:-8, 8:-8], face[8 - down : 40 - down, 8 - right : 40 - right])
            for down in (-4, 0, 4)
            for right in (-4, 0, 4)
        ]
        assert sum(places) == 1


def test_faces_turn_both_ways() -> None:
    picture = np.zeros((48, 48), np.uint8)
    picture[4:10, 20:28] = 255
    turned = DAMAGES["rotation 30 degrees"].to(np.stack([picture] * 40))
    leans = (turned[:, :, :24].sum(axis=(1, 2)) > turned[:, :, 24:].sum(axis=(1, 2))).mean()
    assert 0.2 < leans < 0.8


def test_lost_is_what_is_missing() -> None:
    faces = drawn(3)
    subject = open_subject(CARD)
    clean = subject.logits(faces.pixels)
    seen: list[tuple[int, int]] = []
    black = Damage("night", "no light", lambda face, _: np.zeros_like(face))
    measured = robustness(
        subject, faces, clean, lambda done, of: seen.append((done, of)), damages=[black]
    )
    none, night = measured.conditions
    assert none.damage == UNDAMAGED
    assert measured.truths == {"perceived": "ferplus", "fer2013": "fer2013"}
    for head in subject.heads:
        assert night.accuracy[head] == pytest.approx(1 / 7, abs=1e-4), "all black faces are alike"
        assert night.drop[head] == pytest.approx(none.accuracy[head] - 1 / 7, abs=2e-4)
    assert seen[-1] == (len(faces), len(faces))
