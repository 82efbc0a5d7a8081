"""The bench of the DJ: its listeners are who they claim to be, and its figures what they say."""

from __future__ import annotations

import pytest

from edge.bench.dj import results, table, time_choices
from edge.bench.hearings import Hearing, hear, sum_up
from edge.bench.listeners import Listener, collection, day
from edge.bench.ways_to_choose import REST, WAYS
from edge.messages import MOODS

SIZE = 210


def hearing(numbers: list[int], pleasure: list[float], artists: str = "") -> Hearing:
    best = [1.0] * len(numbers)
    return Hearing("way", pleasure, best, numbers, list(artists or "ab" * (len(numbers) // 2)))


def test_the_figures_are_what_they_say() -> None:
    numbers = [0, 1, 0, 2, 3, 3, 4, 5]
    one = sum_up("way", [hearing(numbers, [0.5] * 8, "aabbcdef")], 10, learns=False)
    assert (one.likes, one.regret) == (0.5, 0.5)
    assert one.repeats == pytest.approx(2 / 8)
    assert one.artist_twice == pytest.approx(2 / 7)
    assert one.coverage == pytest.approx(0.6)
    assert one.recovery is None


def test_a_song_after_its_rest_is_no_repeat() -> None:
    numbers = [0, *range(1, REST + 1), 0]
    one = sum_up(
        "way", [hearing(numbers, [0.5] * len(numbers), "x" * len(numbers))], 99, learns=False
    )
    assert one.repeats == 0


def test_recovery_counts_the_songs_until_it_is_as_good_again() -> None:
    pleasure = [0.2] * 25 + [0.8] * 75 + [0.2] * 40 + [0.8] * 60
    one = sum_up("way", [hearing(list(range(200)), pleasure)], 200, learns=True)
    assert one.recovery == pytest.approx(40, abs=3)
    never = [0.2] * 25 + [0.8] * 75 + [0.2] * 100
    assert sum_up("way", [hearing(list(range(200)), never)], 200, learns=True).recovery is None


def test_listeners_enjoy_what_suits_their_mood_and_change_when_told() -> None:
    tracks = collection(SIZE)
    listener = Listener(1, tracks)
    for mood in MOODS:
        mine = [p for p, t in zip(listener.pleasure[mood], tracks, strict=True) if t.mood == mood]
        assert sum(mine) / len(mine) > sum(listener.pleasure[mood]) / SIZE
    before = listener.pleasure
    listener.change()
    assert listener.pleasure != before
    answers = [listener.answer(0.7)[0] for _ in range(1000)]
    assert sum(answers) / 1000 == pytest.approx(0.7, abs=0.06)
    assert len(set(day(3, 60).moods)) > 1


def test_the_oracle_is_best_and_the_taste_is_worth_something() -> None:
    hearings = [one for seed in range(2) for one in hear(seed, 100, SIZE)]
    sums = {way.name: sum_up(way.name, hearings, SIZE, learns=way.learns) for way in WAYS}
    likes = {name: one.likes for name, one in sums.items()}
    assert max(likes, key=likes.__getitem__) == "oracle"
    assert sums["oracle"].regret == 0
    assert likes["moodbox"] > likes["shuffle"] + 0.1
    assert sums["moodbox"].artist_twice < 0.05
    names = [one.name for one in results(list(sums.values()), 200)]
    assert len(names) == len(set(names))
    told = "\n".join(table(list(sums.values()), time_choices(300, 4), 2, 100))
    assert all(name in told for name in likes)
    assert told.startswith("2 listeners")
