"""The Raspberry Pi's camera, against a stand-in for picamera2 that holds to its rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge.eye.live_camera import LiveCamera
from edge.eye.picamera import DRIVER, choose_mode
from tests.looking import error_of, next_picture

STAND_IN = Path(__file__).with_name("fake_picamera2")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the stand-in was asked."""
    path = tmp_path / "told"
    monkeypatch.setenv("PYTHONPATH", f"{STAND_IN}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("FAKE_PICAMERA_TOLD", str(path))
    return path


def camera(width: int = 640, height: int = 480, rate: float = 15.0) -> LiveCamera:
    return LiveCamera("picamera", DRIVER, {"width": width, "height": height, "rate": rate})


def test_it_is_set_for_faces_and_gives_red_first(told: Path) -> None:
    one = camera(641, 481)
    try:
        for _ in range(10):  # more than there are buffers
            picture = next_picture(one)
            assert picture.shape == (480, 640, 3)
            assert np.array_equal(picture, np.broadcast_to((200, 30, 20), picture.shape))
    finally:
        one.close()
    assert one.released
    asked: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    assert asked["sensor"] == {"output_size": [1640, 1232], "bit_depth": 10}
    assert asked["controls"] == {
        "AfMode": "AfModeEnum.Continuous",
        "AfRange": "AfRangeEnum.Normal",
        "AeMeteringMode": "AeMeteringModeEnum.CentreWeighted",
        "AeExposureMode": "AeExposureModeEnum.Normal",
        "FrameDurationLimits": [66667, 100000],
    }


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("none", "No Raspberry Pi camera was found"),
        ("busy", "No Raspberry Pi camera was found"),
        ("configure", "Failed to configure camera"),
        ("hang", "has given no picture for 2.5 s"),
    ],
)
def test_each_way_to_fail_has_its_sentence_and_frees_the_camera(
    told: Path, monkeypatch: pytest.MonkeyPatch, fault: str, says: str
) -> None:
    monkeypatch.setenv("FAKE_PICAMERA", fault)
    one = camera()
    assert says in error_of(one)
    one.close()
    assert one.released
    del told


def test_it_is_listed_and_a_usb_camera_is_not_listed_twice(told: Path) -> None:
    del told
    code = "from edge.eye.picamera import found_cameras; print(found_cameras())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[('imx219', None)]"


WIDE, MIDDLE = (0, 0, 3280, 2464), (1000, 752, 1280, 960)


def mode(size: tuple[int, int], fps: float, crop: tuple[int, int, int, int]) -> dict[str, Any]:
    return {"size": size, "fps": fps, "crop_limits": crop, "bit_depth": 10}


def test_the_widest_mode_that_is_quick_and_large_enough_is_chosen() -> None:
    small, half, whole = (
        mode((640, 480), 100, MIDDLE),
        mode((1640, 1232), 40, WIDE),
        mode((3280, 2464), 21, WIDE),
    )
    modes = [small, half, whole]
    assert choose_mode(modes, (640, 480), 15) is half
    assert choose_mode(modes, (1920, 1080), 15) is whole
    assert choose_mode(modes, (1920, 1080), 30) is half
    assert choose_mode([small], (1920, 1080), 30) is small
    assert choose_mode([], (640, 480), 15) is None
