"""The taste follows what the listener does, mood by mood, and forgets what is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from edge.messages import Lesson, Mood, Track
from edge.mind.chance import Chance
from edge.mind.features import SLOTS, of_choice, of_song
from edge.mind.linear import Prior, add, blank, value
from edge.mind.taste import KEPT, Taste, expected, learn, learned, unlearn, weights

ROCK = Track(id="r", path="/r", artist="Loud", genre="Rock", language="en", bpm=150.0)
GHAZAL = Track(id="g", path="/g", artist="Soft", genre="Ghazal", language="hi", bpm=80.0)


def lesson(track: Track, what: Any, mood: Mood = "happy") -> Lesson:
    features = of_choice(of_song(track), 0.1, True)
    return Lesson(track_id=track.id, mood=mood, what=what, features=features)


def hoped(taste: Taste, track: Track, mood: Mood = "happy") -> float:
    return expected(taste, mood, of_choice(of_song(track), 0.1, True))


def test_a_like_raises_and_a_dislike_lowers_what_is_expected() -> None:
    before = hoped(Taste(), ROCK)
    assert hoped(learn(Taste(), lesson(ROCK, "liked")), ROCK) > before + 0.3
    assert hoped(learn(Taste(), lesson(ROCK, "disliked")), ROCK) < before - 0.3


def test_an_early_skip_says_more_than_a_late_one_and_less_than_a_word() -> None:
    order = ["disliked", "skipped_early", "skipped_late", "finished", "liked"]
    after = [hoped(learn(Taste(), lesson(ROCK, what)), ROCK) for what in order]
    assert after == sorted(after)


def test_other_songs_of_the_artist_and_genre_gain_and_strangers_hardly() -> None:
    taste = learned([lesson(ROCK, "liked")] * 3)
    sister = Track(id="s", path="/s", artist="Loud", genre="Rock", language="en")
    assert hoped(taste, sister) - hoped(Taste(), sister) > 0.3
    assert abs(hoped(taste, GHAZAL) - hoped(Taste(), GHAZAL)) < 0.4


def test_moods_share_what_is_learned_and_may_differ() -> None:
    taste = learned([lesson(ROCK, "liked", "happy")] * 5)
    neutral = hoped(taste, ROCK, "neutral") - hoped(Taste(), ROCK, "neutral")
    assert 0.2 < neutral < hoped(taste, ROCK, "happy") - hoped(Taste(), ROCK, "happy")
    both = learned([*taste.lessons, *[lesson(ROCK, "disliked", "sad")] * 5])
    assert hoped(both, ROCK, "happy") > hoped(both, ROCK, "sad") + 0.3


def test_a_word_that_is_taken_back_was_never_said() -> None:
    first, said = lesson(GHAZAL, "finished"), lesson(ROCK, "liked")
    heard = lesson(ROCK, "finished")
    taken_back = unlearn(learned([first, said, heard]), ROCK.id)
    never = learned([first, heard])
    assert taken_back.lessons == never.lessons
    assert taken_back.every.mean == pytest.approx(never.every.mean)


def test_lesson_by_lesson_or_all_at_once_is_nearly_the_same() -> None:
    lessons = [lesson(ROCK, "liked"), lesson(GHAZAL, "skipped_early"), lesson(ROCK, "finished")]
    one_by_one = Taste()
    for one in lessons:
        one_by_one = learn(one_by_one, one)
    assert one_by_one.every.mean == pytest.approx(learned(lessons).every.mean)
    assert hoped(one_by_one, ROCK) == pytest.approx(hoped(learned(lessons), ROCK), abs=0.1)


def test_a_change_of_taste_is_followed() -> None:
    old = learned([lesson(ROCK, "liked")] * 60)
    new = old
    for _ in range(60):
        new = learn(new, lesson(ROCK, "skipped_early"))
    assert hoped(old, ROCK) > 0.6
    assert hoped(new, ROCK) < 0.2


def test_what_is_unsure_is_drawn_wider_than_what_is_known() -> None:
    known = learned([lesson(ROCK, "liked")] * 40)
    features = of_choice(of_song(ROCK), 0.1, True)

    def spread(taste: Taste) -> float:
        drawn = [value(weights(taste, "happy", Chance(n / 50)), features) for n in range(50)]
        mean = sum(drawn) / len(drawn)
        return float((sum((one - mean) ** 2 for one in drawn) / len(drawn)) ** 0.5)

    assert spread(known) < 0.7 * spread(Taste())


def test_it_remembers_no_more_than_it_should() -> None:
    assert len(learned([lesson(ROCK, "finished")] * (KEPT + 10)).lessons) == KEPT


def test_the_model_is_the_one_of_the_textbook() -> None:
    """With one feature: posterior precision and mean of a Gaussian."""
    belief = blank(Prior(mean=[0.5] * SLOTS, precision=[2.0] * SLOTS))
    after = add([(((3, 2.0),), 1.0, 4.0)], belief)
    assert after.mean[3] == pytest.approx((2.0 * 0.5 + 4.0 * 2.0 * 1.0) / (2.0 + 4.0 * 4.0))
    assert after.mean[4] == pytest.approx(0.5)


def test_the_same_dice_give_the_same_numbers() -> None:
    one, other = Chance(0.3), Chance(0.3)
    assert [one.uniform() for _ in range(5)] == [other.uniform() for _ in range(5)]
    many = [one.normal() for _ in range(4000)]
    assert sum(many) / 4000 == pytest.approx(0.0, abs=0.05)
    assert sum(x * x for x in many) / 4000 == pytest.approx(1.0, abs=0.1)
