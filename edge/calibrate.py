"""`moodbox calibrate`: watches the listener's face at rest through the running box, and tells box.

The tool sees readings only, as box does; box alone writes what comes of it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final, TextIO

import msgspec

from edge.config import rest
from edge.errors import CalibrationError
from edge.messages import (
    MOODS,
    AskRest,
    Mood,
    Published,
    Reading,
    Rest,
    RestKept,
)
from edge.mind.rest import Watched, watch
from edge.progress import Progress
from edge.tool_line import Line

GIVE_UP_S: Final = 60.0
_ROOM = 3.0
"""Longer watching may take so many times as long before it is given up."""
_SILENT_S = 1.0
_BAR = 20
_HINTS: Final = {
    "nobody": "sit down before the camera and look at it",
    "small": "come nearer to the camera",
    "dark": "there is too little light on your face",
    "blurred": "hold still; if that does not help, wipe the lens",
    "low_score": "let the camera see your whole face",
    "turned": "look straight at the camera",
    "tilted": "hold your head upright",
    "another": "only you should be in the picture",
    "left": "stay before the camera",
    "off": "the camera is off; switch it on, or start the eye",
    "silent": "the eye tells nothing: `moodbox doctor` says what is wrong with the camera",
}
"""What to do, by what stood in the way."""
_BEGUN_ANEW: Final = {
    "another": "Another face is looked at now: begun anew.",
    "left": "Nobody was there for two seconds: begun anew.",
}


class Wait:
    """What stood in the way for how long, until it is too long."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._limit_s = max(GIVE_UP_S, _ROOM * seconds)
        self._wanted_s = seconds
        self._began = self._counted = self._heard_at = clock()
        self._hindered: dict[str, float] = defaultdict(float)
        self.now = "silent"
        self.camera_off = False
        """By the listener's wish, or because no eye has come so far."""

    def count(self, watched: Watched, *, heard: bool, lost_s: float = 0.0) -> None:
        """Once for all that comes, and for each moment in which nothing does."""
        now = self._clock()
        if heard:
            self._heard_at = now
            self.now = watched.hindrance or ""
            if watched.fresh is not None:
                self._hindered[watched.fresh] += lost_s
        elif now - self._heard_at > _SILENT_S:
            self.now = "off" if self.camera_off else "silent"
        if self.now:
            self._hindered[self.now] += now - self._counted
        self._counted = now
        if now - self._began > self._limit_s:
            self._give_up()

    def _give_up(self) -> None:
        most = max(self._hindered, key=self._hindered.__getitem__, default="silent")
        raise CalibrationError(
            f"In {self._limit_s:.0f} s one face could not be watched for {self._wanted_s:.0f} s, "
            f"and nothing was stored: {_HINTS.get(most, _HINTS['low_score'])}."
        )


def run(line: Line, seconds: float, out: TextIO, err: TextIO, *, json: bool) -> int:
    """Watch, and have it stored."""
    mean = _watch(line, seconds, err)
    problem = rest.wrong(mean)
    if problem is not None:
        raise CalibrationError(f"{problem} Nothing was stored.")
    return _tell(line.ask(Rest(probabilities=mean, seconds=seconds)), out, json=json)


def where(line: Line) -> str:
    """The file in which box keeps it."""
    return line.ask(AskRest()).path


def show(line: Line, out: TextIO, *, json: bool) -> int:
    """What is stored."""
    return _tell(line.ask(AskRest()), out, json=json)


def reset(line: Line, out: TextIO, *, json: bool) -> int:
    """Have it forgotten."""
    return _tell(line.ask(Rest(probabilities=None)), out, json=json)


def _watch(line: Line, seconds: float, err: TextIO) -> dict[Mood, float]:
    line.watch()
    watched, wait = Watched(), Wait(seconds)
    with Progress(err, None) as progress:
        while watched.seconds < seconds:
            heard, before = line.next(), watched.seconds
            if isinstance(heard, Published) and heard.topic.endswith("/state"):
                wait.camera_off = heard.payload.get("camera") == "off"
            elif isinstance(heard, Reading):
                watched = watch(watched, heard)
                if watched.fresh is not None:
                    progress.clear()
                    print(_BEGUN_ANEW[watched.fresh], file=err, flush=True)
            wait.count(watched, heard=isinstance(heard, Reading), lost_s=before)
            progress.show(partial(_so_far, watched, seconds, wait.now))
    return watched.mean


def _so_far(watched: Watched, seconds: float, hindrance: str) -> str:
    done = min(watched.seconds / seconds, 1.0)
    bar = ("#" * round(done * _BAR)).ljust(_BAR, ".")
    waits_for = _HINTS.get(hindrance, "look at the camera and let your face rest")
    return f"[{bar}] {watched.seconds:.0f} of {seconds:.0f} s: {waits_for}"


def _tell(kept: RestKept, out: TextIO, *, json: bool) -> int:
    """The answer, whatever was asked."""
    if kept.problem is not None:
        raise CalibrationError(kept.problem)
    when = None if kept.wall is None else _utc(kept.wall)
    if json:
        answer = {
            "schema": 1,
            "stored": kept.probabilities is not None,
            "path": kept.path,
            "at": when,
            "seconds": kept.seconds,
            "model": kept.model,
            "probabilities": kept.probabilities,
        }
        print(msgspec.json.encode(answer).decode(), file=out)
    elif kept.probabilities is None:
        print("No face at rest is stored; faces are read as most people's.", file=out)
    else:
        shares = kept.probabilities
        ranked = sorted(MOODS, key=lambda mood: -shares[mood])
        numbers = ", ".join(f"{mood} {shares[mood]:.2f}" for mood in ranked)
        print(f"Your face at rest reads {numbers}.", file=out)
        print(f"Watched for {kept.seconds:.0f} s at {when}, kept in {kept.path};", file=out)
        print("`moodbox calibrate --reset` forgets it.", file=out)
    return 0


def _utc(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
