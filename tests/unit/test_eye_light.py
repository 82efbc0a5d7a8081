"""The light beside the camera: on exactly while the camera is open, else there is no camera."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from edge.errors import CameraError
from edge.eye.light import CameraLight, LitCamera
from edge.eye.view import View, ViewedCamera
from edge.ports import Camera, Image
from tests.waiting import until

PIN = 17


class Lens:
    """A camera that may hang when it is closed."""

    kind = "v4l2"

    def __init__(self) -> None:
        self.closed = False
        self.hangs = False

    @property
    def released(self) -> bool:
        return self.closed and not self.hangs

    def read(self) -> Image:
        return np.zeros((4, 4, 3), np.uint8)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def pins() -> Any:
    """gpiozero's own pins for tests, which hold to the rules of real ones."""
    mock = pytest.importorskip("gpiozero.pins.mock", reason="gpiozero is not installed")
    factory = mock.MockFactory()
    yield factory
    factory.close()


def test_it_is_on_exactly_while_the_camera_is_open(pins: Any) -> None:
    light = CameraLight(PIN, pins)
    for _ in range(2):
        lens = Lens()
        camera: Camera = LitCamera(lambda lens=lens: lens, light)  # type: ignore[misc]  # bound now
        assert pins.pin(PIN).state == 1
        assert camera.kind == "v4l2"
        assert camera.read().shape == (4, 4, 3)
        assert pins.pin(PIN).state == 1
        camera.close()
        assert lens.closed
        assert pins.pin(PIN).state == 0
        camera.close()
        assert pins.pin(PIN).state == 0
    light.close()
    light.close()


def test_it_is_on_before_the_camera_is_opened_and_off_where_it_cannot_be(pins: Any) -> None:
    light, states = CameraLight(PIN, pins), []

    def fail() -> Camera:
        states.append(pins.pin(PIN).state)
        raise CameraError("There is no camera.")

    with pytest.raises(CameraError, match="There is no camera"):
        LitCamera(fail, light)
    assert states == [1]
    assert pins.pin(PIN).state == 0
    light.close()


def test_it_stays_on_while_a_driver_cannot_be_ended(pins: Any) -> None:
    light, lens = CameraLight(PIN, pins), Lens()
    lens.hangs = True
    LitCamera(lambda: ViewedCamera(lens, View(rotate=90)), light).close()
    assert pins.pin(PIN).state == 1
    lens.hangs = False
    until(lambda: pins.pin(PIN).state == 0)
    light.close()
    assert "camera-light" not in [thread.name for thread in threading.enumerate()]


def test_without_its_light_the_camera_stays_closed(pins: Any) -> None:
    opened = []
    with pytest.raises(CameraError, match=r"light on GPIO 999 cannot be switched.*led_pin") as why:
        LitCamera(lambda: opened.append(1) or Lens(), CameraLight(999, pins))  # type: ignore[func-returns-value]  # that is the point
    assert opened == []
    assert "\n" not in str(why.value)
