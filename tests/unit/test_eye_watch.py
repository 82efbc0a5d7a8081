"""What a stream of pictures brings: who is followed, and how few detections that takes."""

from __future__ import annotations

import numpy as np
import pytest

from edge import ports
from edge.eye.faces import FoundFace
from edge.eye.following import Track
from edge.eye.grip import Grip
from edge.eye.opencv import cv2
from edge.eye.watch import CALM_TILES, Watched, Watcher
from edge.eye.windows import Box
from tests.painted_faces import PaintedFaces, painted

FAR: Box = (900, 300, 40, 40)
HD = (1280, 720)


class Stream:
    """A watcher with its finder, looking eight times a second."""

    def __init__(self) -> None:
        self.finder = PaintedFaces()
        self.watcher = Watcher(self.finder, cost=lambda: 0.0)
        self.at = 0.0
        self.looks = 0

    def look(self, *boxes: Box, size: tuple[int, int] = (640, 480), score: float = 0.9) -> Watched:
        """One look at new noise with faces in these boxes."""
        self.at += 0.125
        self.looks += 1
        faces = [FoundFace(box, score) for box in boxes]
        return self.show(painted(faces, size, seed=self.looks))

    def show(self, picture: ports.Image) -> Watched:
        self.finder.asked = 0
        return self.watcher.watch(picture, self.at)

    def here(self, watched: Watched) -> dict[int, Track]:
        return {track.id: track for track in watched.tracks if track.seen_at == self.at}


def test_a_face_is_held_without_being_detected_on_every_look() -> None:
    stream, asked = Stream(), []
    for number in range(40):
        box = (200 + 3 * number, 150 + number, 160, 160)
        watched = stream.look(box)
        asked.append(stream.finder.asked)
        (track,) = stream.here(watched).values()
        assert track.id == 1
        assert np.abs(np.subtract(track.face.box, box)).max() <= 6
        assert watched.doing == "following"
    later = asked[8:]
    assert sum(later) / len(later) < 0.5
    assert max(later) <= 2


def test_a_far_face_is_found_in_the_first_look_after_it_came() -> None:
    stream = Stream()
    for _ in range(3):
        assert stream.look(size=HD).tracks == ()
    watched = stream.look(FAR, size=HD)
    (track,) = stream.here(watched).values()
    assert track.face.box == FAR


def test_a_turned_head_comes_back_under_its_number() -> None:
    stream = Stream()
    stream.look((100, 100, 120, 120))
    for _ in range(16):
        watched = stream.look()
        assert stream.here(watched) == {}
        assert watched.doing == "following"
    assert set(stream.here(stream.look((120, 110, 120, 120)))) == {1}


def test_whoever_comes_while_another_is_followed_is_seen_too() -> None:
    stream = Stream()
    for _ in range(10):
        stream.look((60, 60, 160, 160), size=HD)
    for _ in range(24):
        watched = stream.look((60, 60, 160, 160), FAR, size=HD)
    assert {track.face.box for track in stream.here(watched).values()} >= {FAR}


def test_an_empty_room_costs_few_detections_and_none_where_nothing_changes_at_all() -> None:
    stream = Stream()
    assert stream.look().doing == "waiting"
    assert stream.finder.asked > CALM_TILES
    for _ in range(10):
        assert stream.look().doing == "waiting"
        assert stream.finder.asked == CALM_TILES
    picture = painted([])
    stream.show(picture)
    stream.at += 0.125
    assert stream.show(picture).same
    assert stream.finder.asked == 0


def test_in_the_very_same_picture_everybody_stays() -> None:
    stream = Stream()
    picture = painted([FoundFace((100, 100, 120, 120), 0.9)])
    for _ in range(40):
        stream.at += 0.125
        watched = stream.show(picture)
        assert set(stream.here(watched)) == {1}
    assert stream.finder.asked == 0


def test_a_budget_stops_the_search_but_one_tile_is_always_seen() -> None:
    spent = [0.0]

    def cost() -> float:
        spent[0] += 0.02
        return spent[0]

    finder = PaintedFaces()
    watcher = Watcher(finder, cost=cost)
    watched = watcher.watch(painted([], HD), 0.0)
    assert finder.asked == 1
    assert watched.doing == "searching"


def test_eight_are_followed_at_once() -> None:
    boxes: list[Box] = [(40 + 300 * (i % 4), 60 + 320 * (i // 4), 100, 100) for i in range(8)]
    stream = Stream()
    for _ in range(24):
        watched = stream.look(*boxes, size=HD)
    assert {track.face.box for track in stream.here(watched).values()} == set(boxes)
    assert {track.id for track in watched.tracks} == set(range(1, 9))


def test_another_size_of_picture_begins_anew_with_new_numbers() -> None:
    stream = Stream()
    stream.look((100, 100, 120, 120))
    watched = stream.look((100, 100, 120, 120), size=HD)
    assert set(stream.here(watched)) == {2}


@pytest.mark.parametrize("move", [(0, 0), (13, -7), (-40, 30)])
def test_a_grip_says_how_far_a_face_has_moved(move: tuple[int, int]) -> None:
    dice = np.random.default_rng(2)
    rough = dice.integers(0, 255, (12, 12, 3), dtype=np.uint8)
    looks = cv2.resize(rough, (160, 160), interpolation=cv2.INTER_CUBIC)
    first, second = (np.full((480, 640, 3), 90, np.uint8) for _ in range(2))
    first[150:310, 200:360] = looks
    second[150 + move[1] : 310 + move[1], 200 + move[0] : 360 + move[0]] = looks
    shift = Grip(first, (200, 150, 160, 160)).shift(second)
    assert shift == pytest.approx(move, abs=2)


def test_a_grip_slips_when_the_face_is_gone_or_covered() -> None:
    dice = np.random.default_rng(2)
    picture = dice.integers(0, 255, (48, 64, 3), dtype=np.uint8).repeat(10, 0).repeat(10, 1)
    grip = Grip(picture, (200, 150, 160, 160))
    assert grip.shift(picture) == pytest.approx((0, 0), abs=0.5)
    covered = picture.copy()
    covered[230:310, 200:360] = 128
    assert grip.shift(covered) is None
    assert grip.shift(np.full_like(picture, 70)) is None
    assert Grip(picture, (0, 0, 4, 4)).shift(picture) is None
