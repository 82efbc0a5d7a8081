"""How a reader answers to each mood, and before a face that rests differently."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as some

from edge.messages import MOODS, Mood
from edge.mind.emission import at_rest, emission

COUNTS = tuple(tuple(90 if row == column else 2 for column in range(7)) for row in range(7))


def probabilities(**shares: float) -> dict[Mood, float]:
    left = (1 - sum(shares.values())) / (7 - len(shares))
    return {mood: shares.get(mood, left) for mood in MOODS}


def best(says: tuple[float, ...]) -> Mood:
    return MOODS[says.index(max(says))]


@given(
    some.lists(some.lists(some.integers(0, 1000), min_size=7, max_size=7), min_size=7, max_size=7)
)
def test_each_row_is_a_distribution_without_zeros(counts: list[list[int]]) -> None:
    for row in emission(counts).rows:
        assert sum(exp(share) for share in row) == pytest.approx(1)


def test_without_a_card_a_usual_reader_is_assumed() -> None:
    assert best(emission().says(probabilities(fear=0.6))) == "fear"


def test_a_sure_reading_says_more_than_an_unsure_one() -> None:
    reader = emission(COUNTS)

    def lead(share: float) -> float:
        says = dict(zip(MOODS, reader.says(probabilities(happy=share)), strict=True))
        return says["happy"] - says["sad"]

    assert lead(0.99) > lead(0.6) > lead(0.3) > 0
    assert lead(1.0) < 5


def test_what_is_often_mistaken_says_little() -> None:
    counts = [list(row) for row in COUNTS]
    fear, surprise = MOODS.index("fear"), MOODS.index("surprise")
    counts[fear][surprise] = 60
    says = dict(zip(MOODS, emission(counts).says(probabilities(surprise=0.95)), strict=True))
    assert says["surprise"] - says["fear"] < 1 < says["surprise"] - says["happy"]


def test_nothing_read_says_nothing() -> None:
    assert emission().says({}) == (0.0,) * 7


def test_a_face_that_rests_sad_is_neutral_at_rest_and_can_still_be_sad() -> None:
    rest = probabilities(sad=0.55, neutral=0.38)
    usual, mine = emission(COUNTS), at_rest(emission(COUNTS), rest)
    assert best(usual.says(rest)) == "sad"
    assert best(mine.says(rest)) == "neutral"
    assert best(mine.says(probabilities(sad=0.93, neutral=0.04))) == "sad"
    assert best(mine.says(probabilities(happy=0.8))) == "happy"


def test_a_face_that_rests_like_most_changes_nothing() -> None:
    reader = emission(COUNTS)
    usual = {mood: exp(share) for mood, share in zip(MOODS, reader.rows[6], strict=True)}
    assert at_rest(reader, usual).rest == pytest.approx((1.0,) * 7)
    assert at_rest(at_rest(reader, probabilities(sad=0.9)), None) == reader


@given(some.lists(some.floats(0.001, 1), min_size=7, max_size=7))
def test_only_what_a_face_at_rest_shows_too_much_of_is_taken_back(shares: list[float]) -> None:
    rest = {mood: share / sum(shares) for mood, share in zip(MOODS, shares, strict=True)}
    mine = at_rest(emission(COUNTS), rest).rest
    assert all(0 < factor <= 1 for factor in mine)
    for mood, factor in zip(MOODS, mine, strict=True):
        assert rest[mood] > 0.05 or factor == 1


def test_no_more_is_taken_back_than_makes_the_face_neutral() -> None:
    sad = MOODS.index("sad")
    reader = emission(COUNTS)
    little, much = (
        at_rest(reader, probabilities(sad=share, neutral=0.9 - share)).rest[sad]
        for share in (0.5, 0.7)
    )
    assert much < little < 1
    assert at_rest(reader, probabilities(sad=0.2, neutral=0.7)).rest == (1.0,) * 7
