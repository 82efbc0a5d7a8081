"""eye's loop: what it looks at, how often, and what it tells."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from edge import ports
from edge.errors import CameraError, ModelError
from edge.eye.faces import FoundFace
from edge.eye.pace import Pace
from edge.eye.process import EyeLoop
from edge.messages import MOODS, Look, Message, Mood, Part, Reading
from tests.painted_faces import PaintedFaces, painted

NEAR, FAR = (100, 100, 200, 200), (400, 100, 60, 60)
QUICK = Pace(rate=30, idle_rate=10, linger_s=0.4)


class Scene:
    """A camera, a finder and a reader that see what the test says."""

    kind = "demo"
    runtime = "a fake 1.0"

    def __init__(self) -> None:
        self.faces: list[FoundFace] = []
        self.camera_fault = ""
        self.model_fault = ""
        self.open = 0
        self.opened = 0
        self.read_slowly_s = 0.0

    def open_camera(self) -> ports.Camera:
        self.opened += 1
        if self.camera_fault:
            raise CameraError(self.camera_fault)
        self.open += 1
        return _Camera(self)

    def open_finder(self) -> ports.FaceFinder:
        return PaintedFaces()

    def open_reader(self) -> ports.EmotionReader:
        if self.model_fault:
            raise ModelError(self.model_fault)
        return _Reader()


class _Camera:
    kind = "demo"

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._open = True

    def read(self) -> ports.Image:
        time.sleep(self._scene.read_slowly_s)
        if self._scene.camera_fault:
            raise CameraError(self._scene.camera_fault)
        return painted(self._scene.faces)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._scene.open -= 1


class _Reader:
    runtime = "a fake 1.0"

    def read(self, face: ports.Image) -> dict[Mood, float]:
        assert face.shape == (48, 48)
        return {mood: 0.7 if mood == "happy" else 0.05 for mood in MOODS}

    def close(self) -> None: ...


class Box:
    """What came over the link."""

    def __init__(self) -> None:
        self.heard: list[Message] = []

    def readings(self) -> list[Reading]:
        return [one for one in self.heard if isinstance(one, Reading)]

    def parts(self, name: str = "camera") -> list[Part]:
        return [one for one in self.heard if isinstance(one, Part) and one.part == name]


def until(true: Callable[[], object], within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


@contextmanager
def running(scene: Scene, box: Box, pace: Pace = QUICK, hurry: float = 1.0) -> Iterator[EyeLoop]:
    """The loop in a thread, on a clock that may run faster than it should."""
    eye = EyeLoop(
        scene.open_camera,
        scene.open_finder,
        scene.open_reader,
        box.heard.append,
        pace,
        clock=lambda: time.monotonic() * hurry,
    )
    stop = threading.Event()
    thread = threading.Thread(target=eye.run, args=(stop,), name="eye")
    thread.start()
    try:
        yield eye
    finally:
        stop.set()
        thread.join(3)
        assert not thread.is_alive()
        assert scene.open == 0, "the camera was left open"


def test_the_camera_stays_closed_until_box_allows_it() -> None:
    scene, box = Scene(), Box()
    with running(scene, box) as eye:
        until(lambda: box.parts("model"))
        time.sleep(0.3)
        assert scene.opened == 0
        eye.look(Look(on=True))
        until(box.readings)
        assert scene.open == 1


def test_a_reading_says_who_was_there_and_which_of_them_counts() -> None:
    scene, box = Scene(), Box()
    scene.faces = [FoundFace(FAR, 0.9), FoundFace(NEAR, 0.8), FoundFace((8, 8, 20, 20), 0.9)]
    with running(scene, box) as eye:
        eye.look(Look(on=True))
        until(box.readings)
    reading = box.readings()[0]
    assert [face.box for face in reading.faces] == [NEAR, FAR, (8, 8, 20, 20)]
    assert [face.id for face in reading.faces] == [1, 2, 3]
    assert reading.listener == 0
    assert (reading.width, reading.height) == (640, 480)
    assert reading.faces[0].mood == "happy"
    assert reading.faces[0].confidence == pytest.approx(0.7)
    assert [face.usable for face in reading.faces] == [True, True, False]
    assert reading.faces[2].reasons == ("small",)
    assert set(reading.stage_ms) == {"capture", "detect", "classify"}
    assert reading.at <= time.monotonic()


def test_nobody_there_is_a_reading_too() -> None:
    scene, box = Scene(), Box()
    with running(scene, box) as eye:
        eye.look(Look(on=True))
        until(box.readings)
    assert box.readings()[0].faces == ()
    assert box.readings()[0].listener is None


def test_closing_the_camera_takes_less_than_a_second_also_at_the_slowest_pace() -> None:
    scene, box = Scene(), Box()
    with running(scene, box, Pace(rate=8, idle_rate=0.1, linger_s=0)) as eye:
        eye.look(Look(on=True))
        until(box.readings)
        eye.look(Look(on=False))
        until(lambda: scene.open == 0, within_s=1.0)
        until(lambda: len(box.parts()) == 2)
        seen = len(box.readings())
        time.sleep(0.3)
        assert len(box.readings()) == seen
        eye.look(Look(on=True))
        until(lambda: len(box.readings()) > seen, within_s=1.0)
    assert [part.ok for part in box.parts()] == [True, True, True]
    assert "closed" in box.parts()[1].message


def test_what_is_seen_while_the_camera_is_being_closed_is_not_told() -> None:
    scene, box = Scene(), Box()
    scene.read_slowly_s = 0.4
    with running(scene, box) as eye:
        eye.look(Look(on=True))
        until(lambda: scene.open == 1)
        eye.look(Look(on=False))
        until(lambda: scene.open == 0)
    assert box.readings() == []


def test_it_looks_slowly_while_nobody_is_there() -> None:
    scene, box = Scene(), Box()
    pace = Pace(rate=30, idle_rate=4, linger_s=0.5)
    with running(scene, box, pace) as eye:
        eye.look(Look(on=True))
        time.sleep(0.8)
        alone = len(box.readings())
        scene.faces = [FoundFace(NEAR, 0.9)]
        until(lambda: box.readings()[-1].faces)
        begin = len(box.readings())
        until(lambda: len(box.readings()) >= begin + 8, within_s=1.5)
    assert 1 <= alone <= 5


def test_a_lost_camera_is_told_once_and_looked_for_again() -> None:
    scene, box = Scene(), Box()
    with running(scene, box, hurry=10) as eye:
        eye.look(Look(on=True))
        until(box.readings)
        scene.camera_fault = "The camera was unplugged."
        until(lambda: len(box.parts()) == 2)
        until(lambda: scene.opened >= 3)
        scene.camera_fault = ""
        seen = len(box.readings())
        until(lambda: len(box.readings()) > seen)
    told = [(part.ok, part.message) for part in box.parts()]
    assert told == [
        (True, "The camera works."),
        (False, "The camera was unplugged."),
        (True, "The camera works."),
    ]


def test_without_a_model_the_camera_stays_closed() -> None:
    scene, box = Scene(), Box()
    scene.model_fault = "There is no model."
    with running(scene, box) as eye:
        eye.look(Look(on=True))
        until(box.parts)
        assert eye.runtime is None
        assert scene.opened == 0
        scene.model_fault = ""
        until(box.readings)
        assert eye.runtime == "a fake 1.0"
    assert [part.message for part in box.parts("model")] == [
        "There is no model.",
        "The model works.",
    ]
    assert [part.kind for part in box.parts("model")] == [None, "a fake 1.0"]
    assert [part.ok for part in box.parts()] == [False, True]


def test_every_condition_is_told_again_when_the_link_is_new() -> None:
    scene, box = Scene(), Box()
    with running(scene, box) as eye:
        eye.look(Look(on=True))
        until(box.readings)
        box.heard.clear()
        eye.report()
        until(lambda: box.parts() and box.parts("model") and box.parts("detector"))
    assert all(part.ok for part in box.heard if isinstance(part, Part))


def test_it_pulses_also_while_the_camera_is_closed() -> None:
    scene, beats = Scene(), threading.Semaphore(0)
    eye = EyeLoop(
        scene.open_camera,
        scene.open_finder,
        scene.open_reader,
        lambda _message: None,
        Pace(rate=1, idle_rate=0.1),
        pulse=beats.release,
    )
    stop = threading.Event()
    thread = threading.Thread(target=eye.run, args=(stop,), name="eye")
    thread.start()
    try:
        for _ in range(5):
            assert beats.acquire(timeout=2)
    finally:
        stop.set()
        thread.join(3)
    assert not thread.is_alive()
