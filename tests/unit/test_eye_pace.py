"""How often eye looks."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.eye.heat import Heat
from edge.eye.pace import Doing, Pace, rate

PACE = Pace(rate=8, idle_rate=1.5, linger_s=4)


@pytest.mark.parametrize(
    ("doing", "since_s", "looks"),
    [
        ("waiting", None, 1.5),
        ("waiting", 100.0, 1.5),
        ("waiting", 1.0, 8),
        ("searching", None, 4),
        ("following", None, 8),
        ("following", 0.0, 8),
    ],
)
def test_it_looks_as_often_as_there_is_something_to_see(
    doing: Doing, since_s: float | None, looks: float
) -> None:
    assert rate(PACE, doing, since_s, 0.005, None) == looks


def test_it_slows_down_with_the_heat_but_not_below_the_idle_rate() -> None:
    rates = [rate(PACE, "following", 0.0, 0.01, degrees) for degrees in (40.0, 78.0, 90.0)]
    assert rates == [8, 4, 2]
    assert rate(PACE, "waiting", None, 0.01, 90.0) == 1.5


def test_a_slow_machine_is_not_kept_busy_with_looking() -> None:
    assert rate(PACE, "following", 0.0, 0.25, None) == 2


def test_a_slower_camera_rate_is_not_exceeded_by_searching() -> None:
    assert rate(Pace(rate=2, idle_rate=1), "searching", None, 0.0, None) == 2


def test_heat_is_that_of_the_hottest_zone_and_asked_for_seldom(tmp_path: Path) -> None:
    for number, told in enumerate(("41000", "67500", "-274000", "no number")):
        zone = tmp_path / f"thermal_zone{number}"
        zone.mkdir()
        (zone / "temp").write_text(f"{told}\n")
    heat = Heat(tmp_path)
    assert heat.degrees(0.0) == 67.5
    (tmp_path / "thermal_zone1" / "temp").write_text("80000\n")
    assert heat.degrees(1.0) == 67.5
    assert heat.degrees(60.0) == 80


def test_where_nothing_is_told_nothing_is_known(tmp_path: Path) -> None:
    assert Heat(tmp_path / "none").degrees(0.0) is None
    assert Heat(tmp_path).degrees(0.0) is None
