"""Faces keep their numbers."""

from __future__ import annotations

from edge.eye.faces import FoundFace
from edge.eye.following import FORGET_S, MOST_FACES, Following, follow, matched

Box = tuple[int, int, int, int]


def face(x: float, y: float = 200, size: int = 100, score: float = 0.9) -> FoundFace:
    return FoundFace((round(x), round(y), size, size), score)


def look(following: Following, found: list[FoundFace], at: float) -> Following:
    whose, new = matched(following.tracks, found, at)
    return follow(following, whose, new, at)


def here(following: Following, at: float) -> dict[int, Box]:
    return {track.id: track.face.box for track in following.tracks if track.seen_at == at}


def test_a_face_that_walks_keeps_its_number() -> None:
    following = Following()
    for number in range(40):
        following = look(following, [face(10 + 25 * number)], number / 8)
        assert list(here(following, number / 8)) == [1]


def test_two_who_pass_each_other_keep_theirs() -> None:
    following, at = Following(), 0.0
    for number in range(33):
        at = number / 8
        found = [face(100 + 12 * number), face(500 - 12 * number, 230)]
        following = look(following, found, at)
    assert here(following, at) == {1: (484, 200, 100, 100), 2: (116, 230, 100, 100)}


def test_a_head_turned_away_for_two_seconds_comes_back_under_its_number() -> None:
    following = look(Following(), [face(100), face(400)], 0.0)
    for number in range(1, 17):
        following = look(following, [face(400)], number / 8)
    following = look(following, [face(400), face(120)], 2.1)
    assert set(here(following, 2.1)) == {1, 2}
    assert here(following, 2.1)[1][0] == 100 or here(following, 2.1)[1][0] == 120


def test_who_stays_away_longer_is_somebody_new() -> None:
    following = look(Following(), [face(100)], 0.0)
    following = look(following, [], FORGET_S)
    assert following.tracks == ()
    following = look(following, [face(100)], FORGET_S + 0.1)
    assert list(here(following, FORGET_S + 0.1)) == [2]


def test_somebody_elsewhere_or_of_another_size_is_somebody_else() -> None:
    following = look(Following(), [face(100)], 0.0)
    following = look(following, [face(450)], 0.125)
    assert set(here(following, 0.125)) == {2}
    following = look(following, [face(440, size=40)], 0.25)
    assert set(here(following, 0.25)) == {3}


def test_no_more_than_eight_and_those_who_are_there_stay() -> None:
    crowd = [face(10 + 120 * number, size=80) for number in range(10)]
    following = look(Following(), crowd, 0.0)
    assert len(following.tracks) == MOST_FACES
    first = here(following, 0.0)
    following = look(following, list(reversed(crowd)), 0.125)
    assert here(following, 0.125) == first


def test_who_comes_takes_the_place_of_one_who_left_when_there_is_no_other() -> None:
    crowd = [face(10 + 120 * number, size=80) for number in range(9)]
    following = look(Following(), crowd[:8], 0.0)
    following = look(following, crowd[1:], 0.125)
    assert len(following.tracks) == MOST_FACES
    assert set(here(following, 0.125)) == {2, 3, 4, 5, 6, 7, 8, 9}


def test_what_is_hardly_ever_found_surely_was_no_face() -> None:
    following, at = look(Following(), [face(100, score=0.73)], 0.0), 0.0
    while following.tracks and at < 5:
        at += 0.125
        following = look(following, [face(100, score=0.5)], at)
    assert 0.5 < at < 5
