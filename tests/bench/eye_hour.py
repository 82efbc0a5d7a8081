"""What an hour of video leaves behind in eye's memory."""

from __future__ import annotations

import numpy as np

from edge.bench.looks import resident_mb
from edge.eye.looker import Looker
from edge.ports import Image
from tests.bench.figures import VGA, Faces, Models, Result, figure, one_of
from tests.bench.streams import EmptyRoom, Room, SwayingRoom

_RATE = 8
_SCENE_S = 15
"""People come and go so often."""
_SETTLED_S = 300
_HOUR_S = 3600


def an_hour(models: Models, known: Faces, seconds: int = _HOUR_S) -> list[Result]:
    """Resident memory after five minutes of the video's time, at its end, and the most between."""
    frames = _film(known)
    looker = Looker(models.finder, models.reader)
    resident: list[float] = []
    for number in range(seconds * _RATE):
        looker.look(frames[number % len(frames)], number / _RATE)
        if number % (10 * _RATE) == 0 and number >= _SETTLED_S * _RATE:
            resident.append(resident_mb())
    name = f"memory over {seconds // 60} minutes of video"
    return [
        figure(f"{name}, after {_SETTLED_S // 60}", resident[0], "MB", 1),
        figure(f"{name}, growth to the end", resident[-1] - resident[0], "MB", len(resident)),
        figure(f"{name}, growth to the most", max(resident) - resident[0], "MB", len(resident)),
    ]


def _film(known: Faces) -> list[Image]:
    """Somebody, nobody, somebody else: a minute that is shown again and again."""
    rooms: list[Room] = [
        SwayingRoom(one_of(known, 1), 200, VGA, 1),
        EmptyRoom(VGA, 2, restless=True),
        SwayingRoom(one_of(known, 3), 60, VGA, 3),
        EmptyRoom(VGA, 4),
    ]
    return [
        np.ascontiguousarray(room.frame(number / _RATE))
        for room in rooms
        for number in range(_SCENE_S * _RATE)
    ]
