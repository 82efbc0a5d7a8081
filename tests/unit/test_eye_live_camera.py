"""A camera that never waits: the newest picture, and every way in which a driver misbehaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from edge.errors import CameraError
from edge.eye.live_camera import LiveCamera
from edge.ports import Image


class Driver:
    """Counts its pictures, writes the number into them, and does as the test says."""

    def __init__(self) -> None:
        self.grabbed = 0
        self.decoded = 0
        self.closed = 0
        self.fault: Exception | None = None
        self.hang = threading.Event()
        self.hanging = False
        self.shape: tuple[int, ...] = (12, 16, 3)

    def open(self) -> Driver:
        if self.fault:
            raise self.fault
        return self

    def grab(self) -> None:
        time.sleep(0.005)
        if self.hanging:
            self.hang.wait(20)
        if self.fault:
            raise self.fault
        self.grabbed += 1

    def picture(self) -> Image:
        self.decoded += 1
        return np.full(self.shape, self.grabbed % 256, np.uint8)

    def close(self) -> None:
        self.closed += 1


def read_on(camera: LiveCamera) -> None:
    """A picture may have been on its way."""
    for _ in range(3):
        camera.read()


@pytest.fixture
def driver() -> Iterator[Driver]:
    one = Driver()
    yield one
    one.hang.set()
    deadline = time.monotonic() + 5
    while any(thread.name == "camera-test" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "the camera's thread goes on"
        time.sleep(0.005)


def test_a_picture_is_never_older_than_the_wish_for_it(driver: Driver) -> None:
    camera = LiveCamera("test", driver.open)
    for _ in range(5):
        time.sleep(0.02)
        before = driver.grabbed
        assert camera.read()[0, 0, 0] >= before
    camera.close()
    assert driver.closed == 1


def test_only_what_is_asked_for_is_decoded(driver: Driver) -> None:
    camera = LiveCamera("test", driver.open)
    camera.read()
    begin = driver.grabbed
    deadline = time.monotonic() + 5
    while driver.grabbed < begin + 20:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    camera.close()
    assert driver.decoded == 2


def test_one_that_cannot_be_opened_says_why(driver: Driver) -> None:
    driver.fault = CameraError("There is no camera.")
    with pytest.raises(CameraError, match=r"There is no camera\."):
        LiveCamera("test", driver.open)


@pytest.mark.parametrize("fault", [CameraError("It was unplugged."), OSError("It was unplugged.")])
def test_one_that_is_lost_says_so_at_every_read(driver: Driver, fault: Exception) -> None:
    camera = LiveCamera("test", driver.open)
    driver.fault = fault
    for _ in range(3):
        with pytest.raises(CameraError, match="It was unplugged"):
            read_on(camera)
    camera.close()
    assert driver.closed == 1


def test_one_that_hangs_holds_nobody_up(driver: Driver) -> None:
    camera = LiveCamera("test", driver.open)
    driver.hanging = True
    begin = time.monotonic()
    with pytest.raises(CameraError, match="no picture"):
        read_on(camera)
    camera.close()
    assert time.monotonic() - begin < 4
    with pytest.raises(CameraError, match="hangs"):
        LiveCamera("test", driver.open)
    driver.hanging = False
    driver.hang.set()
    assert driver.grabbed


@pytest.mark.parametrize("shape", [(12, 16), (12, 16, 4), (0, 16, 3)])
def test_garbage_is_no_picture(driver: Driver, shape: tuple[int, ...]) -> None:
    driver.shape = shape
    with pytest.raises(CameraError, match="no colour picture"):
        LiveCamera("test", driver.open)
    assert driver.closed == 1


def test_it_may_be_closed_twice(driver: Driver) -> None:
    camera = LiveCamera("test", driver.open)
    camera.close()
    camera.close()
    assert driver.closed == 1
