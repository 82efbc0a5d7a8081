"""Eye's faculties without its process: what the tools look with, under the same isolation."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from edge.config import EyeConfig
from edge.errors import ModelError
from edge.eye.emotion import TfliteEmotionReader
from edge.eye.face_image import FACE_PX
from edge.eye.faces import MediapipeFaceFinder
from edge.eye.looker import Looker, Seen
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
        self.finder = None if faces_only else MediapipeFaceFinder(models / DETECTOR, eye.min_score)

    def still(self, picture: Image) -> Seen:
        """One picture that has nothing to do with the one before."""
        return self.film()(picture, 0.0)

    def film(self) -> Follower:
        """For the pictures of one film, in their order."""
        if self.finder is None:
            raise ModelError("The face detector was left out.")
        return Follower(Looker(self.finder, self.reader))

    def face(self, crop: Image) -> Face:
        """A picture that is a face already: 48 × 48, grey, framed as FER2013's are."""
        probabilities = self.reader.read(crop)
        mood = max(probabilities, key=probabilities.__getitem__)
        box = (0, 0, FACE_PX, FACE_PX)
        reasons = doubts(crop, box, 1.0)
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Follower:
    """Looks at one picture of a film after another."""

    def __init__(self, looker: Looker) -> None:
        self._looker = looker

    def __call__(self, picture: Image, at: float) -> Seen:
        """`at` is the film's own second."""
        del at  # today's looker knows no time
        return self._looker.look(picture)
