"""Finds faces in a picture with MediaPipe's short-range detector."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from edge import ports
from edge.errors import ModelError
from edge.eye.isolation import point_at_dead_proxy
from edge.eye.silence import silence
from edge.ports import Image

Point = tuple[float, float]
CANDIDATE = 0.5
"""The least score of what may be a face. Of a thousand frames without any, about 60 have one;
`edge/eye/second_look.py` tells them apart."""


class FoundFace(msgspec.Struct, frozen=True):
    """Where a face is, in pixels of the picture."""

    box: tuple[int, int, int, int]
    """x, y, width, height; never outside the picture."""
    score: float
    eyes: tuple[Point, Point] | None = None
    """The left one in the picture first."""
    points: tuple[Point, ...] = ()
    """Six, where known: the person's right eye, left eye, nose, mouth, right ear and left ear."""


class MediapipeFaceFinder:
    """The detector of MediaPipe's 1.x Tasks API, made for faces within two metres or so."""

    def __init__(self, model: Path, min_score: float = CANDIDATE) -> None:
        try:
            content = model.read_bytes()
        except OSError as missing:
            raise ModelError(
                f"The face detector {model} cannot be read ({missing.strerror}); the set-up"
                " command fetches it."
            ) from missing
        self._closed = False
        with silence():
            self._api = _mediapipe()
            self._detector: Any = self._born(content, model, min_score)
            # One of the first looks brings one more line, and they take longer: be done with them.
            for number in range(6):
                self.find(np.zeros((97 + 31 * number, 131 + 57 * number, 3), np.uint8))

    def find(self, image: Image) -> list[ports.FoundFace]:
        """All faces of an upright RGB picture, the largest first."""
        if self._closed:
            raise ModelError("The face finder is closed.")
        height, width = image.shape[:2]
        found = self.bare(image)()
        faces = [_face(one, width, height) for one in found.detections]
        whole = [face for face in faces if face.box[2] > 0 and face.box[3] > 0]
        return sorted(whole, key=lambda face: face.box[2] * face.box[3], reverse=True)

    def bare(self, image: Image) -> Callable[[], Any]:
        """MediaPipe's own call, its picture wrapped already: what all else is measured against."""
        api, pixels = self._api, np.ascontiguousarray(image)
        wrapped = api.Image(image_format=api.ImageFormat.SRGB, data=pixels)
        return lambda: self._detector.detect(wrapped)

    def close(self) -> None:
        """May be called twice. A detector that is not closed raises when Python ends."""
        if not self._closed:
            self._closed = True
            with silence():
                self._detector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _born(self, content: bytes, model: Path, min_score: float) -> Any:
        tasks = self._api.tasks
        options = tasks.vision.FaceDetectorOptions(
            base_options=tasks.BaseOptions(model_asset_buffer=content),
            min_detection_confidence=min_score,
        )
        try:
            return tasks.vision.FaceDetector.create_from_options(options)
        except (ValueError, RuntimeError) as refused:
            raise ModelError(
                f"{model} is no face detector that MediaPipe can run; fetch it anew with the"
                " set-up command."
            ) from refused


def _face(detection: Any, width: int, height: int) -> FoundFace:
    found, points = detection.bounding_box, detection.keypoints or []
    left, top = max(0, found.origin_x), max(0, found.origin_y)
    right = min(width, found.origin_x + found.width)
    bottom = min(height, found.origin_y + found.height)
    places = tuple((point.x * width, point.y * height) for point in points)
    eyes = None
    if len(places) >= 2:
        one, other = sorted(places[:2])
        eyes = (one, other)
    return FoundFace(
        box=(left, top, max(0, right - left), max(0, bottom - top)),
        score=float(detection.categories[0].score),
        eyes=eyes,
        points=places,
    )


def _mediapipe() -> Any:
    """The package, without the 36 MB of matplotlib that it imports to draw with.

    eye has no network by now; tests and the trainer have, and shall send no statistics either.
    """
    point_at_dead_proxy()
    try:
        with _stand_in_for_matplotlib():
            import mediapipe
    except (ImportError, OSError) as missing:
        raise ModelError(
            f"MediaPipe cannot be loaded ({missing}); on Debian it needs the packages libegl1 and"
            " libgles2."
        ) from missing
    return mediapipe


@contextlib.contextmanager
def _stand_in_for_matplotlib() -> Iterator[None]:
    """An empty package of that name, only while MediaPipe is being imported."""
    if "mediapipe" in sys.modules or "matplotlib" in sys.modules:
        yield
        return
    package, pyplot = types.ModuleType("matplotlib"), types.ModuleType("matplotlib.pyplot")
    package.pyplot = pyplot  # type: ignore[attr-defined]  # a module takes any attribute
    names = {"matplotlib": package, "matplotlib.pyplot": pyplot}
    sys.modules.update(names)
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)
