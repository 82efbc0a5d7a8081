"""A part that may be missing: when it is opened, and what is said of it."""

from __future__ import annotations

from itertools import pairwise

from edge.errors import CameraError
from edge.eye.parts import FIRST_PAUSE_S, LONGEST_PAUSE_S, MayBeMissing
from edge.messages import Part


class Thing:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


class Bench:
    """A part on a clock that the test turns."""

    def __init__(self) -> None:
        self.now = 100.0
        self.there = True
        self.attempts = 0
        self.told: list[Part] = []
        self.part = MayBeMissing("camera", self._open, self.told.append, lambda: self.now)

    def _open(self) -> Thing:
        self.attempts += 1
        if not self.there:
            raise CameraError("There is no camera.")
        return Thing()

    def pauses(self, seconds: float) -> list[float]:
        """When it was tried again, over this time."""
        begin, tried, times = self.now, self.attempts, []
        while self.now < begin + seconds:
            self.now += 0.1
            self.part.get()
            if self.attempts > tried:
                tried = self.attempts
                times.append(self.now)
        return [later - earlier for earlier, later in pairwise(times)]


def test_it_is_opened_once_and_kept() -> None:
    bench = Bench()
    thing = bench.part.get()
    assert thing is not None
    assert bench.part.get() is thing
    assert bench.attempts == 1
    assert bench.told == []
    bench.part.works()
    bench.part.works()
    assert bench.told == [Part(part="camera", ok=True, message="The camera works.")]


def test_while_it_is_away_the_pauses_grow_to_a_bound() -> None:
    bench = Bench()
    bench.there = False
    pauses = bench.pauses(200)
    assert pauses[0] < 2.5 * FIRST_PAUSE_S
    assert all(later >= earlier - 0.2 for earlier, later in pairwise(pauses))
    assert LONGEST_PAUSE_S - 0.2 <= pauses[-1] <= LONGEST_PAUSE_S + 0.2
    assert bench.told == [Part(part="camera", ok=False, message="There is no camera.")]


def test_one_that_worked_for_long_is_opened_soon_after_it_failed() -> None:
    bench = Bench()
    bench.there = False
    bench.pauses(100)
    bench.there = True
    bench.pauses(LONGEST_PAUSE_S + 1)
    thing = bench.part.get()
    assert thing is not None
    bench.now += 60
    bench.part.failed("It was unplugged.")
    assert thing.closed == 1
    assert bench.part.get() is None
    bench.now += FIRST_PAUSE_S
    assert bench.part.get() is not None


def test_one_that_fails_at_once_is_not_hurried() -> None:
    bench = Bench()
    for _ in range(10):
        while bench.part.get() is None:
            bench.now += 0.1
        bench.part.failed("It gives no pictures.")
    assert bench.now > 100 + 2 * LONGEST_PAUSE_S
    assert [part.ok for part in bench.told] == [False]


def test_a_rest_is_told_once_and_ends_at_once() -> None:
    bench = Bench()
    thing = bench.part.get()
    assert thing is not None
    bench.part.works()
    for _ in range(3):
        bench.part.rest("The camera is closed.", ok=True)
    assert thing.closed == 1
    assert bench.part.get() not in (None, thing)
    bench.part.works()
    said = [part.message for part in bench.told]
    assert said == ["The camera works.", "The camera is closed.", "The camera works."]
