"""Looks at one picture after another: who is in it, how they seem, and whose mood counts."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from edge.eye.face_image import face_from_frame
from edge.eye.listening import Listening, Rule, listen
from edge.eye.pace import Doing
from edge.eye.quality import doubts
from edge.eye.second_look import SURE
from edge.eye.still import faces_of_still
from edge.eye.watch import Watcher
from edge.messages import Face
from edge.ports import EmotionReader, FaceFinder, FoundFace, Image


class Taste(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner may choose."""

    rule: Rule = "largest"
    """Whose mood counts."""
    sure: float = SURE
    """How sure it must be that somebody is there, see SURE."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one look brought."""

    faces: tuple[Face, ...]
    listener: int | None
    """Place in `faces` of the one whose mood counts."""
    stage_ms: dict[str, float]
    """Milliseconds by stage: detect, classify."""
    doing: Doing = "waiting"
    """What the pace of the next look depends on."""


class Looker:
    """Follows and reads the faces of a stream of pictures."""

    def __init__(
        self,
        finder: FaceFinder,
        reader: EmotionReader,
        taste: Taste = Taste(),  # noqa: B008 - a frozen value
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._watcher = Watcher(finder, taste.sure)
        self._reader = reader
        self._rule = taste.rule
        self._clock = clock
        self._listening = Listening()
        self._last: Seen | None = None

    def look(self, picture: Image, at: float) -> Seen:
        """All that can be told of an upright RGB picture that was taken at `at` seconds."""
        began = self._clock()
        watched = self._watcher.watch(picture, at)
        detected = self._clock()
        if watched.same and self._last is not None:
            faces = self._last.faces
        else:
            here = [track for track in watched.tracks if track.seen_at == at]
            faces = tuple(read_face(picture, one.face, self._reader, one.id) for one in here)
        size = (picture.shape[1], picture.shape[0])
        self._listening = listen(self._listening, watched.tracks, self._rule, size, at)
        done = self._clock()
        self._last = Seen(
            faces=faces,
            listener=_place(faces, self._listening.id),
            stage_ms={"detect": _ms(detected - began), "classify": _ms(done - detected)},
            doing=watched.doing,
        )
        return self._last


def look_at_still(
    picture: Image,
    finder: FaceFinder,
    reader: EmotionReader,
    sure: float = SURE,
    clock: Callable[[], float] = time.perf_counter,
) -> Seen:
    """All that can be told of one upright RGB picture by itself; the largest face listens."""
    began = clock()
    found = faces_of_still(finder, picture, sure)
    detected = clock()
    faces = tuple(read_face(picture, face, reader) for face in found)
    return Seen(
        faces=faces,
        listener=0 if faces else None,
        stage_ms={"detect": _ms(detected - began), "classify": _ms(clock() - detected)},
    )


def read_face(
    picture: Image, found: FoundFace, reader: EmotionReader, number: int | None = None
) -> Face:
    """How a found face seems, and whether that should be believed."""
    cut = face_from_frame(picture, found.box, found.eyes)
    probabilities = reader.read(cut)
    mood = max(probabilities, key=probabilities.__getitem__)
    reasons = doubts(cut, found)
    return Face(
        box=found.box,
        score=found.score,
        probabilities=probabilities,
        mood=mood,
        confidence=probabilities[mood],
        usable=not reasons,
        reasons=reasons,
        id=number,
    )


def _place(faces: tuple[Face, ...], number: int | None) -> int | None:
    """Where in `faces` that one stands; None while he has turned away."""
    return next((place for place, face in enumerate(faces) if face.id == number), None)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
