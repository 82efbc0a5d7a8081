"""What every finder of faces holds to; today there is one, MediaPipe's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.errors import ModelError
from edge.eye.demo_camera import ORDER, DemoCamera
from edge.eye.faces import MediapipeFaceFinder
from edge.eye.opencv import cv2
from edge.ports import FaceFinder, Image

ROOT = Path(__file__).resolve().parents[2]
DETECTOR = ROOT / "models" / "face_detector_short_range.tflite"

needs_detector = pytest.mark.skipif(
    not DETECTOR.exists(), reason="the face detector is not there: the set-up command fetches it"
)


@pytest.fixture(scope="module")
def finder() -> Iterator[FaceFinder]:
    with MediapipeFaceFinder(DETECTOR) as one:
        yield one


def scenes() -> list[Image]:
    """One picture of each mood, with a face of 240 px in the middle."""
    now = [0.0]
    camera = DemoCamera(ROOT / "models" / "mean_faces", 8.0, clock=lambda: now[0])
    pictures = []
    for _ in ORDER:
        pictures.append(camera.read())
        now[0] += 8.0
        camera.read()
        now[0] += 0.5
    return pictures


@needs_detector
def test_every_face_of_the_demo_is_found_where_it_is(finder: FaceFinder) -> None:
    for picture in scenes():
        (face,) = finder.find(picture)
        x, y, width, height = face.box
        assert 0.7 <= face.score <= 1
        assert 160 <= width <= 280
        assert abs(x + width / 2 - 320) < 20
        assert abs(y + height / 2 - 265) < 30
        assert face.eyes is not None
        (left_x, left_y), (right_x, right_y) = face.eyes
        assert x < left_x < 320 < right_x < x + width
        assert abs(left_y - right_y) < 15
        assert y < left_y < y + height / 2


@needs_detector
def test_two_faces_are_two_the_larger_first(finder: FaceFinder) -> None:
    near = scenes()[0]
    farther = np.full((480, 320, 3), 118, np.uint8)
    farther[48:432, 32:288] = cv2.resize(near[:, 160:480], (256, 384))
    both = np.concatenate([farther, near[:, 160:480]], axis=1)
    large, small = finder.find(both)
    assert large.box[2] > small.box[2]
    assert large.box[0] > 300 > small.box[0]


@needs_detector
def test_a_face_at_the_border_has_a_box_inside_the_picture(finder: FaceFinder) -> None:
    for cut in (np.s_[140:, :], np.s_[:, 230:], np.s_[:400, :400]):
        picture = np.ascontiguousarray(scenes()[0][cut])
        height, width = picture.shape[:2]
        for face in finder.find(picture):
            x, y, across, down = face.box
            assert x >= 0
            assert y >= 0
            assert across > 0
            assert down > 0
            assert x + across <= width
            assert y + down <= height


@needs_detector
@pytest.mark.parametrize("shape", [(1, 1), (480, 640), (1080, 1920), (3, 500)])
def test_nobody_is_found_in_an_empty_picture(finder: FaceFinder, shape: tuple[int, int]) -> None:
    assert finder.find(np.full((*shape, 3), 100, np.uint8)) == []


@needs_detector
def test_a_picture_may_be_a_view_into_another(finder: FaceFinder) -> None:
    mirrored = scenes()[0][:, ::-1]
    assert len(finder.find(mirrored)) == 1


@needs_detector
def test_it_may_be_closed_twice_and_is_then_closed() -> None:
    one = MediapipeFaceFinder(DETECTOR)
    one.close()
    one.close()
    with pytest.raises(ModelError, match="closed"):
        one.find(np.zeros((100, 100, 3), np.uint8))


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="set-up command fetches it") as error:
        MediapipeFaceFinder(tmp_path / "none.tflite")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x1c\x00\x00\x00TFL3" + bytes(200)])
def test_a_damaged_model_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    model = tmp_path / "damaged.tflite"
    model.write_bytes(content)
    with pytest.raises(ModelError, match="no face detector") as error:
        MediapipeFaceFinder(model)
    assert "\n" not in str(error.value)


@needs_detector
def test_it_says_nothing_on_standard_error_and_leaves_matplotlib_out() -> None:
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from edge.eye.faces import MediapipeFaceFinder\n"
        "with MediapipeFaceFinder(Path(sys.argv[1])) as finder:\n"
        "    for size in (100, 480):\n"
        "        finder.find(np.zeros((size, size, 3), np.uint8))\n"
        "assert not any(name.startswith('matplotlib.') for name in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, DETECTOR],
        cwd=ROOT,
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
