"""A camera that takes its time to begin is not taken for one that failed."""

from __future__ import annotations

import time

import numpy as np

from edge import ports
from edge.errors import NoPictureYet
from edge.messages import Look
from tests.unit.test_eye_process import Box, Pace, Scene, running, until


class Slow(Scene):
    """Its first picture comes after five reads."""

    def open_camera(self) -> ports.Camera:
        self.opened += 1
        self.open += 1
        return SlowCamera(self)


class SlowCamera:
    kind = "v4l2"

    def __init__(self, scene: Slow) -> None:
        self._scene = scene
        self._reads = 0
        self._open = True

    def read(self) -> ports.Image:
        self._reads += 1
        if self._reads <= 5:
            time.sleep(0.02)
            raise NoPictureYet("The camera has given no picture yet.")
        return np.zeros((48, 64, 3), np.uint8)

    def close(self) -> None:
        self._scene.open -= self._open
        self._open = False


def test_it_is_asked_again_at_once_and_opened_only_once() -> None:
    scene, box = Slow(), Box()
    with running(scene, box, Pace(rate=8, idle_rate=0.1, linger_s=0)) as eye:
        eye.look(Look(on=True))
        until(box.readings, within_s=3)
        assert scene.opened == 1
    assert [part.ok for part in box.parts()] == [True]
