"""`moodbox bench mood`: how soon the box knows a mood, and how steady it stays."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TextIO

import msgspec

from edge.bench.plot import Curve, Point, plot
from edge.bench.report import Report, Result, machine
from edge.bench.simple_ways import SECONDS
from edge.bench.spells import faces_in
from edge.bench.steadiness import Steadiness
from edge.bench.trials import CHUNK, MOODBOX, TRIALS, Outcome, best_tuning, sum_up, watch
from edge.mind.mood import Temper
from edge.progress import Progress

_PARTS = (
    ("to settle, median", "median_s", "s", 1.0),
    ("to settle, 95 %", "p95_s", "s", 1.0),
    ("false switches", "switches_per_h", "/h", 1.0),
    ("right after settling", "right", "%", 100.0),
    ("never settled", "never", "%", 100.0),
)
"""What is told of each way: name, field, unit and what it is multiplied by."""


def run(
    readings: Path,
    temper: Temper,
    sessions: int,
    out: TextIO,
    err: TextIO,
    *,
    json: bool,
    picture: Path | None = None,
) -> int:
    """Measure on all cores, and tell it."""
    faces = faces_in(readings)
    began, chunks = time.monotonic(), -(-sessions // CHUNK)
    outcomes, done = [], 0
    with Progress(err, StringIO()) as progress, ProcessPoolExecutor(os.cpu_count()) as pool:
        for trial in TRIALS:
            parts = []
            for part in pool.map(partial(watch, faces, temper, trial), range(chunks)):
                parts.append(part)
                done += 1
                passed, share = time.monotonic() - began, done / (chunks * len(TRIALS))
                progress.show(partial(_so_far, trial.name, share, passed))
            outcomes.append(sum_up(trial, parts))
    report = Report(bench="mood", machine=machine(), results=list(results(outcomes)))
    if picture is not None:
        picture.write_text(plot(*curves(outcomes[0])), encoding="utf-8")
    print(
        msgspec.json.encode(report).decode() if json else "\n".join(table(outcomes)),
        file=out,
    )
    return 0


def _so_far(name: str, share: float, passed: float) -> str:
    return f"{100 * share:3.0f} %, {passed * (1 / share - 1):.0f} s left: {name}"


def results(outcomes: Sequence[Outcome]) -> Iterator[Result]:
    """Every figure, for `--json`."""
    for outcome in outcomes:
        name = outcome.trial.name
        for way, one in outcome.ways.items():
            yield from _figures(f"{way}, {name}", one)
        for mood, one in outcome.by_mood.items():
            yield from _figures(f"{MOODBOX}, {mood}, {name}", one)
        for way, tunings in outcome.tuned.items():
            for held_s, one in tunings:
                yield from _figures(f"{way}, tuned to {held_s:g} s, {name}", one)
        update = round(outcome.update_us, 1)
        yield Result(name=f"an update, {name}", value=update, unit="us")


def _figures(name: str, one: Steadiness) -> Iterator[Result]:
    for what, field, unit, times in _PARTS:
        value = round(times * getattr(one, field), 3)
        yield Result(name=f"{what}, {name}", value=value, unit=unit, n=one.spells)


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """For a person."""
    lines = [f"{'':44} {'settled':>8} {'95 %':>7} {'false switches':>15} {'right':>7}"]
    for outcome in outcomes:
        spells = outcome.ways[MOODBOX].spells
        lines += ["", f"{outcome.trial.name} ({spells} spells of a minute)"]
        lines += [_row(way, one) for way, one in outcome.ways.items()]
        if outcome.tuned:
            lines.append("  tuned to no more false switches than moodbox:")
            lines += [_tuned(outcome, way) for way in outcome.tuned]
            lines.append(f"  {MOODBOX}, by mood:")
            lines += [_row(f"  {mood}", one) for mood, one in outcome.by_mood.items()]
            lines.append(f"  one update takes {outcome.update_us:.0f} us")
    return lines


def _tuned(outcome: Outcome, way: str) -> str:
    best = best_tuning(outcome, way)
    if best is None:
        return f"    {way}: never, up to {max(SECONDS):g} s"
    held_s, one = best
    return _row(
        f"  {way.split(',', maxsplit=1)[0].removesuffix(' of the last 10')}, {held_s:g} s", one
    )


def _row(name: str, one: Steadiness) -> str:
    return (
        f"  {name:42} {one.median_s:6.2f} s {one.p95_s:5.1f} s"
        f" {one.switches_per_h:13.1f}/h {100 * one.right:5.1f} %"
    )


def curves(outcome: Outcome) -> tuple[Point, list[Curve]]:
    """What the picture shows: time to settle by false switches, over each way's tunings."""
    ours = outcome.ways[MOODBOX]
    drawn = [
        Curve(
            way,
            tuple(Point(one.switches_per_h, one.median_s, f"{held_s:g} s") for held_s, one in all_),
        )
        for way, all_ in outcome.tuned.items()
    ]
    return Point(ours.switches_per_h, ours.median_s, MOODBOX), drawn
