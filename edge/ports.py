"""The narrow protocols behind which hardware and services stand.

Each has one suite of contract tests (tests/contracts) over its real and its replayed side.
Whatever is opened is a context manager's business, and `close()` may be called twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from edge.messages import (
    Event,
    Found,
    History,
    Hits,
    Lesson,
    Log,
    Mood,
    Now,
    Published,
    Remember,
    ScanTold,
    State,
    Track,
    TracksCame,
    TracksFound,
)

if TYPE_CHECKING:
    # Not at run time: numpy starts threads, and eye gives up the network while it has one only.
    import numpy as np
    from numpy.typing import NDArray

Image: TypeAlias = "NDArray[np.uint8]"
"""Pixels as height × width × 3 (RGB) or height × width (grey)."""
Samples: TypeAlias = "NDArray[np.float32]"
"""Sound as frames × 2, in −1…1."""


class Camera(Protocol):
    """Gives the newest picture."""

    kind: str
    """Its name in `info` and health: `demo`, `v4l2`, `file`, `folder` …"""

    def read(self) -> Image:
        """The newest upright RGB picture; waits at most a second.

        NoPictureYet where that is too short and nothing is wrong so far, else CameraError.
        """
        ...

    def close(self) -> None: ...


class FoundFace(Protocol):
    """Where a face is, in pixels of the picture, with the eyes where known."""

    @property
    def box(self) -> tuple[int, int, int, int]: ...
    @property
    def score(self) -> float: ...
    @property
    def eyes(self) -> tuple[tuple[float, float], tuple[float, float]] | None: ...
    @property
    def points(self) -> tuple[tuple[float, float], ...]: ...


class FaceFinder(Protocol):
    """Finds faces in a picture."""

    def find(self, image: Image) -> list[FoundFace]: ...
    def close(self) -> None: ...


class EmotionReader(Protocol):
    """Reads the emotion of one normalised face."""

    runtime: str
    """Which library runs the model, with its version."""

    def read(self, face: Image) -> dict[Mood, float]:
        """Seven calibrated probabilities of a 48×48 grey face framed as FER2013's are."""
        ...

    def close(self) -> None: ...


class Speaker(Protocol):
    """Turns samples into sound at the pace of real time."""

    driver: str
    """What carries the sound: `pulseaudio`, `alsa`, `disk` … or `none` when silent."""
    rate: int
    delay_s: float
    """From the moment it takes a sample until that is heard, about."""

    def start(self) -> None: ...

    def alive(self) -> bool:
        """False once the loudspeaker was lost; it must then be closed and opened anew."""
        ...

    def close(self) -> None: ...


class Publisher(Protocol):
    """Tells the world; never blocks, never raises for an absent broker."""

    def show(self, state: State, now: Now) -> None:
        """Take the present state; it is published when it is due."""
        ...

    def tell(self, event: Event) -> None: ...
    def log(self, line: Log, now: Now) -> None: ...

    def introduce(self, about: Mapping[str, Any]) -> None:
        """Publish `info` with these changes to it: `camera`, `audio`, `runtime`."""
        ...

    def health(self, payload: Mapping[str, Any] | None) -> None:
        """Publish how the box is, where that is due."""
        ...

    def standing(self) -> tuple[Published, ...]:
        """The newest of each retained topic, for somebody who begins to watch."""
        ...

    def close(self) -> None:
        """Say `stopped` and leave."""
        ...


class Library(Protocol):
    """Knows the songs and what the listener said of them; called from box's loop only."""

    def tracks(self, only: Sequence[str] | None = None) -> tuple[Track, ...]:
        """All songs that can be played now, or those of these ids; slow where they are many."""
        ...

    def more(self, most: int = ...) -> TracksCame | None:
        """The next songs that were not told yet: at first all of them in no order, then changes."""
        ...

    def likes(self) -> dict[str, bool]: ...
    def heard(self) -> tuple[str, ...]:
        """Ids of the latest songs, newest last."""
        ...

    def broken(self) -> frozenset[str]:
        """Ids of the songs that could not be played."""
        ...

    def take(self, found: Found) -> TracksFound | None:
        """Keep what a scan found, and tell what came of it once it is over."""
        ...

    def job(self, *, full: bool = False, paths: Sequence[str] = (), count: bool = False) -> Any:
        """What a scan has to do, for the scanner."""
        ...

    def join(self, paths: Sequence[str], *, leave: bool = False) -> None:
        """Take folders into the library, or out of it."""
        ...

    def progress(self) -> ScanTold: ...
    def search(
        self, query: str, n: int = 20, offset: int = 0, among: Mapping[str, Track] | None = None
    ) -> Hits:
        """`among`: the songs that `more` has told so far."""
        ...

    def remember(self, note: Remember, now: Now) -> None: ...
    def history(self) -> History:
        """When and how often each song was heard."""
        ...

    def learn(self, lesson: Lesson, now: Now) -> tuple[Track, ...]:
        """Keep what the listener did; the song as it is known after that, where it is."""
        ...

    def lessons(self) -> tuple[Lesson, ...]:
        """What taught the listener's taste, oldest first."""
        ...

    def close(self) -> None: ...


class Diary(Protocol):
    """Knows which moods and songs there were; called from box's loop only."""

    def take(self, event: Event, *, keep: bool) -> None:
        """Something happened; without `keep` it only ends what went on."""
        ...

    def tend(self, wall: float, days: int) -> None:
        """Now and then: forget what is older than so many days."""
        ...

    def spans(self, since: float) -> dict[str, Any]:
        """`moods` and `tracks` since then, as the contract has them."""
        ...

    def clear(self, before: float | None) -> int:
        """Forget what ended before, or all; how many."""
        ...


class Supervisor(Protocol):
    """Whoever watches over this process: systemd, or nobody."""

    def ready(self, status: str) -> None: ...
    def alive(self) -> None: ...
    def status(self, text: str) -> None: ...
    def stopping(self) -> None: ...
