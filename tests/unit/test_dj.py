"""The next song: fits the mood and the policy, rests the others, minds likes and language."""

from __future__ import annotations

import pytest

from edge.messages import MOODS, Mood, Track
from edge.mind.circumplex import PLACES, expectation, target
from edge.mind.dj import Taste, choose

TRACKS = [
    Track(id=f"{mood}-{number}", path=f"/{mood}/{number}", mood=mood)
    for mood in MOODS
    for number in (1, 2)
]


def pick(mood: Mood, taste: Taste = Taste(), heard: tuple[str, ...] = (), dice: float = 0) -> Track:  # noqa: B008 - frozen
    choice = choose(TRACKS, mood, taste, heard, {}, dice)
    assert choice is not None
    return choice.track


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("dice", [0.0, 0.5, 0.999])
def test_a_matching_song(mood: Mood, dice: float) -> None:
    assert pick(mood, dice=dice).mood == mood


def test_angry_and_fear_are_told_apart_though_the_plane_cannot() -> None:
    assert pick("angry").mood == "angry"
    assert pick("fear").mood == "fear"


def test_the_other_song_comes_next() -> None:
    assert pick("happy", heard=("happy-1",)).id == "happy-2"
    assert pick("happy", heard=("happy-1", "happy-2")).id == "happy-1"


@pytest.mark.parametrize("mood", ["angry", "disgust", "fear", "sad"])
def test_lift_leads_up(mood: Mood) -> None:
    lifted = pick(mood, Taste(policy="lift"))
    assert lifted.mood is not None
    assert PLACES[lifted.mood][0] > PLACES[mood][0]


@pytest.mark.parametrize("mood", MOODS)
def test_calm_is_calm(mood: Mood) -> None:
    calmed = pick(mood, Taste(policy="calm"))
    assert calmed.mood is not None
    assert PLACES[calmed.mood][1] <= 0


def test_a_disliked_song_gives_way_to_another() -> None:
    choice = choose(TRACKS, "happy", Taste(), (), {"happy-1": False}, 0.0)
    assert choice is not None
    assert choice.track.id == "happy-2"


def test_language_holds_where_it_can() -> None:
    hindi = Track(id="h", path="/h", mood="happy", language="hi")
    english = Track(id="e", path="/e", mood="happy", language="en")
    choice = choose([hindi, english], "happy", Taste(language="hi"), (), {}, 0.9)
    assert choice is not None
    assert choice.track is hindi
    choice = choose([english], "happy", Taste(language="hi"), (), {}, 0.9)
    assert choice is not None
    assert choice.track is english


def test_an_unknown_song_is_better_than_none() -> None:
    choice = choose([Track(id="x", path="/x")], "fear", Taste(), (), {}, 0.5)
    assert choice is not None
    assert choice.track.id == "x"
    assert choose([], "fear", Taste(), (), {}, 0.5) is None


def test_expectation_is_the_middle_of_what_is_probable() -> None:
    valence, arousal = expectation({"happy": 0.5, "sad": 0.5})
    assert valence == pytest.approx(0.09)
    assert arousal == pytest.approx(0.12)
    assert target("happy", "match").place == PLACES["happy"]
