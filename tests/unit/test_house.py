"""The owner's hard rules, and the calendar that the season needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge.messages import Track
from edge.mind.calendar import day, within
from edge.mind.house import SEASON, House, bar


def wall(year: int, month: int, date: int) -> float:
    return datetime(year, month, date, 12, tzinfo=UTC).timestamp()


def test_every_day_of_a_century_has_its_date() -> None:
    noon = datetime(1999, 12, 31, 12, tzinfo=UTC)
    for _ in range(36_600):
        noon += timedelta(days=1)
        assert day(noon.timestamp()) == (noon.month, noon.day)


@pytest.mark.parametrize(
    ("month", "date", "inside"),
    [(11, 30, False), (12, 1, True), (12, 31, True), (1, 6, True), (1, 7, False), (6, 1, False)],
)
def test_the_season_crosses_new_year(month: int, date: int, inside: bool) -> None:
    assert within(wall(2026, month, date), *SEASON) is inside


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Last Christmas"},
        {"title": "STILLE NACHT"},
        {"album": "A Very Merry Xmas"},
        {"genre": "Holiday"},
        {"title": "Feliz Navidad"},
    ],
)
def test_christmas_has_its_season(fields: dict[str, str]) -> None:
    song = Track(id="x", path="/x", **fields)  # type: ignore[arg-type]  # strings all
    june, december = wall(2026, 6, 1), wall(2026, 12, 20)
    assert bar(song, House(), june) == "is a Christmas song, and it is not the season"
    assert bar(song, House(), december) is None
    assert bar(song, House(festive="always"), june) is None
    assert bar(song, House(festive="never"), december) == "is a Christmas song"
    assert bar(song, House(exclude=frozenset({"christmas"})), december) == "is a Christmas song"


@pytest.mark.parametrize(
    ("genre", "barred"),
    [
        ("Metal", True),
        ("death metal", True),
        ("Rock; Metal", True),
        ("Rock/Metal", True),
        ("Metalcore", False),
        ("Rock", False),
        (None, False),
    ],
)
def test_a_genre_is_known_however_it_is_written(genre: str | None, barred: bool) -> None:
    song = Track(id="x", path="/x", genre=genre)
    assert (bar(song, House(exclude=frozenset({"metal"})), 0.0) is not None) is barred


def test_explicit_songs_are_heard_unless_the_owner_minds() -> None:
    song = Track(id="x", path="/x", explicit=True)
    assert bar(song, House(), 0.0) is None
    assert bar(song, House(explicit=False), 0.0) == "is marked explicit"
    assert bar(song, House(exclude=frozenset({"explicit"})), 0.0) == "is marked explicit"
