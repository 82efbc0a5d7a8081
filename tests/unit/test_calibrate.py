"""Who calibrates is told what stands in the way, and is not kept waiting for ever."""

from __future__ import annotations

import pytest

from edge.calibrate import Wait
from edge.errors import CalibrationError
from edge.mind.rest import Watched


class Hand:
    """A hand on the clock, and one watch of this long."""

    def __init__(self, seconds: float = 10.0) -> None:
        self.now = 0.0
        self.wait = Wait(seconds, lambda: self.now)

    def pass_s(self, seconds: float, watched: Watched, *, heard: bool = True) -> None:
        for _ in range(round(seconds * 8)):
            self.now += 0.125
            self.wait.count(watched, heard=heard)


@pytest.mark.parametrize(
    ("hindrance", "advice"),
    [
        ("nobody", "sit down before the camera"),
        ("dark", "too little light"),
        ("small", "come nearer"),
        ("turned", "look straight at the camera"),
        ("new_reason", "whole face"),
    ],
)
def test_after_a_minute_it_says_what_stood_in_the_way_for_longest(
    hindrance: str, advice: str
) -> None:
    hand = Hand()
    hand.pass_s(20, Watched(hindrance="blurred"))
    hand.pass_s(39, Watched(hindrance=hindrance))
    with pytest.raises(CalibrationError, match=advice) as caught:
        hand.pass_s(2, Watched())
    assert str(caught.value).count(".") == 1


def test_an_eye_that_tells_nothing_is_named() -> None:
    hand = Hand()
    with pytest.raises(CalibrationError, match="moodbox doctor"):
        hand.pass_s(61, Watched(), heard=False)
    assert hand.wait.now == "silent"


def test_a_camera_that_is_off_is_named() -> None:
    hand = Hand()
    hand.wait.camera_off = True
    with pytest.raises(CalibrationError, match="switch it on"):
        hand.pass_s(61, Watched(), heard=False)


def test_faces_that_take_turns_are_named_by_what_was_lost() -> None:
    hand = Hand()
    for _ in range(7):
        hand.pass_s(8, Watched())
        hand.now += 0.125
        hand.wait.count(Watched(fresh="another"), heard=True, lost_s=8.0)
    with pytest.raises(CalibrationError, match="only you"):
        hand.pass_s(8, Watched(hindrance="blurred"))


def test_a_longer_watch_has_longer() -> None:
    hand = Hand(60)
    hand.pass_s(170, Watched(hindrance="nobody"))
    with pytest.raises(CalibrationError, match="In 180 s"):
        hand.pass_s(15, Watched())
