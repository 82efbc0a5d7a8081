"""eye's loop: looks at its own pace, tells what it saw, and keeps nothing of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import msgspec

from edge.errors import CameraError
from edge.eye.face_image import face_from_frame
from edge.eye.parts import MayBeMissing
from edge.eye.quality import doubts
from edge.messages import Face, Look, Message, Part, Reading
from edge.ports import Camera, EmotionReader, FaceFinder, FoundFace, Image

MOST_FACES = 8
_LISTEN_S = 0.1
"""How soon a wish to close the camera is noticed."""
_log = logging.getLogger("moodbox")


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Looks a second."""

    rate: float = 8.0
    """While somebody is there."""
    idle_rate: float = 1.5
    """While nobody has been there for `linger_s`."""
    linger_s: float = 4.0


class EyeLoop:
    """Looks when it is told to. `send` goes to box, or into the void while box is away.

    The camera stays closed until box has said that it may be open.
    """

    def __init__(
        self,
        open_camera: Callable[[], Camera],
        open_finder: Callable[[], FaceFinder],
        open_reader: Callable[[], EmotionReader],
        send: Callable[[Message], None],
        pace: Pace = Pace(),  # noqa: B008 - a frozen value
        pulse: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._pace = pace
        self._pulse = pulse
        self._clock = clock
        self._camera = MayBeMissing("camera", open_camera, self._tell, clock)
        self._finder = MayBeMissing("detector", open_finder, self._tell, clock)
        self._reader = MayBeMissing("model", open_reader, self._tell, clock)
        self._runtime: str | None = None
        self._wanted: bool | None = None
        """None until box has said."""
        self._report = False
        self._nudge = threading.Event()
        """Something was asked: do not wait for the next look."""
        self._seen_at: float | None = None

    # --- from any thread -----------------------------------------------------------------------

    @property
    def runtime(self) -> str | None:
        """Which library reads the emotions, for the hello; None while there is no model."""
        return self._runtime

    def prepare(self) -> None:
        """Open detector and model ahead of the first look; what is missing is told later."""
        self._models()

    def look(self, message: Look) -> None:
        """Open or close the camera, within a moment."""
        self._wanted = message.on
        self._nudge.set()

    def report(self) -> None:
        """Tell every part's condition anew, soon: the link has just been made."""
        self._report = True
        self._nudge.set()

    # --- the loop ------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; then everything is closed."""
        try:
            while not stop.is_set():
                began = self._clock()
                self._turn()
                self._rest(began, stop)
        finally:
            for part in (self._camera, self._finder, self._reader):
                part.close()

    def _turn(self) -> None:
        self._pulse()
        self._nudge.clear()
        if self._report:
            self._report = False
            self._tell_all()
        models = self._models()
        if self._wanted is None:
            return
        if not self._wanted:
            self._camera.rest("The camera is closed.", ok=True)
            self._seen_at = None
        elif models is None:
            self._camera.rest("The camera stays closed while eye cannot read faces.", ok=False)
        else:
            self._look_once(*models)

    def _look_once(self, finder: FaceFinder, reader: EmotionReader) -> None:
        camera = self._camera.get()
        if camera is None:
            return
        began = self._clock()
        try:
            picture = camera.read()
        except CameraError as error:
            self._camera.failed(str(error))
            return
        self._camera.works()
        if self._wanted:
            self._tell_reading(picture, began, finder, reader)

    def _tell_reading(
        self, picture: Image, began: float, finder: FaceFinder, reader: EmotionReader
    ) -> None:
        taken = self._clock()
        found = finder.find(picture)[:MOST_FACES]
        detected = self._clock()
        faces = tuple(_read(picture, one, reader) for one in found)
        done = self._clock()
        if faces:
            self._seen_at = done
        self._send(
            Reading(
                at=taken,
                faces=faces,
                listener=_listener(faces),
                width=picture.shape[1],
                height=picture.shape[0],
                stage_ms={
                    "capture": _ms(taken - began),
                    "detect": _ms(detected - taken),
                    "classify": _ms(done - detected),
                },
            )
        )

    def _models(self) -> tuple[FaceFinder, EmotionReader] | None:
        finder, reader = self._finder.get(), self._reader.get()
        self._runtime = None if reader is None else reader.runtime
        if finder is not None:
            self._finder.works()
        if reader is not None:
            self._reader.works()
        return None if finder is None or reader is None else (finder, reader)

    def _tell_all(self) -> None:
        for part in (self._camera, self._finder, self._reader):
            if part.condition is not None:
                self._send(part.condition)

    def _tell(self, part: Part) -> None:
        _log.log(logging.INFO if part.ok else logging.WARNING, "%s", part.message)
        self._send(part)

    def _rest(self, began: float, stop: threading.Event) -> None:
        """Until the next look is due, or something is asked."""
        until = began + 1.0 / self._rate()
        while (left := until - self._clock()) > 0 and not self._nudge.is_set():
            if stop.wait(min(left, _LISTEN_S)):
                return
            self._pulse()

    def _rate(self) -> float:
        seen = self._seen_at
        if seen is not None and self._clock() - seen < self._pace.linger_s:
            return self._pace.rate
        return self._pace.idle_rate


def _read(picture: Image, found: FoundFace, reader: EmotionReader) -> Face:
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
