"""Where the mood is going, at every pace of readings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edge.mind.trajectory import Trajectory, follow


def along(valence: Callable[[float], float], seconds: float, rate: float) -> Trajectory:
    going = Trajectory()
    for step in range(round(seconds * rate)):
        going = follow(going, step / rate, valence(step / rate))
    return going


def test_before_anything_is_known_there_is_no_trend() -> None:
    assert Trajectory().trend is None


@pytest.mark.parametrize("rate", [0.5, 2, 8, 30])
def test_the_trend_is_the_same_at_every_pace(rate: float) -> None:
    assert along(lambda _: -0.6, 300, rate).trend == "steady"
    assert along(lambda t: -0.6 + 0.1 * t / 60, 480, rate).trend == "rising"
    assert along(lambda t: 0.8 - 0.1 * t / 60, 480, rate).trend == "falling"
    assert along(lambda t: 0.02 * t / 60, 480, rate).trend == "steady"


def test_a_change_of_mood_is_a_trend_for_some_minutes() -> None:
    def sudden(t: float) -> float:
        return 0.8 if t < 300 else -0.6

    assert along(sudden, 299, 2).trend == "steady"
    assert along(sudden, 330, 2).trend == "falling"
    assert along(sudden, 1200, 2).trend == "steady"


def test_a_late_reading_does_not_turn_time_back() -> None:
    going = along(lambda _: 0.5, 60, 2)
    assert follow(going, 1.0, 0.5).at == going.at
