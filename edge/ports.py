"""The narrow protocols behind which hardware and services stand.

Each has one suite of contract tests (tests/contracts) over its real and its replayed side.
Whatever is opened is a context manager's business, and `close()` may be called twice.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edge.messages import Mood

Image = NDArray[np.uint8]
"""Pixels as height × width × 3 (RGB) or height × width (grey)."""
Samples = NDArray[np.float32]
"""Sound as frames × 2, in −1…1."""


class Camera(Protocol):
    """Gives the newest picture."""

    kind: str
    """Its name in `info` and health: `demo`, `v4l2`, `file`, `folder` …"""

    def read(self) -> Image:
        """The newest upright RGB picture; waits at most a second, else CameraError."""
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

    def start(self) -> None: ...

    def alive(self) -> bool:
        """False once the loudspeaker was lost; it must then be closed and opened anew."""
        ...

    def close(self) -> None: ...


class Publisher(Protocol):
    """Takes messages to the broker; never blocks, never raises for an absent broker."""

    def publish(self, topic: str, payload: dict[str, Any] | str) -> None:
        """`topic` without prefix and id: `state`, `event`, `log` …"""
        ...

    def close(self) -> None: ...


class Supervisor(Protocol):
    """Whoever watches over this process: systemd, or nobody."""

    def ready(self, status: str) -> None: ...
    def alive(self) -> None: ...
    def status(self, text: str) -> None: ...
    def stopping(self) -> None: ...
