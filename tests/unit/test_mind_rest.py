"""A face at rest is averaged by the second, over one and the same face, out of what can be read."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from edge.messages import Face, Mood, Reading
from edge.mind.rest import Watched, watch
from tests.readings import face, reading


def somebody(mood: Mood, number: int | None = 1, reasons: tuple[str, ...] = ()) -> Face:
    return replace(face(mood), id=number, usable=not reasons, reasons=reasons)


def after(*readings: Reading) -> Watched:
    watched = Watched()
    for one in readings:
        watched = watch(watched, one)
    return watched


def test_the_mean_goes_by_seconds_not_by_readings() -> None:
    often = [reading(n / 30, somebody("sad")) for n in range(61)]  # 2 s of it
    seldom = [reading(2 + n / 2, somebody("neutral")) for n in range(1, 5)]  # and 2 s of this
    watched = after(*often, *seldom)
    assert watched.seconds == pytest.approx(4)
    assert watched.mean["sad"] == pytest.approx(watched.mean["neutral"])
    assert sum(watched.mean.values()) == pytest.approx(1)


@pytest.mark.parametrize("rate", [2, 8, 30])
def test_it_takes_as_long_at_every_pace(rate: int) -> None:
    watched = after(*(reading(n / rate, somebody("sad")) for n in range(10 * rate + 1)))
    assert watched.seconds == pytest.approx(10)


def test_nothing_was_seen_of_nothing() -> None:
    assert Watched().mean == {}
    assert after(reading(0, somebody("sad"))).seconds == 0


def test_a_pause_in_the_readings_is_not_time_that_was_watched() -> None:
    watched = after(*(reading(at, somebody("sad")) for at in (0, 0.5, 2.4)))
    assert watched.seconds == pytest.approx(1.5)


def test_what_cannot_be_read_does_not_count_and_says_why() -> None:
    dark = [reading(n / 8, somebody("happy", reasons=("dark", "small"))) for n in range(1, 41)]
    watched = after(reading(0, somebody("sad")), *dark)
    assert watched.seconds == 0
    assert watched.hindrance == "dark"
    watched = watch(watched, reading(5.125, somebody("sad")))
    assert watched.seconds == pytest.approx(0.125)
    assert watched.hindrance is None
    assert watched.mean["happy"] < 0.1


def test_another_face_begins_anew_and_says_so() -> None:
    first = after(*(reading(n / 8, somebody("sad", 1)) for n in range(41)))
    assert first.seconds == pytest.approx(5)
    second = watch(first, reading(5.125, somebody("angry", 2)))
    assert (second.fresh, second.seconds, second.mean) == ("another", 0, {})
    third = watch(second, reading(5.25, somebody("angry", 2)))
    assert (third.fresh, third.seconds) == (None, pytest.approx(0.125))


def test_who_looks_away_for_a_moment_goes_on_and_who_leaves_begins_anew() -> None:
    here = after(*(reading(n / 8, somebody("sad")) for n in range(17)))
    away = watch(watch(here, reading(2.5)), reading(4.0))
    assert away.hindrance == "nobody"
    assert watch(away, reading(4.0 + 1 / 8, somebody("sad"))).fresh == "left"
    back = watch(watch(here, reading(3.5)), reading(3.9, somebody("sad")))
    assert back.fresh is None
    assert back.seconds == pytest.approx(2.4)
    gone = watch(watch(here, reading(3.0)), reading(4.1))
    assert (gone.fresh, gone.seconds, gone.hindrance) == ("left", 0, "nobody")
    assert watch(gone, reading(4.2)).fresh is None


def test_an_older_reading_changes_nothing() -> None:
    here = after(*(reading(n / 8, somebody("sad")) for n in range(17)))
    assert watch(here, reading(1.0, somebody("happy", 2))) == here
