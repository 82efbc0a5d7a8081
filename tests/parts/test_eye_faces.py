"""Eye's own way of finding faces, with MediaPipe's real detector and nobody's face."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.eye.faces import MediapipeFaceFinder
from edge.eye.looker import Looker, look_at_still
from edge.eye.opencv import cv2
from edge.messages import MOODS, Mood
from edge.ports import FaceFinder, Image
from tests.bench.scenes import scene
from tests.bench.streams import EmptyRoom, RoomToEnter, SwayingRoom, looked_at

ROOT = Path(__file__).resolve().parents[2]
DETECTOR = ROOT / "models" / "face_detector_short_range.tflite"
HD, VGA = (1280, 720), (640, 480)

pytestmark = pytest.mark.skipif(
    not DETECTOR.exists(), reason="the face detector is not there: the set-up command fetches it"
)


class Unmoved:
    """A reader that is of one mind about everybody."""

    runtime = "none"

    def read(self, face: Image) -> dict[Mood, float]:
        assert face.shape == (48, 48)
        return dict.fromkeys(MOODS, 1 / 7)

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def finder() -> Iterator[FaceFinder]:
    with MediapipeFaceFinder(DETECTOR) as one:
        yield one


@pytest.fixture(scope="module")
def face() -> NDArray[np.uint8]:
    grey = cv2.imread(str(ROOT / "models" / "mean_faces" / "neutral.png"), cv2.IMREAD_GRAYSCALE)
    return np.asarray(grey, dtype=np.uint8)


@pytest.mark.parametrize("side", [40, 60, 100, 160, 300])
@pytest.mark.parametrize("size", [VGA, HD])
def test_near_and_far_faces_of_a_still_picture_are_found(
    finder: FaceFinder, face: NDArray[np.uint8], side: int, size: tuple[int, int]
) -> None:
    one = scene(face, side, size, 3, angle=5)
    seen = look_at_still(one.frame, finder, Unmoved())
    assert [one.squares[0].holds(found.box) for found in seen.faces] == [True]
    assert seen.listener == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_a_far_face_is_found_within_three_seconds_of_coming_in(
    finder: FaceFinder, face: NDArray[np.uint8], seed: int
) -> None:
    room = RoomToEnter(face, 40, HD, seed)
    looker = Looker(finder, Unmoved())
    for at, seen in looked_at(room, looker, room.enters_at + 3.0):
        square = room.square(at)
        if square is not None and any(square.holds(found.box) for found in seen.faces):
            return
    pytest.fail("nobody was seen")


def test_somebody_who_sways_keeps_one_number(finder: FaceFinder, face: NDArray[np.uint8]) -> None:
    room, looker = SwayingRoom(face, 180, VGA, 2), Looker(finder, Unmoved())
    looks = [seen for _, seen in looked_at(room, looker, 8.0)][2:]
    assert len(looks) > 50
    assert [[one.id for one in seen.faces] for seen in looks] == [[1]] * len(looks)


def test_nothing_that_grows_is_kept_from_look_to_look(
    finder: FaceFinder, face: NDArray[np.uint8]
) -> None:
    looker = Looker(finder, Unmoved())
    rooms = [SwayingRoom(face, 180, VGA, 2), EmptyRoom(VGA, 2, restless=True)]
    frames = [room.frame(number / 8) for room in rooms for number in range(24)]

    def look(times: int, begin: int) -> int:
        for number in range(begin, begin + times):
            looker.look(frames[number % len(frames)], number / 8)
        return _resident_bytes()

    before = look(300, 0)
    assert look(900, 300) - before < 5e6


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096
