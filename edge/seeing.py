"""Eye's faculties without its process: what the tools look with, under the same isolation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from edge.config import EyeConfig
from edge.errors import ModelError
from edge.eye.emotion import TfliteEmotionReader
from edge.eye.face_image import FACE_PX
from edge.eye.faces import FoundFace, MediapipeFaceFinder
from edge.eye.looker import Looker, Seen, Taste, look_at_still
from edge.eye.model_card import Head
from edge.eye.quality import doubts
from edge.messages import Face, Mood
from edge.ports import Image

CARD = "emotion.json"
DETECTOR = "face_detector_short_range.tflite"


class OneHead:
    """The reader, asked for one head always."""

    def __init__(self, reader: TfliteEmotionReader, head: Head | None) -> None:
        if head is not None and head not in reader.card.outputs:
            raise ModelError(f"The model {reader.card.model} has no output {head}.")
        self._reader = reader
        self._head = head
        self.runtime = reader.runtime
        self.card = reader.card

    def read(self, face: Image) -> dict[Mood, float]:
        return self._reader.read(face, self._head)

    def close(self) -> None:
        self._reader.close()


class Sight:
    """Detector and model, opened once for many pictures. `faces_only` leaves the detector out."""

    def __init__(
        self,
        models: Path,
        eye: EyeConfig,
        *,
        head: Head | None = None,
        faces_only: bool = False,
    ) -> None:
        self.reader = OneHead(TfliteEmotionReader(models / CARD, eye.runtime), head)
        self.finder = None if faces_only else MediapipeFaceFinder(models / DETECTOR)
        self._taste = Taste(rule=eye.listener, sure=eye.min_score)

    def still(self, picture: Image) -> Seen:
        """One picture that has nothing to do with the one before."""
        if self.finder is None:
            raise ModelError("The face detector was left out.")
        return look_at_still(picture, self.finder, self.reader, self._taste.sure)

    def film(self) -> Callable[[Image, float], Seen]:
        """For the pictures of one film, in their order, each with the film's own second."""
        if self.finder is None:
            raise ModelError("The face detector was left out.")
        return Looker(self.finder, self.reader, self._taste).look

    def face(self, crop: Image) -> Face:
        """A picture that is a face already: 48 × 48, grey, framed as FER2013's are."""
        probabilities = self.reader.read(crop)
        mood = max(probabilities, key=probabilities.__getitem__)
        box = (0, 0, FACE_PX, FACE_PX)
        reasons = doubts(crop, FoundFace(box=box, score=1.0))
        return Face(
            box=box,
            score=1.0,
            probabilities=probabilities,
            mood=mood,
            confidence=probabilities[mood],
            usable=not reasons,
            reasons=reasons,
        )

    def close(self) -> None:
        """May be called twice."""
        if self.finder is not None:
            self.finder.close()
        self.reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
