"""Whose mood counts, and that it does not flicker."""

from __future__ import annotations

import pytest

from edge.eye.faces import FoundFace
from edge.eye.following import Track
from edge.eye.listening import Listening, Rule, listen

SIZE = (640, 480)


def track(number: int, x: int, size: int, seen_at: float = 0.0) -> Track:
    face = FoundFace((x, 200, size, size), 0.9)
    return Track(id=number, face=face, born_at=0.0, seen_at=seen_at, trust=0.9)


def people(at: float, *sizes: int) -> list[Track]:
    return [track(number, 200 * number, size, at) for number, size in enumerate(sizes, start=1)]


@pytest.mark.parametrize(("rule", "who"), [("largest", 2), ("longest", 1), ("central", 3)])
def test_each_rule_chooses_its_own(rule: Rule, who: int) -> None:
    tracks = [track(1, 0, 80), track(2, 500, 120), track(3, 290, 60)]
    assert listen(Listening(), tracks, rule, SIZE, 0.0).id == who


def test_nobody_there_nobody_counts() -> None:
    assert listen(Listening(), [], "largest", SIZE, 0.0).id is None


def test_two_of_one_size_do_not_take_turns() -> None:
    listening, chosen = Listening(), []
    for look in range(80):
        at = look / 8
        tremble = 8 if look % 2 else -8
        listening = listen(listening, people(at, 100 + tremble, 100 - tremble), "largest", SIZE, at)
        chosen.append(listening.id)
    assert len(set(chosen)) == 1


def test_who_is_clearly_nearer_for_a_second_takes_over() -> None:
    listening = listen(Listening(), people(0.0, 100), "largest", SIZE, 0.0)
    chosen = {}
    for look in range(1, 17):
        at = look / 8
        listening = listen(listening, people(at, 100, 150), "largest", SIZE, at)
        chosen[at] = listening.id
    assert chosen[0.5] == 1
    assert chosen[2.0] == 2


def test_who_turns_away_for_a_moment_stays_the_one() -> None:
    listening = listen(Listening(), people(0.0, 120, 100), "largest", SIZE, 0.0)
    away = [track(1, 200, 120, seen_at=0.0), track(2, 400, 100, seen_at=1.0)]
    assert listen(listening, away, "largest", SIZE, 1.0).id == 1
    assert listen(listening, [track(2, 400, 100, 3.0)], "largest", SIZE, 3.0).id == 2
