"""`moodbox replay`: what the box would have believed of a film, at the film's own time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec
from msgspec.structs import replace

from edge.classify import as_json
from edge.config import EyeConfig, rest
from edge.errors import CalibrationError, PictureError
from edge.eye.isolation import give_up_network
from edge.messages import Now, Reading, Settings, State, Value
from edge.mind import conductor
from edge.mind.emission import Emission, at_rest, emission
from edge.mind.situation import Rules
from edge.progress import Progress

if TYPE_CHECKING:
    from edge.eye.film import Film
    from edge.eye.model_card import Card
    from edge.seeing import Sight


class Request(Value, frozen=True):
    """How to look."""

    models: Path
    rules: Rules
    """How the model reads faces is taken from its card."""
    eye: EyeConfig = EyeConfig()
    rate: float = 8.0
    """Looks a second of the film."""
    every: bool = False
    """Look at every frame."""
    rest: Path | None = None
    """The listener's face at rest, where the film shows the listener."""
    json: bool = False


def run(request: Request, video: Path, out: TextIO, err: TextIO) -> int:
    """Tell readings and events as they come, as fast as the machine can."""
    give_up_network()
    # Only now: these import what could open a connection.
    from edge.eye.film import Film
    from edge.seeing import Sight

    began = time.monotonic()
    with Film(video) as film, Sight(request.models, request.eye) as sight:
        looks = _look_through(film, sight, request, out, err)
        end = {
            "t": round(film.duration_s, 3),
            "type": "end",
            "frames": film.frames,
            "looks": looks,
            "duration_s": round(film.duration_s, 3),
            "wall_s": round(time.monotonic() - began, 3),
        }
        _tell(end, out, json=request.json)
        if film.cut_off:
            raise PictureError(
                "truncated",
                f"The video {video} breaks off: {film.frames} of {film.promised} frames are there.",
            )
    return 0


def _look_through(film: Film, sight: Sight, request: Request, out: TextIO, err: TextIO) -> int:
    """Look at all frames that are due, and tell what comes of it; how many those were."""
    reader = _reader(sight.reader.card, request.rest)
    mind, look, looks = Mind(replace(request.rules, reader=reader)), sight.film(), 0
    began = time.monotonic()
    with Progress(err, out) as progress:
        for t in _due(film.times(), None if request.every else request.rate):
            picture = film.picture()
            seen = look(picture, t)
            looks += 1
            height, width = picture.shape[:2]
            reading = Reading(
                at=t, faces=seen.faces, listener=seen.listener, width=width, height=height
            )
            for line in (_reading(reading), *mind.take(reading)):
                _tell(line, out, json=request.json)
            progress.show(lambda: _so_far(film, time.monotonic() - began))
    return looks


def _reader(card: Card, path: Path | None) -> Emission:
    """How the model reads faces, and the listener's where its rest is asked for."""
    reader = emission(card.confusion.counts)
    if path is None:
        return reader
    kept, problem = rest.read(path, card.sha256)
    if kept is None:
        raise CalibrationError(
            problem or f"No face at rest is stored in {path}: `moodbox calibrate` stores one."
        )
    return at_rest(reader, kept.probabilities)


def _due(times: Iterator[float], rate: float | None) -> Iterator[float]:
    """The frames that the eye would have looked at; all where there is no rate."""
    due = 0.0
    for t in times:
        if rate is None:
            yield t
        elif t >= due:
            yield t
            due = max(due, t - 1 / rate) + 1 / rate


class Mind:
    """The box's own mind, fed with readings alone."""

    def __init__(self, rules: Rules) -> None:
        self._situation = conductor.begin(rules, Settings())

    def take(self, reading: Reading) -> list[dict[str, Any]]:
        """What has changed by it: lines of presence and mood."""
        before = self._situation.state
        now = Now(at=reading.at, wall=reading.at)
        self._situation, _ = conductor.handle(self._situation, reading, now, 0.5)
        return changes(before, self._situation.state, reading.at)


def changes(before: State, after: State, t: float) -> list[dict[str, Any]]:
    """The lines that tell of the difference between two states."""
    lines: list[dict[str, Any]] = []
    at = round(t, 3)
    if (before.presence, before.people) != (after.presence, after.people):
        here = {"presence": after.presence, "people": after.people}
        lines.append({"t": at, "type": "presence", **here})
    if before.mood != after.mood:
        lines.append(
            {
                "t": at,
                "type": "mood",
                "from": before.mood,
                "to": after.mood,
                "confidence": _rounded(after.confidence),
                "valence": _rounded(after.valence),
                "arousal": _rounded(after.arousal),
                "trend": after.trend,
            }
        )
    return lines


def _reading(reading: Reading) -> dict[str, Any]:
    mood = None if reading.listener is None else reading.faces[reading.listener].mood
    return {
        "t": round(reading.at, 3),
        "type": "reading",
        "faces": [as_json(face) for face in reading.faces],
        "listener": reading.listener,
        "mood": mood,
    }


def _tell(line: dict[str, Any], out: TextIO, *, json: bool) -> None:
    text = msgspec.json.encode(line).decode() if json else _sentence(line)
    if text:
        print(text, file=out, flush=True)


def _sentence(line: dict[str, Any]) -> str:
    """For a person; single readings are too many."""
    t = f"{line['t']:8.2f} s  "
    if line["type"] == "presence":
        people = line["people"]
        count = "" if not people else f", {people} {'person' if people == 1 else 'people'}"
        return f"{t}{line['presence']}{count}"
    if line["type"] == "mood":
        sure = "" if line["confidence"] is None else f"  {line['confidence']:.2f}"
        return f"{t}{line['to'] or 'no mood'}{sure}"
    if line["type"] == "end":
        speed = line["duration_s"] / max(line["wall_s"], 0.001)
        return f"{t}end: {line['looks']} looks in {line['wall_s']:.1f} s, {speed:.1f} × real time"
    return ""


def _so_far(film: Film, seconds: float) -> str:
    whole = f" of {film.promised / film.rate:.0f}" if film.promised else ""
    return (
        f"{film.duration_s:.0f}{whole} s, {film.duration_s / max(seconds, 0.001):.1f} × real time"
    )


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
