"""`moodbox classify`: who is in each picture and how they seem, one line a picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

import msgspec

from edge.config import EyeConfig
from edge.errors import PictureError
from edge.eye.isolation import give_up_network
from edge.messages import Face, Mood, Value
from edge.progress import Progress

if TYPE_CHECKING:
    from edge.seeing import Sight

SMALLEST_SIDE = 16
"""Pixels; in less there is no face to be found."""
_FAILED = 1


class Request(Value, frozen=True):
    """How to look."""

    models: Path
    eye: EyeConfig = EyeConfig()
    head: Literal["perceived", "fer2013"] | None = None
    face_crop: bool = False
    json: bool = False


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer."""

    code: str
    message: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `classify --json`."""

    schema: int = 1
    path: str
    width: int | None = None
    height: int | None = None
    faces: list[dict[str, Any]] = []
    listener: int | None = None
    """Place in `faces` of the one whose mood is the picture's."""
    mood: Mood | None = None
    error: Problem | None = None


def run(request: Request, paths: Iterable[str], out: TextIO, err: TextIO) -> int:
    """Answer for every picture; 1 where there was none for some.

    IsolationError and ModelError where nothing can be looked at.
    """
    give_up_network()
    # Only now: these import what could open a connection.
    from edge.picture_files import pictures
    from edge.seeing import Sight

    began, done, failed = time.monotonic(), 0, 0
    with (
        Progress(err, out) as progress,
        Sight(
            request.models, request.eye, head=request.head, faces_only=request.face_crop
        ) as sight,
    ):
        look = _look_at_face if request.face_crop else _look_at_picture
        for one in pictures(paths):
            answer = _answer(one.name, one.read, lambda data: look(sight, data))
            done += 1
            failed += answer.error is not None
            if answer.error is not None and not request.json:
                progress.clear()
                print(f"{answer.path}: {answer.error.message}", file=err, flush=True)
            else:
                print(_line(answer, json=request.json), file=out, flush=True)
            progress.show(partial(_so_far, done, failed, began))
    return _FAILED if failed else 0


def _answer(
    path: str, read: Callable[[], bytes], look: Callable[[bytes], dict[str, Any]]
) -> Answer:
    try:
        return Answer(path=path, **look(read()))
    except PictureError as error:
        return Answer(path=path, error=Problem(error.code, str(error)))


def _look_at_picture(sight: Sight, data: bytes) -> dict[str, Any]:
    from edge.eye.pictures import read_picture

    picture = read_picture(data)
    height, width = picture.shape[:2]
    if min(width, height) < SMALLEST_SIDE:
        raise PictureError(
            "unreadable", f"The picture has {width} × {height} pixels: too few for a face."
        )
    seen = sight.still(picture)
    return {
        "width": width,
        "height": height,
        "faces": [as_json(face) for face in seen.faces],
        "listener": seen.listener,
        "mood": None if seen.listener is None else seen.faces[seen.listener].mood,
    }


def _look_at_face(sight: Sight, data: bytes) -> dict[str, Any]:
    from edge.eye.face_image import FACE_PX
    from edge.eye.opencv import cv2
    from edge.eye.pictures import read_picture

    picture = read_picture(data)
    height, width = picture.shape[:2]
    if (width, height) != (FACE_PX, FACE_PX):
        raise PictureError(
            "unreadable",
            f"The picture has {width} × {height} pixels and is no face of {FACE_PX} × {FACE_PX};"
            " leave out --face-crop.",
        )
    face = sight.face(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    faces = [as_json(face)]
    return {"width": width, "height": height, "faces": faces, "listener": 0, "mood": face.mood}


def as_json(face: Face) -> dict[str, Any]:
    """A face as `classify` and `replay` print it; its number only where it is followed."""
    told: dict[str, Any] = msgspec.to_builtins(face)
    told["score"] = round(face.score, 4)
    told["confidence"] = round(face.confidence, 6)
    told["probabilities"] = {mood: round(p, 6) for mood, p in face.probabilities.items()}
    if face.id is None:
        del told["id"]
    return told


def _line(answer: Answer, *, json: bool) -> str:
    if json:
        return msgspec.json.encode(answer).decode()
    count = len(answer.faces)
    faces = f"{count} face{'' if count == 1 else 's'}"
    if answer.listener is None:
        return f"{'-':8}  {'':4}  {faces:8}  {answer.path}"
    listener = answer.faces[answer.listener]
    doubt = "" if listener["usable"] else f"  ({', '.join(listener['reasons'])})"
    return f"{answer.mood:8}  {listener['confidence']:.2f}  {faces:8}  {answer.path}{doubt}"


def _so_far(done: int, failed: int, began: float) -> str:
    seconds = time.monotonic() - began
    wrong = f", {failed} could not be read" if failed else ""
    return f"{done} pictures, {done / max(seconds, 0.001):.0f} a second{wrong}"
