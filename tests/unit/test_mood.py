"""Readings into one steady mood: the same at every pace, deaf to grimaces, always a belief."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from edge.messages import MOODS, Face, Mood, Reading
from edge.mind.emission import emission
from edge.mind.mood import Belief, Temper, update
from tests.readings import face, reading

TEMPER = Temper()
ROOM = Temper(whose="room")
READER = emission()

shares = some.lists(some.floats(0, 1), min_size=7, max_size=7)
faces = some.builds(
    lambda shares, usable, side, score: Face(
        box=(0, 0, side, side),
        score=score,
        probabilities=dict(zip(MOODS, shares, strict=True)),
        mood="neutral",
        confidence=0.5,
        usable=usable,
    ),
    shares,
    some.booleans(),
    some.integers(1, 2000),
    some.floats(0, 1),
)


def watch(
    belief: Belief,
    mood: Mood | None,
    begin: float,
    seconds: float,
    rate: float = 8,
    sure: float = 0.9,
) -> Belief:
    """So many seconds of one mood, or of nobody."""
    for step in range(round(seconds * rate)):
        at = begin + step / rate
        seen = reading(at) if mood is None else reading(at, face(mood, sure))
        belief = update(belief, seen, TEMPER, READER)
    return belief


def switched_after(belief: Belief, mood: Mood, begin: float, rate: float) -> float:
    for step in range(round(20 * rate)):
        at = begin + step / rate
        belief = update(belief, reading(at, face(mood, 0.9)), TEMPER, READER)
        if belief.mood == mood:
            return at - begin
    raise AssertionError("it never switched")


@given(some.lists(some.tuples(some.floats(0, 100), some.lists(faces, max_size=3))))
def test_the_belief_always_sums_to_one(looks: list[tuple[float, list[Face]]]) -> None:
    belief, at = Belief(), 0.0
    for later, seen in looks:
        at += later
        belief = update(belief, reading(at, *seen), ROOM, READER)
        assert sum(belief.probabilities) == pytest.approx(1)
        assert all(0 <= share <= 1 for share in belief.probabilities)


@given(some.lists(faces, min_size=2, max_size=4), some.sampled_from([TEMPER, ROOM]))
def test_the_order_of_readings_of_one_moment_does_not_matter(
    seen: list[Face], temper: Temper
) -> None:
    before = update(watch(Belief(), "sad", 0, 3), reading(5, face("happy", 0.6)), temper, READER)
    results = set()
    for order in permutations(seen):
        belief = before
        for one in order:
            belief = update(belief, reading(6, one), temper, READER)
        results.add((belief.probabilities, belief.mood, belief.rival, belief.rival_at))
    assert len(results) == 1


def test_the_same_reading_twice_at_one_moment_is_the_same_evidence() -> None:
    before = watch(Belief(), "sad", 0, 3)
    seen = reading(4, face("happy"))
    once = update(before, seen, TEMPER, READER)
    twice = update(once, seen, TEMPER, READER)
    assert twice.probabilities == pytest.approx(once.probabilities)


@given(some.floats(600, 1e7))
def test_without_readings_the_belief_comes_to_rest_at_the_prior(seconds: float) -> None:
    belief = watch(Belief(), "angry", 0, 10)
    belief = update(belief, reading(10 + seconds), TEMPER, READER)
    assert belief.probabilities == pytest.approx((1 / 7,) * 7, abs=1e-3)
    assert belief.mood is None
    assert belief.confidence is None


def test_a_late_reading_changes_nothing() -> None:
    belief = watch(Belief(), "happy", 0, 5)
    assert update(belief, reading(1.0, face("sad")), TEMPER, READER) is belief


@pytest.mark.parametrize("rate", [2, 8, 30])
def test_a_new_mood_takes_over_after_the_same_time_at_every_pace(rate: float) -> None:
    usual = switched_after(watch(Belief(), "sad", 0, 10, 8), "happy", 10, 8)
    assert 1.5 < usual < 4
    other = switched_after(watch(Belief(), "sad", 0, 10, rate), "happy", 10, rate)
    assert other == pytest.approx(usual, abs=0.5)


@pytest.mark.parametrize("rate", [2, 8, 30])
def test_the_belief_is_the_same_at_every_pace(rate: float) -> None:
    """Nearly: at two looks a second the first half second is not heard of."""
    usual = watch(watch(Belief(), "sad", 0, 10, 8), "happy", 10, 1.5, 8).by_mood
    other = watch(watch(Belief(), "sad", 0, 10, rate), "happy", 10, 1.5, rate).by_mood
    assert other == pytest.approx(usual, abs=0.15)


@pytest.mark.parametrize("grimace", MOODS[:-1])
@pytest.mark.parametrize("rate", [2, 8, 30])
def test_a_grimace_of_less_than_a_second_does_not_switch(grimace: Mood, rate: float) -> None:
    belief = watch(Belief(), "neutral", 0, 10, rate)
    belief = watch(belief, grimace, 10, 1, rate, sure=0.99)
    for step in range(round(5 * rate)):
        belief = update(belief, reading(11 + step / rate, face("neutral")), TEMPER, READER)
        assert belief.mood == "neutral"
    assert belief.mood_at < 10


def test_two_moods_that_swap_are_no_two_answers() -> None:
    belief = watch(Belief(), "neutral", 0, 10)
    for turn in range(20):
        belief = watch(belief, "sad" if turn % 2 else "neutral", 10 + turn / 2, 0.5, sure=0.6)
        assert belief.mood == "neutral"


def test_a_face_that_cannot_be_trusted_says_nothing() -> None:
    belief = Belief()
    for step in range(40):
        seen = reading(step / 8, face("angry", usable=False))
        belief = update(belief, seen, TEMPER, READER)
    assert belief.mood is None
    assert belief.probabilities == pytest.approx((1 / 7,) * 7)


def test_time_without_a_trusted_face_makes_the_next_count_once() -> None:
    known = watch(Belief(), "happy", 0, 10)
    later = update(known, reading(40, face("sad", 0.95)), TEMPER, READER)
    assert later.mood == "happy"
    assert later.by_mood["sad"] < 0.5


def test_the_first_answer_waits_only_to_be_sure() -> None:
    belief = watch(Belief(), "surprise", 0, 1.6)
    assert belief.mood == "surprise"
    assert belief.confidence is not None
    assert belief.confidence > TEMPER.sure


def test_only_the_listener_counts_unless_the_room_does() -> None:
    mine, theirs = face("happy"), face("sad", side=300)
    listener = room = Belief()
    for step in range(40):
        seen = Reading(at=step / 8, faces=(theirs, mine, theirs), listener=1)
        listener = update(listener, seen, TEMPER, READER)
        room = update(room, seen, ROOM, READER)
    assert listener.mood == "happy"
    assert room.mood == "sad"


def test_in_a_room_the_larger_and_clearer_face_counts_for_more() -> None:
    near, far = face("happy", side=300), face("sad", side=60)
    belief = Belief()
    for step in range(40):
        belief = update(belief, reading(step / 8, far, near), ROOM, READER)
    assert belief.mood == "happy"
    belief = Belief()
    doubtful = replace(near, score=0.1)
    for step in range(80):
        belief = update(belief, reading(step / 8, far, doubtful), ROOM, READER)
    assert belief.mood == "sad"


def test_a_newcomer_does_not_reset_the_belief() -> None:
    belief = watch(Belief(), "happy", 0, 10)
    newcomer = replace(face("sad"), id=2)
    after = update(belief, reading(10, newcomer), TEMPER, READER)
    assert after.by_mood["happy"] > 0.9
