"""eye as it runs, with a camera before it: what it opens, what it tells, and what it holds."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.eye.demo_camera import DemoCamera
from edge.eye.opencv import cv2
from edge.link import Connection, Server
from edge.messages import FromEye, Hello, Look, Message, Part, Reading
from tests.looking import holders
from tests.parts.network_cameras import HttpCamera
from tests.parts.v4l2_stand_in import compiled, environment, needs_compiler
from tests.waiting import until
from tests.whole.foreign import alive, children

pytestmark = pytest.mark.whole
ROOT = Path(__file__).resolve().parents[2]
DEVICE = "/dev/video77"
TRACED_S = 60.0
NETWORK = re.compile(r"socket(?:pair)?\(AF_(?!UNIX|NETLINK)\w+.*= \d")
needs_detector = pytest.mark.skipif(
    not (ROOT / "models" / "face_detector_short_range.tflite").exists(),
    reason="the face detector is not there: the set-up command fetches it",
)
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


class Box:
    """The other end of eye's link: hears what it tells, and says when to look."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "link.sock"
        self.heard: list[Message] = []
        self._eye: Connection | None = None
        kinds = {"eye": FromEye}
        self._server = Server(self.socket, kinds, self._take, lambda *_: None, lambda _: None)  # type: ignore[arg-type]  # one role of four
        self._server.start()

    def look(self, *, on: bool) -> None:
        until(lambda: self._eye, 60, "eye's hello")
        assert self._eye is not None
        self._eye.send(Look(on=on))

    def hello(self) -> Hello:
        return next(one for one in self.heard if isinstance(one, Hello))

    def readings(self) -> list[Reading]:
        return [one for one in self.heard if isinstance(one, Reading)]

    def camera(self) -> list[Part]:
        return [one for one in self.heard if isinstance(one, Part) and one.part == "camera"]

    def close(self) -> None:
        self._server.close()

    def _take(self, _hello: Hello, connection: Connection, message: Message) -> None:
        self._eye = connection
        self.heard.append(message)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    one = Box(tmp_path)
    yield one
    one.close()


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start_eye(box: Box, tmp_path: Path) -> Iterator[Start]:
    """Starts eye as a user would, below the words given."""
    started: list[subprocess.Popen[str]] = []

    def start(env: dict[str, str], *settings: str, below: tuple[str, ...] = ()) -> object:
        words = [f"--set={setting}" for setting in settings]
        places = [f"--socket={box.socket}", f"--state={tmp_path}"]
        started.append(
            subprocess.Popen(
                [*below, sys.executable, "-m", "edge.cli", "eye", *places, *words],
                cwd=ROOT,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,  # so that eye ends with whoever traces it
            )
        )
        return started[-1]

    yield start  # type: ignore[misc]  # a function with words of any number
    for one in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        one.communicate()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Path]:
    """The picture before the camera: faces that are nobody's, swaying a little."""
    path, over = tmp_path / "scene.jpg", threading.Event()
    demo = DemoCamera(ROOT / "models" / "mean_faces")

    def move() -> None:
        new = path.with_suffix(".new.jpg")
        assert cv2.imwrite(str(new), np.ascontiguousarray(demo.read()[..., ::-1]))
        new.replace(path)

    def go_on() -> None:
        while not over.wait(0.1):
            move()

    move()
    thread = threading.Thread(target=go_on, name="scene")
    thread.start()
    yield path
    over.set()
    thread.join(5)


@needs_compiler
@needs_strace
@needs_detector
def test_a_minute_of_looking_opens_no_network_socket_and_off_is_off(
    box: Box, start_eye: Start, scene: Path, tmp_path: Path
) -> None:
    device, trace = tmp_path / "device", tmp_path / "trace"
    device.touch()
    env = environment(compiled(tmp_path), DEVICE, device, scene)
    below = ("strace", "-f", "-o", str(trace), "-e", "trace=%network,io_uring_setup,execve")
    start_eye(env, f"camera.source={DEVICE}", below=below)
    box.look(on=False)
    assert "socket_filter" in (box.hello().isolation or ())
    until(box.camera, 60, "a word about the camera")
    assert holders(device) == []
    box.look(on=True)
    until(lambda: any(reading.faces for reading in box.readings()), 60, "a face")
    assert len(holders(device)) == 1
    threading.Event().wait(TRACED_S)
    box.look(on=False)
    until(lambda: holders(device) == [], 5, "a closed device")
    until(lambda: box.camera()[-1].message == "The camera is closed.", 5, "a word about it")
    assert len(box.readings()) > TRACED_S
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("edge.eye.capture_child" in line for line in lines), "nothing was traced"
    assert [line for line in lines if NETWORK.search(line)] == []
    assert not any("io_uring_setup" in line for line in lines)


@needs_compiler
@needs_detector
def test_when_eye_is_killed_its_camera_is_let_go(
    box: Box, start_eye: Start, scene: Path, tmp_path: Path
) -> None:
    device = tmp_path / "device"
    device.touch()
    env = environment(compiled(tmp_path), DEVICE, device, scene)
    eye = start_eye(env, f"camera.source={DEVICE}")
    box.look(on=True)
    until(box.readings, 60, "a reading")
    assert len(holders(device)) == 1
    eye.kill()
    until(lambda: holders(device) == [], 5, "a closed device")


@needs_detector
def test_a_network_camera_is_told_in_hello_log_and_condition(box: Box, start_eye: Start) -> None:
    web = HttpCamera()
    try:
        source = web.url("/stream", "me:hunter2@")
        eye = start_eye({}, f"camera.source={source}", "camera.allow_network=true")
        box.look(on=True)
        until(box.readings, 60, "a reading")
        hello = box.hello()
        assert hello.camera == "network"
        assert {"socket_filter", "camera_has_network"} <= set(hello.isolation or ())
        assert [part.ok for part in box.camera()] == [True]
        assert "on the network" in box.camera()[0].message
        assert eye.poll() is None
        eye.terminate()
        _, said = eye.communicate(timeout=20)
        assert eye.returncode == 0
        assert "a process beside eye keeps the network" in said
        assert "hunter2" not in said
        assert "hunter2" not in str(box.heard)
    finally:
        web.close()


@needs_detector
def test_without_its_way_to_the_network_eye_ends_to_be_started_anew(
    box: Box, start_eye: Start
) -> None:
    web = HttpCamera()
    try:
        eye = start_eye({}, f"camera.source={web.url('/stream')}", "camera.allow_network=true")
        box.look(on=True)
        until(box.readings, 60, "a reading")
        doors = [pid for pid in children(eye.pid) if "edge.eye.network_door" in words_of(pid)]
        (door,) = doors
        captures = children(door)
        assert len(captures) == 1
        os.kill(door, signal.SIGKILL)
        assert eye.wait(20) == 1
        assert not [pid for pid in captures if alive(pid)]
    finally:
        web.close()


def words_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
