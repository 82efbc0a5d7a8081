"""Network cameras: fetched by a process beside eye, while eye itself has no way out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from edge.errors import CameraError
from edge.eye.cameras import open_camera
from edge.eye.capture_start import OwnChildren
from edge.eye.network_door import NetworkDoor
from edge.eye.view import View
from edge.ports import Camera
from tests.looking import error_of, next_picture
from tests.parts.network_cameras import PASSWORD, USER, HttpCamera, RtspCamera

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[[str], Camera]


@pytest.fixture
def web() -> Iterator[HttpCamera]:
    one = HttpCamera()
    yield one
    one.close()


@pytest.fixture
def open_url() -> Iterator[Open]:
    door = NetworkDoor()
    opened: list[Camera] = []

    def open_it(url: str) -> Camera:
        opened.append(open_camera(url, View(), Path(), network=door))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()
        assert getattr(one, "released", False)
    door.close()
    door.close()


@pytest.mark.parametrize("path", ["/stream", "/bare", "/snapshot.jpg"])
def test_pictures_come_over_http_the_newest_only(
    web: HttpCamera, open_url: Open, path: str
) -> None:
    camera = open_url(web.url(path))
    assert camera.kind == "network"
    for _ in range(3):
        picture = next_picture(camera)
        assert picture.shape == (120, 160, 3)
        assert abs(int(picture.mean()) - web.level) <= 3
        time.sleep(0.3)


def test_a_name_and_a_password_are_given_to_the_camera_and_to_nobody_else(
    web: HttpCamera, open_url: Open
) -> None:
    good = f"{USER}:{quote(PASSWORD, safe='')}@"
    assert next_picture(open_url(web.url("/secret", good))).shape == (120, 160, 3)
    for bad in ("", "eye:hunter2@"):
        said = error_of(open_url(web.url("/secret?token=hunter2", bad)))
        assert "another name or password" in said
        assert "hunter2" not in said


def test_a_camera_that_stops_sending_is_lost_and_can_be_opened_again(
    web: HttpCamera, open_url: Open
) -> None:
    said = error_of(open_url(web.url("/hang")))
    assert said == "The camera has given no picture for 2.5 s."
    assert next_picture(open_url(web.url("/stream"))).shape == (120, 160, 3)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:9/", "127.0.0.1:9 cannot be reached: Connection refused"),
        ("http://user:hunter2@127.0.0.1:9/a?b=hunter2", "127.0.0.1:9 cannot be reached"),
        ("rtsp://user:hunter2@127.0.0.1:9/a", "127.0.0.1:9 gives no stream"),
        ("http://camera.invalid/", "camera.invalid cannot be reached"),
        ("http://me:hun/ter2@127.0.0.1/", "cannot be reached"),
        ("http://me:hunter2@cam℀era/", "The address in [camera] source cannot be read"),
        ("{web}/missing", "no picture at that path"),
        ("{web}/page", "gives no stream"),
    ],
)
def test_what_cannot_be_fetched_is_one_sentence_without_a_secret(
    web: HttpCamera, open_url: Open, url: str, says: str
) -> None:
    said = error_of(open_url(url.format(web=web.url(""))))
    assert says in said
    assert "hunter2" not in said
    assert "\n" not in said


def test_rtsp_is_decoded(open_url: Open) -> None:
    server = RtspCamera()
    try:
        camera = open_url(f"rtsp://127.0.0.1:{server.port}/film")
        levels = []
        for _ in range(5):
            picture = next_picture(camera)
            assert picture.shape == (128, 160, 3)
            levels.append(int(picture.mean()))
            time.sleep(0.1)
        assert len(set(levels)) > 1
        camera.close()
    finally:
        server.close()


def test_a_film_over_http_runs_at_its_own_rate(web: HttpCamera, open_url: Open) -> None:
    camera = open_url(web.url("/film"))
    begin = time.monotonic()
    assert next_picture(camera).shape == (128, 160, 3)
    assert "has stopped sending" in error_of(camera)
    assert time.monotonic() - begin > 1.2


def test_nobody_else_opens_an_address(web: HttpCamera) -> None:
    with pytest.raises(CameraError, match=r"needs camera\.allow_network = true"):
        open_camera(web.url("/stream"), View(), Path())
    assert web.asked == []


ISOLATED = """
    import json, os, socket, sys
    from pathlib import Path
    from edge.eye.network_door import NetworkDoor
    door = NetworkDoor()
    from edge.eye.isolation import give_up_network
    in_force = give_up_network()
    from edge.eye.cameras import open_camera
    from edge.eye.view import View
    from tests.parts.first_pictures import first_pictures
    def tried():
        try:
            socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
        except OSError as refused:
            return refused.errno
        return 0
    def pictures(network):
        return first_pictures(open_camera(sys.argv[1], View(), Path(), network=network))
    from edge.eye.capture_start import OwnChildren
    inside = OwnChildren()
    print(json.dumps({"in_force": in_force, "before": tried(), "outside": pictures(door),
        "again": pictures(door), "inside": pictures(inside), "after": tried()}))
    door.close()
"""


def test_eye_itself_stays_without_a_network(web: HttpCamera) -> None:
    """Only what was started through the door reaches the camera, each time it is opened."""
    said = isolated(web.url("/stream"))
    assert "socket_filter" in said["in_force"]
    assert said["before"] == said["after"] == 1, "eye could open a network socket"
    assert said["outside"] == said["again"] == 5
    assert "network is closed" in said["inside"]


def isolated(*words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ISOLATED), *words],
        cwd=ROOT,
        check=False,
        timeout=90,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_children_of_eye_show_that_they_are_isolated_as_it_is() -> None:
    network, status = OwnChildren().signs or ("", "")
    assert network.startswith("net:[")
    assert "Seccomp:" in status
    assert NetworkDoor.signs is None
