"""Change is felt, noise and light are not."""

from __future__ import annotations

import numpy as np
import pytest

from edge.eye.motion import CELL_PX, MotionSense, Stir
from edge.ports import Image


def room(noise: float, seed: int, light: float = 0.0) -> Image:
    scene = np.random.default_rng(0).uniform(40, 200, (9, 16)).repeat(80, 0).repeat(80, 1)
    picture = scene + light + np.random.default_rng(seed).normal(0, noise, scene.shape)
    return np.repeat(np.asarray(picture.clip(0, 255), dtype=np.uint8)[..., None], 3, axis=2)


def test_the_same_picture_again_is_the_same() -> None:
    sense = MotionSense()
    first = sense.feel(room(3, 1))
    assert not first.same
    assert first.any
    again = sense.feel(room(3, 1))
    assert again.same
    assert not again.any


@pytest.mark.parametrize("noise", [1.0, 4.0, 12.0])
def test_noise_is_no_motion(noise: float) -> None:
    sense = MotionSense()
    sense.feel(room(noise, 0))
    for seed in range(1, 6):
        motion = sense.feel(room(noise, seed))
        assert not motion.same
        assert not motion.any


def test_the_rooms_light_is_no_motion() -> None:
    sense = MotionSense()
    sense.feel(room(3, 1))
    assert not sense.feel(room(3, 2, light=6)).any


@pytest.mark.parametrize("noise", [1.0, 4.0, 8.0])
def test_somebody_far_away_is_felt_where_he_is(noise: float) -> None:
    sense = MotionSense()
    sense.feel(room(noise, 1))
    picture = room(noise, 2)
    place = picture[400:440, 800:840]
    place[...] = (place.astype(np.int16) + 45).clip(0, 255)
    cells = sense.feel(picture).cells
    assert cells is not None
    down, across = np.nonzero(cells)
    assert 400 // CELL_PX - 2 <= down.min() <= down.max() <= 440 // CELL_PX + 1
    assert 800 // CELL_PX - 2 <= across.min() <= across.max() <= 840 // CELL_PX + 1


def test_another_size_is_a_new_beginning() -> None:
    sense = MotionSense()
    sense.feel(room(1, 1))
    assert sense.feel(np.zeros((480, 640, 3), np.uint8)).cells is None
    assert sense.feel(np.zeros((1, 1, 3), np.uint8)).cells is None


def test_where_it_moved_is_known_for_three_seconds() -> None:
    stir, cells = Stir(), np.zeros((90, 160), np.bool_)
    cells[50:55, 100:105] = True
    box = (800, 400, 40, 40)
    assert not stir.lately(box, 0.0)
    stir.note(cells, 1.0)
    stir.note(np.zeros_like(cells), 2.0)
    assert stir.lately(box, 3.9)
    assert not stir.lately(box, 4.1)
    assert not stir.lately((80, 400, 40, 40), 1.0)
    stir.note(None, 3.0)
    assert not stir.lately(box, 3.0)
