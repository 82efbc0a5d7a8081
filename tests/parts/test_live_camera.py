"""A camera in its own process: the newest picture, and every way in which a driver misbehaves."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.errors import CameraError, NoPictureYet
from edge.eye.capture_start import Capturer, OwnChildren
from edge.eye.live_camera import LiveCamera, Patience
from edge.eye.parts import FIRST_PAUSE_S, MayBeMissing
from edge.messages import Part
from tests.looking import error_of, holders, next_picture
from tests.parts.camera_stub import DRIVER
from tests.waiting import until

QUICK = Patience(opening=2.0, picture=1.2)
"""Shorter than eye's, so that what hangs is seen soon."""
Open = Callable[..., LiveCamera]


@pytest.fixture
def open_stub() -> Iterator[Open]:
    """Opens stub cameras, and sees that no process of theirs is left."""
    opened: list[LiveCamera] = []

    def open_it(**arguments: object) -> LiveCamera:
        one = LiveCamera("stub", DRIVER, arguments, patience=QUICK)
        opened.append(one)
        return one

    yield open_it
    for one in opened:
        one.close()
        assert one.released


def test_pictures_come_whole_and_newer_ones_later(open_stub: Open) -> None:
    camera = open_stub(width=320, height=240)
    levels = []
    for _ in range(10):
        picture = next_picture(camera)
        assert picture.shape == (240, 320, 3)
        assert picture.min() == picture.max(), "two pictures in one"
        levels.append(int(picture[0, 0, 0]))
    assert levels == sorted(set(levels))


def test_only_the_newest_counts(open_stub: Open) -> None:
    """While nobody looks, the driver is emptied all the same."""
    camera = open_stub(rate=100)
    first = int(next_picture(camera)[0, 0, 0])
    time.sleep(0.5)
    assert int(next_picture(camera)[0, 0, 0]) >= first + 25


def test_a_picture_that_waited_for_its_reader_is_passed_over(open_stub: Open) -> None:
    camera = open_stub(rate=0.95)  # slower than one read waits
    first = int(next_picture(camera)[0, 0, 0])
    with pytest.raises(NoPictureYet):
        camera.read()
    time.sleep(4.0)  # longer than its patience; its answer has come, and waits
    assert int(next_picture(camera)[0, 0, 0]) >= first + 4


def test_a_slow_camera_is_seen_all_the_same(open_stub: Open) -> None:
    """One picture in two reads, and its reader rests between them."""
    camera = open_stub(rate=1.0)
    seen, deadline = [], time.monotonic() + 20
    while len(seen) < 3:
        assert time.monotonic() < deadline, seen
        try:
            seen.append(int(camera.read()[0, 0, 0]))
        except NoPictureYet:
            time.sleep(0.6)
    assert seen == sorted(set(seen))


def test_what_was_given_does_not_change_any_more(open_stub: Open) -> None:
    camera = open_stub()
    first = next_picture(camera)
    before = first.copy()
    for _ in range(5):
        next_picture(camera)
    assert np.array_equal(first, before)


def test_a_change_of_size_is_followed(open_stub: Open) -> None:
    camera = open_stub(fault="change size", after=2)
    sizes = [next_picture(camera).shape[:2] for _ in range(8)]
    assert sizes[0] == (48, 64)
    assert sizes[-1] == (960, 1280)


def test_identical_pictures_are_pictures(open_stub: Open) -> None:
    camera = open_stub(fault="identical")
    assert {int(next_picture(camera)[0, 0, 0]) for _ in range(5)} == {7}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("busy", "in use by another program"),
        ("refuse", "Input/output error"),
        ("stop", "The camera was unplugged"),
        ("end", "has ended by itself"),
        ("crash", "has ended by itself"),
        ("fail", "RuntimeError: it broke"),
        ("huge", "too large"),
    ],
)
def test_one_that_fails_says_so_at_once_and_at_every_read(
    open_stub: Open, fault: str, says: str
) -> None:
    camera = open_stub(fault=fault, after=3)
    begin = time.monotonic()
    sentence = error_of(camera)
    assert says in sentence
    assert "\n" not in sentence
    assert time.monotonic() - begin < 10
    assert error_of(camera) == sentence


