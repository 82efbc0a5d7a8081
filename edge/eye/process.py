"""eye's loop: looks at its own pace, tells what it saw, and keeps nothing of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from edge.errors import CameraError, NoPictureYet
from edge.eye.looker import Looker, Seen, Taste
from edge.eye.pace import Doing, Pace, rate
from edge.eye.parts import MayBeMissing
from edge.messages import Look, Message, Part, Reading
from edge.ports import Camera, EmotionReader, FaceFinder, Image

_BUSY_LOOKS = 8.0
"""Over about so many looks is averaged what a look takes."""
_LISTEN_S = 0.1
"""How soon a wish to close the camera is noticed."""
_log = logging.getLogger("moodbox")


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
        taste: Taste = Taste(),  # noqa: B008 - a frozen value
        heat: Callable[[float], float | None] = lambda _at: None,
        clock: Callable[[], float] = time.monotonic,
        camera_works: str | None = None,
    ) -> None:
        """`heat` tells the processor's degrees at a time, where they are known."""
        self._send = send
        self._pace = pace
        self._taste = taste
        self._heat = heat
        self._pulse = pulse
        self._clock = clock
        self._camera = MayBeMissing("camera", open_camera, self._tell, clock, camera_works)
        self._finder = MayBeMissing("detector", open_finder, self._tell, clock)
        self._reader = MayBeMissing("model", open_reader, self._tell, clock)
        self._runtime: str | None = None
        self._wanted: bool | None = None
        """None until box has said."""
        self._report = False
        self._nudge = threading.Event()
        """Something was asked: do not wait for the next look."""
        self._seen_at: float | None = None
        self._doing: Doing = "waiting"
        self._look_s = 0.0
        """What a look takes, on the average of the last ones."""
        self._looker: Looker | None = None
        self._looks_with: tuple[FaceFinder, EmotionReader] | None = None

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
            self._forget()
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
        except NoPictureYet:
            self._nudge.set()  # ask again at once: `read` has waited already
            return
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
        seen = self._eyes(finder, reader).look(picture, taken)
        self._remember(seen, taken)
        self._send(
            Reading(
                at=taken,
                faces=seen.faces,
                listener=seen.listener,
                width=picture.shape[1],
                height=picture.shape[0],
                stage_ms={"capture": round((taken - began) * 1000, 2), **seen.stage_ms},
            )
        )

    def _eyes(self, finder: FaceFinder, reader: EmotionReader) -> Looker:
        """Who remembers the last pictures; somebody new once the models have changed."""
        if self._looker is None or self._looks_with != (finder, reader):
            self._looks_with = (finder, reader)
            self._looker = Looker(finder, reader, self._taste)
        return self._looker

    def _remember(self, seen: Seen, taken: float) -> None:
        now = self._clock()
        if seen.faces:
            self._seen_at = now
        self._doing = seen.doing
        self._look_s += (now - taken - self._look_s) / _BUSY_LOOKS

    def _forget(self) -> None:
        """Nothing of what was seen outlives the camera's closing."""
        self._looker, self._looks_with = None, None
        self._seen_at, self._doing = None, "waiting"

    def _models(self) -> tuple[FaceFinder, EmotionReader] | None:
        finder, reader = self._finder.get(), self._reader.get()
        self._runtime = None if reader is None else reader.runtime
        if finder is not None:
            self._finder.works()
        if reader is not None:
            self._reader.works(reader.runtime)
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
        now = self._clock()
        since_s = None if self._seen_at is None else now - self._seen_at
        return rate(self._pace, self._doing, since_s, self._look_s, self._heat(now))
