"""One look at a picture: who is in it, how they seem, and whose mood counts."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from edge.eye.face_image import face_from_frame
from edge.eye.quality import doubts
from edge.messages import Face
from edge.ports import EmotionReader, FaceFinder, FoundFace, Image

MOST_FACES = 8


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one look brought."""

    faces: tuple[Face, ...]
    listener: int | None
    """Place in `faces` of the one whose mood counts."""
    stage_ms: dict[str, float]
    """Milliseconds by stage: detect, classify."""


class Looker:
    """Finds the faces of one picture after another and reads them."""

    def __init__(
        self,
        finder: FaceFinder,
        reader: EmotionReader,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._finder = finder
        self._reader = reader
        self._clock = clock

    def look(self, picture: Image) -> Seen:
        """All that can be told of an upright RGB picture."""
        began = self._clock()
        found = self._finder.find(picture)[:MOST_FACES]
        detected = self._clock()
        faces = tuple(read_face(picture, one, self._reader) for one in found)
        done = self._clock()
        return Seen(
            faces=faces,
            listener=_listener(faces),
            stage_ms={"detect": _ms(detected - began), "classify": _ms(done - detected)},
        )


def read_face(picture: Image, found: FoundFace, reader: EmotionReader) -> Face:
    """How a found face seems, and whether that should be believed."""
    cut = face_from_frame(picture, found.box, found.eyes)
    probabilities = reader.read(cut)
    mood = max(probabilities, key=probabilities.__getitem__)
    reasons = doubts(cut, found.box, found.score)
    return Face(
        box=found.box,
        score=found.score,
        probabilities=probabilities,
        mood=mood,
        confidence=probabilities[mood],
        usable=not reasons,
        reasons=reasons,
    )


def _listener(faces: tuple[Face, ...]) -> int | None:
    """The largest face: whoever is nearest."""
    if not faces:
        return None
    return max(range(len(faces)), key=lambda i: faces[i].box[2] * faces[i].box[3])


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