@pytest.mark.parametrize("fault", ["hang in grab", "hang in picture", "garbage", "short"])
def test_one_that_hangs_or_gives_garbage_is_ended(open_stub: Open, fault: str) -> None:
    camera = open_stub(fault=fault, after=3)
    next_picture(camera)
    begin = time.monotonic()
    assert " no picture for 1.2 s" in (said := error_of(camera)) or "cannot be read for" in said
    assert 1.1 < time.monotonic() - begin < 4
    begin = time.monotonic()
    camera.close()
    assert camera.released
    assert time.monotonic() - begin < 1


def test_one_that_hangs_while_it_opens_is_ended(open_stub: Open) -> None:
    camera = open_stub(fault="hang in open")
    assert "has not opened the camera" in error_of(camera)
    camera.close()
    assert camera.released


@pytest.mark.parametrize("fault", ["", "block in close", "hang in grab"])
def test_once_it_is_closed_nobody_holds_the_device(
    open_stub: Open, tmp_path: Path, fault: str
) -> None:
    device = tmp_path / "video0"
    device.touch()
    camera = open_stub(fault=fault, after=3, device=str(device))
    next_picture(camera)
    assert len(holders(device)) == 1
    begin = time.monotonic()
    camera.close()
    camera.close()
    assert holders(device) == []
    assert time.monotonic() - begin < 2
    with pytest.raises(CameraError, match="is closed"):
        camera.read()


def test_a_device_in_the_hands_of_a_dead_eye_is_free(tmp_path: Path) -> None:
    """The capturing process dies with eye, also when eye is killed."""
    device = tmp_path / "video0"
    device.touch()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            camera = LiveCamera("stub", DRIVER, {"fault": "hang in grab", "device": str(device)})
            while not holders(device):
                time.sleep(0.01)
            os.write(writer, b"x")
            time.sleep(60)
            camera.close()
        finally:
            os._exit(0)
    os.read(reader, 1)
    os.kill(child, 9)
    os.waitpid(child, 0)
    deadline = time.monotonic() + 5
    while holders(device):
        assert time.monotonic() < deadline, "the device is still held"
        time.sleep(0.01)
    os.close(reader)
    os.close(writer)


class Elsewhere(OwnChildren):
    """Starts processes that are isolated in another way than eye is."""

    @property
    def signs(self) -> tuple[str, str]:
        return "net:[1]", ""


def test_a_process_that_is_not_isolated_as_eye_is_opens_no_camera(tmp_path: Path) -> None:
    device = tmp_path / "video0"
    camera = LiveCamera("stub", DRIVER, {"device": str(device)}, Elsewhere())
    assert "not isolated as eye is; no camera is opened" in error_of(camera)
    camera.close()


class Immortal(OwnChildren):
    """As a driver looks that hangs inside the kernel: no signal reaches it."""

    def __init__(self) -> None:
        self.mortal = False
        self._process: Capturer | None = None

    def start(self, link: int, memory: int) -> Capturer:
        self._process = super().start(link, memory)
        return self

    def kill(self) -> None: ...

    def gone(self, within_s: float) -> bool:
        assert self._process is not None
        return self.mortal and self._process.gone(within_s)


def test_none_is_started_beside_one_that_cannot_be_ended(open_stub: Open) -> None:
    starter = Immortal()
    camera = LiveCamera("stub", DRIVER, {}, starter)
    next_picture(camera)
    camera.close()
    assert not camera.released
    with pytest.raises(CameraError, match="hangs inside the kernel"):
        open_stub()
    starter.mortal = True
    until(lambda: camera.released)
    next_picture(open_stub())


def test_a_hung_one_is_started_anew_and_each_condition_is_one_sentence(tmp_path: Path) -> None:
    told: list[Part] = []
    arguments: dict[str, object] = {
        "fault": "hang in grab",
        "after": 2,
        "once": str(tmp_path / "it_has_happened"),
    }
    part = MayBeMissing(
        "camera",
        lambda: LiveCamera("stub", DRIVER, arguments, patience=QUICK),
        told.append,
        time.monotonic,
    )
    begin = time.monotonic()
    try:
        while len(told) < 3:
            assert time.monotonic() - begin < 40, told
            camera = part.get()
            if camera is None:
                time.sleep(0.05)
                continue
            try:
                camera.read()
            except NoPictureYet:
                continue
            except CameraError as error:
                part.failed(str(error))
            else:
                part.works()
    finally:
        part.close()
    assert [one.ok for one in told] == [True, False, True]
    assert told[1].message == "The camera has given no picture for 1.2 s."
    assert time.monotonic() - begin > QUICK.picture + FIRST_PAUSE_S
