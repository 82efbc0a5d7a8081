"""Readings into one steady mood: the same at every pace, deaf to grimaces, patient with absence."""

from __future__ import annotations

import pytest

from edge.messages import MOODS, Face, Mood, Reading
from edge.mind.mood import Belief, Temper, update

TEMPER = Temper()


def reading(at: float, mood: Mood | None, sure: float = 0.8, *, usable: bool = True) -> Reading:
    if mood is None:
        return Reading(at=at)
    rest = (1 - sure) / 6
    probabilities = {name: sure if name == mood else rest for name in MOODS}
    face = Face(
        box=(0, 0, 200, 200),
        score=0.9,
        probabilities=probabilities,
        mood=mood,
        confidence=sure,
        usable=usable,
    )
    return Reading(at=at, faces=(face,), listener=0)


def watch(
    belief: Belief, mood: Mood | None, begin: float, seconds: float, rate: float = 8
) -> Belief:
    for step in range(round(seconds * rate)):
        belief = update(belief, reading(begin + step / rate, mood), TEMPER)
    return belief


def test_somebody_must_stay_a_moment_to_be_there() -> None:
    belief = watch(Belief(), "happy", 0, 0.5)
    assert not belief.present
    assert belief.mood is None
    belief = watch(belief, "happy", 0.5, 1)
    assert belief.present
    assert belief.mood == "happy"
    assert belief.people == 1


@pytest.mark.parametrize("rate", [2, 8, 30])
def test_a_new_mood_takes_over_after_the_same_time_at_every_rate(rate: float) -> None:
    belief = watch(Belief(), "sad", 0, 10, rate)
    switched = None
    for step in range(round(6 * rate)):
        at = 10 + step / rate
        belief = update(belief, reading(at, "happy"), TEMPER)
        if belief.mood == "happy" and switched is None:
            switched = at - 10
    assert switched is not None
    assert switched == pytest.approx(2.3, abs=0.6)


def test_a_grimace_does_not_switch() -> None:
    belief = watch(Belief(), "neutral", 0, 10)
    belief = watch(belief, "angry", 10, 1)
    belief = watch(belief, "neutral", 11, 1)
    assert belief.mood == "neutral"
    assert belief.mood_at < 10


def test_an_unusable_face_says_that_somebody_is_there_but_not_how() -> None:
    belief = Belief()
    for step in range(40):
        belief = update(belief, reading(step / 8, "angry", usable=False), TEMPER)
    assert belief.present
    assert belief.mood is None


def test_a_turned_head_is_nobody_leaving() -> None:
    belief = watch(Belief(), "happy", 0, 5)
    belief = watch(belief, None, 5, 3)
    assert belief.present
    assert belief.mood == "happy"


def test_an_empty_chair_is_no_mood() -> None:
    belief = watch(Belief(), "happy", 0, 5)
    belief = watch(belief, None, 5, 6)
    assert not belief.present
    assert belief.mood is None
    assert belief.people == 0


def test_a_late_reading_changes_nothing() -> None:
    belief = watch(Belief(), "happy", 0, 5)
    assert update(belief, reading(1.0, "sad"), TEMPER) is belief


def test_people_are_counted_without_flicker() -> None:
    belief = watch(Belief(), "happy", 0, 3)
    one = reading(3.0, "happy")
    two = Reading(at=3.125, faces=one.faces * 2, listener=0)
    belief = update(update(belief, one, TEMPER), two, TEMPER)
    assert belief.people == 1
    for step in range(8):
        belief = update(
            belief, Reading(at=3.25 + step / 8, faces=one.faces * 2, listener=0), TEMPER
        )
    assert belief.people == 2
