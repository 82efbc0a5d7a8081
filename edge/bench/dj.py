"""`moodbox bench dj`: how well songs are chosen for listeners of known taste, and how fast."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from io import StringIO
from random import Random
from typing import TextIO, get_args

import msgspec

from edge.bench.hearings import Hearing, Sum, hear, sum_up
from edge.bench.listeners import collection
from edge.bench.report import Report, Result, machine, quantile
from edge.bench.ways_to_choose import WAYS
from edge.messages import MOODS, Lesson, Now, Policy
from edge.mind.dj import Record, Wish, choose
from edge.mind.features import of_choice
from edge.mind.house import House
from edge.mind.shelves import arrange
from edge.mind.taste import Taste, learn
from edge.progress import Progress

COLLECTION = 2000
MANY = 100_000
_PARTS = (
    ("enjoyed", "likes", "%", 100.0),
    ("enjoyed, last half before the change", "late_likes", "%", 100.0),
    ("regret", "regret", "%", 100.0),
    ("repeats within two hours", "repeats", "%", 100.0),
    ("artist twice in a row", "artist_twice", "%", 100.0),
    ("coverage", "coverage", "%", 100.0),
)


class Speed(msgspec.Struct, frozen=True):
    """What a choice among many songs costs."""

    arrange_s: float
    choices_ms: list[float]
    lesson_ms: float


def run(listeners: int, songs: int, out: TextIO, err: TextIO, *, json: bool) -> int:
    """Measure on all cores, and tell it."""
    began = time.monotonic()
    hearings: list[Hearing] = []
    work = partial(hear, songs=songs, size=COLLECTION)
    with Progress(err, StringIO()) as progress:
        speed = time_choices()
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for done, some in enumerate(pool.map(work, range(listeners)), start=1):
                hearings += some
                left = (time.monotonic() - began) * (listeners / done - 1)
                progress.show(
                    partial("{:3.0f} %, {:.0f} s left".format, 100 * done / listeners, left)
                )
    sums = [sum_up(way.name, hearings, COLLECTION, learns=way.learns) for way in WAYS]
    if json:
        figures = [*results(sums, listeners * songs), *_speeds(speed)]
        report = Report(bench="dj", machine=machine(), results=figures)
        print(msgspec.json.encode(report).decode(), file=out)
    else:
        print("\n".join(table(sums, speed, listeners, songs)), file=out)
    return 0


def time_choices(count: int = MANY, choices: int = 200) -> Speed:
    """One after the other, in this process, with a long history and a taste that was taught.

    Counted is the time of the processor, for others may be using it meanwhile.
    """
    tracks, dice = collection(count), Random(5)  # noqa: S311 - no secret
    by_id = {track.id: track for track in tracks}
    began = time.process_time()
    shelves = arrange(tracks, House())
    arranged = time.process_time() - began
    lessons = []
    for track in dice.sample(tracks, min(count, 60)):
        features = of_choice(shelves.features[track.id], 0.2, True)
        mood = dice.choice(MOODS)
        lessons.append(Lesson(track_id=track.id, mood=mood, what="liked", features=features))
    began = time.process_time()
    taste = Taste()
    for lesson in lessons:
        taste = learn(taste, lesson)
    lesson_ms = (time.process_time() - began) * 1000 / len(lessons)
    heard = [track.id for track in dice.sample(tracks, min(count, 200))]
    record = Record(heard=heard, plays=dict.fromkeys(heard, 1), taste=taste)
    times = []
    for number in range(choices):
        language = ("any", "hi")[number % 2]
        wish = Wish(
            mood=dice.choice(MOODS), policy=dice.choice(get_args(Policy)), language=language
        )
        began = time.process_time()
        choose(by_id, shelves, wish, record, Now(at=0.0, wall=0.0), dice.random())
        times.append((time.process_time() - began) * 1000)
    return Speed(arranged, times, lesson_ms)


def results(sums: Sequence[Sum], hearings: int) -> Iterator[Result]:
    """Every figure, for `--json`."""
    for one in sums:
        for name, field, unit, times in _PARTS:
            value = round(times * getattr(one, field), 3)
            yield Result(name=f"{name}, {one.way}", value=value, unit=unit, n=hearings)
        if one.recovery is not None:
            name = f"recovery after a change of taste, {one.way}"
            yield Result(name=name, value=one.recovery, unit="songs")


def _speeds(speed: Speed) -> Iterator[Result]:
    half, most = (round(quantile(speed.choices_ms, share), 2) for share in (0.5, 0.95))
    name = f"a choice among {MANY} songs"
    yield Result(name=name, value=half, unit="ms", n=len(speed.choices_ms), p50=half, p95=most)
    yield Result(name=f"putting {MANY} songs in order", value=round(speed.arrange_s, 2), unit="s")
    yield Result(name="a lesson", value=round(speed.lesson_ms, 2), unit="ms")


def table(sums: Sequence[Sum], speed: Speed, listeners: int, songs: int) -> list[str]:
    """For a person."""
    lines = [
        f"{listeners} listeners, {songs} songs each of {COLLECTION};"
        " their taste changes after half of them",
        f"{'':26} {'enjoyed':>8} {'regret':>7} {'repeats':>8} {'artist':>7} {'coverage':>9}"
        f" {'recovery':>9}",
    ]
    for one in sums:
        back = "-" if one.recovery is None else f"{one.recovery} songs"
        lines.append(
            f"{one.way:26} {one.likes:8.1%} {one.regret:7.1%} {one.repeats:8.1%}"
            f" {one.artist_twice:7.1%} {one.coverage:9.1%} {back:>9}"
        )
    half, most = (quantile(speed.choices_ms, share) for share in (0.5, 0.95))
    return [
        *lines,
        "",
        f"a choice among {MANY} songs: median {half:.1f} ms of one core, 95 % under {most:.1f};"
        f" {speed.arrange_s:.1f} s to put them in order, {speed.lesson_ms:.1f} ms for a lesson",
    ]
