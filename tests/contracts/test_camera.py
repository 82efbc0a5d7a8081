"""What every camera holds to: the demo's faces, a video, a folder, a device, and turned ones."""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.errors import CameraError
from edge.eye.camera_kind import camera_kind
from edge.eye.cameras import open_camera
from edge.eye.demo_camera import FADE_S, ORDER, DemoCamera
from edge.eye.file_cameras import PICTURE_S, FolderCamera, VideoCamera
from edge.eye.live_camera import LiveCamera
from edge.eye.opencv import cv2
from edge.eye.view import View, ViewedCamera
from edge.messages import MOODS
from edge.ports import Camera, Image
from tests.looking import next_picture
from tests.parts.camera_stub import DRIVER

MEAN_FACES = Path(__file__).resolve().parents[2] / "models" / "mean_faces"
SIZE = (240, 320)
RATE = 20.0


def made_picture(level: int) -> NDArray[np.uint8]:
    """One grey level, with a red stripe at the left and a white one at the top."""
    picture = np.full((*SIZE, 3), level, np.uint8)
    picture[:, :40] = (200, 0, 0)
    picture[:24] = 255
    return picture


def write_video(path: Path, levels: list[int]) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, SIZE[::-1])
    assert writer.isOpened()
    for level in levels:
        writer.write(cv2.cvtColor(made_picture(level), cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def write_pictures(folder: Path, levels: list[int]) -> Path:
    folder.mkdir(exist_ok=True)
    for number, level in enumerate(levels):
        picture = cv2.cvtColor(made_picture(level), cv2.COLOR_RGB2BGR)
        assert cv2.imwrite(str(folder / f"{number:02}.png"), picture)
    return folder


def a_demo(folder: Path) -> Camera:
    del folder
    return DemoCamera(MEAN_FACES, 0.5, SIZE[1], SIZE[0])


def a_video(folder: Path) -> Camera:
    return VideoCamera(write_video(folder / "v.avi", [50] * 10))


def a_folder(folder: Path) -> Camera:
    return FolderCamera(write_pictures(folder / "pictures", [50, 60]), (".png",))


def a_device(folder: Path) -> Camera:
    del folder
    return giving(LiveCamera("v4l2", DRIVER, {"width": SIZE[1], "height": SIZE[0], "rate": 30}))


def a_turned_one(folder: Path) -> Camera:
    return ViewedCamera(a_video(folder), View(rotate=180, mirror=True))


def giving(camera: Camera) -> Camera:
    """The same, once its driver has begun to give pictures."""
    try:
        next_picture(camera)
    except CameraError:
        camera.close()
        raise
    return camera


@pytest.fixture(params=[a_demo, a_video, a_folder, a_device, a_turned_one])
def camera(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Camera]:
    open_it: Callable[[Path], Camera] = request.param
    one = open_it(tmp_path)
    yield one
    one.close()


def test_it_gives_upright_colour_pictures_one_after_another(camera: Camera) -> None:
    for _ in range(15):
        begin = time.monotonic()
        picture = camera.read()
        assert time.monotonic() - begin < 1.5
        assert picture.shape == (*SIZE, 3)
        assert picture.dtype == np.uint8
        assert picture.flags.c_contiguous


def test_it_has_a_kind_and_may_be_closed_twice(camera: Camera) -> None:
    assert camera.kind in ("demo", "file", "folder", "v4l2")
    camera.close()
    camera.close()
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("camera")]


# --- the demo's faces --------------------------------------------------------------------------


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_the_demo_shows_each_mood_for_its_time_and_begins_again() -> None:
    clock = Clock()
    camera = DemoCamera(MEAN_FACES, 8.0, 640, 480, clock)
    seen = []
    camera.read()
    for turn in range(8):
        clock.now = Clock.now + turn * 8.0 + FADE_S
        seen.append(mood_of(camera.read()))
        clock.now = Clock.now + turn * 8.0 + 7.9
        assert mood_of(camera.read()) == seen[-1], "the face changed too early"
    assert FADE_S <= 0.3
    assert sorted(ORDER) == sorted(MOODS)
    assert seen == [*ORDER, ORDER[0]]


def mood_of(picture: Image) -> str:
    """The mean face that is most like the one in the middle."""
    likeness = {}
    for mood in MOODS:
        face = cv2.imread(str(MEAN_FACES / f"{mood}.png"), cv2.IMREAD_GRAYSCALE)
        wanted = cv2.resize(face, (120, 120), interpolation=cv2.INTER_CUBIC)[12:-12, 12:-12]
        half = cv2.resize(picture[..., 0], (320, 240), interpolation=cv2.INTER_AREA)
        likeness[mood] = cv2.matchTemplate(half, wanted, cv2.TM_CCOEFF_NORMED).max()
    return max(likeness, key=likeness.__getitem__)


def test_the_demo_is_alive_but_keeps_still() -> None:
    clock = Clock()
    camera = DemoCamera(MEAN_FACES, 8.0, 640, 480, clock)
    first = camera.read()
    clock.now += 0.125
    second = camera.read()
    assert (first != second).mean() > 0.3
    assert np.abs(first.astype(int) - second).mean() < 6


@pytest.mark.parametrize(("width", "height"), [(160, 120), (160, 2160), (1280, 720)])
def test_the_demo_gives_the_size_that_is_wanted(width: int, height: int) -> None:
    clock = Clock()
    camera = DemoCamera(MEAN_FACES, 8.0, width, height, clock)
    for _ in range(20):
        assert camera.read().shape == (height, width, 3)
        clock.now += 0.7


def test_without_its_faces_the_demo_says_so(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match=r"happy\.png is missing"):
        DemoCamera(tmp_path)


# --- files -------------------------------------------------------------------------------------


def level_of(picture: Image) -> int:
    return round(float(picture[100:200, 100:300].mean()))


def test_a_video_runs_at_its_own_rate_and_begins_again(tmp_path: Path) -> None:
    levels = [20, 40, 60, 80, 100, 120, 140, 160, 180, 200]
    clock = Clock()
    camera = VideoCamera(write_video(tmp_path / "v.avi", levels), clock)
    seen = []
    for _ in range(5):
        seen.append(level_of(camera.read()))
        clock.now += 2 / RATE
    assert seen == pytest.approx([20, 60, 100, 140, 180], abs=4)
    assert level_of(camera.read()) == pytest.approx(20, abs=4)
    clock.now += 5 / RATE
    assert level_of(camera.read()) == pytest.approx(120, abs=4)
    camera.close()


def test_a_video_gives_each_picture_once(tmp_path: Path) -> None:
    camera = VideoCamera(write_video(tmp_path / "v.avi", [20 + 5 * n for n in range(40)]))
    begin = time.monotonic()
    seen = [level_of(camera.read()) for _ in range(6)]
    took = time.monotonic() - begin
    camera.close()
    assert seen == sorted(set(seen))
    assert took >= 4 / RATE


def long_video(path: Path) -> bytes:
    write_video(path, [20 + n for n in range(100)])
    return path.read_bytes()


def test_a_video_that_is_damaged_in_the_middle_is_shown_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "v.avi"
    content = bytearray(long_video(path))
    middle = slice(len(content) * 4 // 10, len(content) * 5 // 10)
    content[middle] = b"\x55" * len(content[middle])
    path.write_bytes(content)
    clock = Clock()
    camera = VideoCamera(path, clock)
    seen = set()
    for _ in range(150):
        seen.add(level_of(camera.read()))
        clock.now += 1 / RATE
    camera.close()
    assert min(seen) < 25
    assert len(seen) > 30


def test_a_video_that_was_cut_off_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "v.avi"
    content = long_video(path)
    path.write_bytes(content[: len(content) // 2])
    clock = Clock()
    camera = VideoCamera(path, clock)
    levels = []
    for _ in range(80):
        levels.append(level_of(camera.read()))
        clock.now += 1 / RATE
    camera.close()
    assert levels.count(min(levels)) >= 2, "it did not begin again"
    assert max(levels) < 80


def test_a_video_that_vanishes_is_lost_at_its_end(tmp_path: Path) -> None:
    clock = Clock()
    path = write_video(tmp_path / "v.avi", [50] * 5)
    camera = VideoCamera(path, clock)
    camera.read()
    path.unlink()

    def watch_on() -> None:
        for _ in range(10):
            clock.now += 1 / RATE
            camera.read()

    with pytest.raises(CameraError, match="There is no video"):
        watch_on()
    camera.close()


def test_a_folder_notices_what_comes_and_goes(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "pictures", [50, 100])
    clock = Clock()
    camera = FolderCamera(folder, (".png",), clock)

    def shown() -> int:
        clock.now += PICTURE_S
        return level_of(camera.read())

    assert level_of(camera.read()) == 50
    write_pictures(folder, [50, 100, 150])
    assert [shown(), shown(), shown()] == [100, 150, 50]
    (folder / "01.png").unlink()
    assert [shown(), shown()] == [150, 50]
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(CameraError, match="no picture in"):
        shown()
    write_pictures(folder, [70])
    assert shown() == 70
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(CameraError, match="There is no"):
        shown()


def with_orientation(content: bytes, orientation: int) -> bytes:
    """The same JPEG with one EXIF entry in it."""
    entry = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    body = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + b"\0\0\0\0"
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + content[2:]


def a_jpeg(level: int) -> bytes:
    done, content = cv2.imencode(".jpg", cv2.cvtColor(made_picture(level), cv2.COLOR_RGB2BGR))
    assert done
    return bytes(content)


def test_a_folder_passes_over_what_is_no_picture_and_turns_the_others(tmp_path: Path) -> None:
    content = a_jpeg(90)
    (tmp_path / "1 truncated.jpg").write_bytes(content[: len(content) // 2])
    (tmp_path / "2 text.jpg").write_text("This is a letter.", encoding="ascii")
    (tmp_path / "3 empty.png").touch()
    (tmp_path / "4 folder.png").mkdir()
    (tmp_path / "5 turned.jpg").write_bytes(with_orientation(content, 6))
    sixteen = made_picture(60).astype(np.uint16) * 257
    assert cv2.imwrite(str(tmp_path / "6 sixteen.png"), sixteen)
    clock = Clock()
    camera = open_camera(str(tmp_path), View(), MEAN_FACES)
    camera.close()
    camera = FolderCamera(tmp_path, (".jpg", ".png"), clock)
    turned = camera.read()
    assert turned.shape == (SIZE[1], SIZE[0], 3)
    assert turned[:, -20:].min() > 240
    clock.now += PICTURE_S
    assert level_of(camera.read()) == 60
    clock.now += PICTURE_S
    assert camera.read().shape == (SIZE[1], SIZE[0], 3)


def test_a_folder_shows_each_picture_for_its_time(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "pictures", [50, 100, 150])
    (folder / "01.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("no picture either", encoding="ascii")
    clock = Clock()
    camera = FolderCamera(folder, (".png",), clock)
    seen = []
    for _ in range(4):
        seen.append(level_of(camera.read()))
        clock.now += PICTURE_S
    assert seen == [50, 150, 50, 150]


def test_colours_are_red_first(tmp_path: Path) -> None:
    for source in (
        write_video(tmp_path / "v.avi", [50] * 3),
        write_pictures(tmp_path / "pictures", [50]),
        write_pictures(tmp_path / "pictures", [50]) / "00.png",
    ):
        camera = open_camera(str(source), View(), MEAN_FACES)
        red, green, blue = camera.read()[200, 10]
        camera.close()
        assert red > 150
        assert max(green, blue) < 60


# --- opening -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rotate", "mirror", "red", "white"),
    [
        (0, False, "left", "top"),
        (90, False, "top", "right"),
        (180, False, "right", "bottom"),
        (270, False, "bottom", "left"),
        (0, True, "right", "top"),
        (90, True, "top", "left"),
    ],
)
def test_it_is_turned_clockwise_and_then_mirrored(
    tmp_path: Path, rotate: int, mirror: bool, red: str, white: str
) -> None:
    source = str(write_pictures(tmp_path / "pictures", [50]))
    camera = open_camera(source, View(rotate=rotate, mirror=mirror), MEAN_FACES)
    picture = camera.read()
    edges = {
        "left": picture[picture.shape[0] // 2, 5],
        "right": picture[picture.shape[0] // 2, -5],
        "top": picture[5, picture.shape[1] // 2],
        "bottom": picture[-5, picture.shape[1] // 2],
    }
    assert tuple(edges[red]) == (200, 0, 0)
    assert tuple(edges[white]) == (255, 255, 255)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("/dev/video97", "There is no camera at /dev/video97"),
        ("97", "There is no camera at /dev/video97"),
        ("/dev/null", "no camera that gives pictures"),
        ("/dev/v4l/by-id/usb-none", "There is no camera at /dev/v4l/by-id/usb-none"),
        ("/nowhere/film.mp4", "There is no video"),
        ("rtsp://127.0.0.1/stream", "needs camera.allow_network = true"),
        ("picamera", "python3-picamera2"),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_sentence(source: str, says: str) -> None:
    if source == "picamera":
        _skip_where_there_is_picamera2()
    with pytest.raises(CameraError, match=says) as error:
        giving(open_camera(source, View(), MEAN_FACES)).close()
    assert "\n" not in str(error.value)


def _skip_where_there_is_picamera2() -> None:
    try:
        import picamera2  # noqa: F401 - only whether it is there
    except ImportError:
        return
    pytest.skip("picamera2 is installed: its absence cannot be shown")


def test_files_that_are_no_pictures_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "film.mp4"
    text.write_text("no film", encoding="ascii")
    with pytest.raises(CameraError, match="no video that can be read"):
        open_camera(str(text), View(), MEAN_FACES)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CameraError, match="no picture in"):
        open_camera(str(empty), View(), MEAN_FACES)


def test_kinds_are_known_before_anything_is_opened(tmp_path: Path) -> None:
    sources = ("demo", "picamera", "0", "/dev/video2", "http://x/y", str(tmp_path), "a.mkv")
    kinds = [camera_kind(source) for source in sources]
    assert kinds == ["demo", "picamera", "v4l2", "v4l2", "network", "folder", "file"]
