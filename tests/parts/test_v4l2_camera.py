"""A USB camera, as the kernel shows one: a stand-in for the driver, held to the kernel's header."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.errors import NoPictureYet
from edge.eye.cameras import open_camera
from edge.eye.live_camera import LiveCamera
from edge.eye.opencv import cv2
from edge.eye.v4l2_camera import DRIVER, choose
from edge.eye.view import View
from tests.looking import error_of, next_picture
from tests.parts.v4l2_stand_in import compiled, environment, needs_compiler


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("v4l2"))


@pytest.fixture
def device(driver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A device file that the stand-in answers for, in every process that is started from here."""
    path = tmp_path / "video0"
    path.touch()
    picture = np.full((480, 640, 3), (20, 30, 200), np.uint8)  # blue first: it is a red one
    assert cv2.imwrite(str(tmp_path / "picture.jpg"), picture)
    known = environment(driver, str(path), path, tmp_path / "picture.jpg")
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    return path


Open = Callable[..., LiveCamera]


@pytest.fixture
def open_device(device: Path) -> Iterator[Open]:
    opened: list[LiveCamera] = []

    def open_it(width: int = 640, height: int = 480) -> LiveCamera:
        wanted = {"device": str(device), "width": width, "height": height, "rate": 15.0}
        opened.append(LiveCamera("v4l2", DRIVER, wanted))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()
        assert one.released


@needs_compiler
def test_compressed_pictures_are_red_first(open_device: Open) -> None:
    camera = open_device()
    for _ in range(10):
        picture = next_picture(camera)
        assert picture.shape == (480, 640, 3)
        assert np.abs(picture.astype(int) - (200, 30, 20)).max() <= 3


@needs_compiler
@pytest.mark.parametrize(
    ("formats", "wanted", "gets"),
    [
        ("YUYV:320x240,640x480", (640, 480), (640, 480)),
        ("YUYV:320x240,640x480", (500, 300), (640, 480)),
        ("H264:1280x720 YUYV:320x240", (1280, 720), (320, 240)),
        ("YUYV:any", (1280, 720), (1280, 720)),
    ],
)
def test_what_is_not_offered_is_replaced_by_what_is(
    open_device: Open,
    monkeypatch: pytest.MonkeyPatch,
    formats: str,
    wanted: tuple[int, int],
    gets: tuple[int, int],
) -> None:
    """Raw pictures, with rows that are padded."""
    monkeypatch.setenv("FAKE_V4L2_FORMATS", formats)
    camera = open_device(*wanted)
    levels = []
    for _ in range(5):
        picture = next_picture(camera)
        assert picture.shape == (gets[1], gets[0], 3)
        assert picture.std() == 0, "padding shows"
        levels.append(int(picture[0, 0, 0]))
    assert levels == sorted(set(levels))


@needs_compiler
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("unplug", "was unplugged; plug it in again"),
        ("still", "gives no pictures; unplug it"),
        ("damaged", "gives only damaged pictures"),
        ("metadata", "no camera that gives pictures"),
    ],
)
def test_each_way_to_fail_has_its_sentence(
    open_device: Open, monkeypatch: pytest.MonkeyPatch, fault: str, says: str
) -> None:
    monkeypatch.setenv("FAKE_V4L2_FAULT", fault)
    monkeypatch.setenv("FAKE_V4L2_AFTER", "5")
    assert says in error_of(open_device())


@needs_compiler
def test_one_that_gives_nothing_readable_is_refused(
    open_device: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_V4L2_FORMATS", "H264:1280x720")
    assert "gives only H264, which cannot be read here" in error_of(open_device())


@needs_compiler
def test_one_that_is_in_use_is_busy_until_it_is_let_go(open_device: Open) -> None:
    first = open_device()
    next_picture(first)
    assert "in use by another program" in error_of(open_device())
    first.close()
    assert next_picture(open_device()).shape == (480, 640, 3)


@needs_compiler
def test_a_damaged_compressed_picture_is_passed_over(
    open_device: Open, device: Path, tmp_path: Path
) -> None:
    camera = open_device()
    whole = next_picture(camera)
    file = tmp_path / "picture.jpg"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(NoPictureYet):  # after the one that was on its way
        _ = camera.read(), camera.read(), camera.read()
    file.write_bytes(content)
    assert np.array_equal(next_picture(camera), whole)


LIST = """
from pathlib import Path
from edge.eye.camera_list import video_device
import sys
print(video_device(Path(sys.argv[1]), "/dev/v4l/by-id/usb-fake"))
"""


@needs_compiler
def test_it_is_listed_with_its_name_and_sizes_without_being_switched_on(
    device: Path, open_device: Open
) -> None:
    command = [sys.executable, "-c", LIST, str(device)]
    running = open_device()
    next_picture(running)  # in use: it can be listed all the same
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == (
        "CameraFound(source='/dev/v4l/by-id/usb-fake', name='Fake Cam: Fake Cam', kind='v4l2',"
        " sizes=((320, 240), (640, 480), (1280, 720)))"
    )
    next_picture(running)


@needs_compiler
def test_a_device_that_is_no_camera_is_not_listed(
    device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", LIST, str(device)]
    for name, value in (("FAULT", "metadata"), ("FORMATS", "H264:640x480")):
        monkeypatch.setenv(f"FAKE_V4L2_{name}", value)
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
        assert done.stdout.strip() == "None"


def test_compressed_at_the_wanted_size_is_taken_first() -> None:
    sizes = {"MJPG": [(640, 480), (1280, 720)], "YUYV": [(320, 240), (640, 480)]}
    assert choose(sizes, (640, 480)) == ("MJPG", (640, 480))
    assert choose(sizes, (320, 240)) == ("YUYV", (320, 240))
    assert choose(sizes, (800, 600)) == ("MJPG", (1280, 720))
    assert choose(sizes, (1920, 1080)) == ("MJPG", (1280, 720))
    assert choose({"MJPG": []}, (800, 600)) == ("MJPG", (800, 600))


def test_one_that_is_not_there_is_missing() -> None:
    camera = open_camera("/dev/video97", View(), Path())
    assert isinstance(camera, LiveCamera)
    try:
        assert "There is no camera at /dev/video97" in error_of(camera)
    finally:
        camera.close()
