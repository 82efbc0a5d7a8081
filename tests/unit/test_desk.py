"""Requests that need the library, the diary or the doctor: answered, or left to the mind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from edge.desk import Desk
from edge.messages import Answer, AskScan, Command, Hits, ScanTold, Track
from edge.mind.dj import Choice
from edge.mind.ranked import ranked
from tests.door import NOW, START, TRACKS

FILM = Track(id="film-1", path="", title="A Film", mood="happy", valence=0.8, arousal=0.5)


class Shelf:
    """A library, diary, scanner and doctor in one, that notes what is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.busy: str | None = None
        self.found: tuple[Any, ...] = ()

    def search(self, query: str, n: int = 20, offset: int = 0, among: Any = None) -> Hits:
        self.asked.append(("search", query, n, offset))
        return Hits(items=self.found, total=len(self.found))

    def spans(self, since: float) -> dict[str, Any]:
        self.asked.append(("spans", since))
        return {"moods": [], "tracks": [], "truncated": False}

    def clear(self, before: float | None) -> int:
        self.asked.append(("clear", before))
        return 3

    def scan(self, asked: AskScan) -> ScanTold:
        self.asked.append(("scan", asked.full))
        return ScanTold(running=True, problem=self.busy)

    def ask(self, answer: Callable[[Answer], None]) -> None:
        self.asked.append(("doctor",))
        answer(Answer(data={"schema": 1, "ok": True, "checks": []}))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    every: Any = shelf
    return Desk(every, every, every, lambda: (FILM,), every)


def take(desk: Desk, name: str, **arguments: Any) -> tuple[Command | None, list[Answer]]:
    answers: list[Answer] = []
    command = Command(name=name, arguments=arguments, asked=True)
    return desk.take(command, START, NOW, answers.append), answers


def data(desk: Desk, name: str, **arguments: Any) -> dict[str, Any]:
    left, (answer,) = take(desk, name, **arguments)
    assert left is None
    assert answer.data is not None
    return answer.data


@pytest.mark.parametrize(
    ("given", "asked"),
    [({}, ("x", 10, 0)), ({"n": 3}, ("x", 3, 0)), ({"n": 1, "offset": 7}, ("x", 1, 7))],
)
def test_search(
    desk: Desk, shelf: Shelf, given: dict[str, int], asked: tuple[str, int, int]
) -> None:
    assert data(desk, "search", query="x", **given) == {"items": (), "total": 0}
    assert shelf.asked == [("search", *asked)]


@pytest.mark.parametrize(("given", "hours"), [({}, 24), ({"hours": 0.5}, 0.5), ({"hours": 0}, 0)])
def test_history(desk: Desk, shelf: Shelf, given: dict[str, float], hours: float) -> None:
    assert set(data(desk, "history", **given)) == {"moods", "tracks", "truncated"}
    assert shelf.asked == [("spans", NOW.wall - hours * 3600)]


@pytest.mark.parametrize("given", [{}, {"before": 5.0}])
def test_history_clear(desk: Desk, shelf: Shelf, given: dict[str, float]) -> None:
    left, answers = take(desk, "history.clear", **given)
    assert left is not None
    assert left.value == {"removed": 3}
    assert not answers
    assert shelf.asked == [("clear", given.get("before"))]


@pytest.mark.parametrize("full", [True, False])
def test_a_scan_starts(desk: Desk, shelf: Shelf, full: bool) -> None:
    left, answers = take(desk, "library.scan", full=full)
    assert left is not None
    assert left.value == {"started": True}
    assert not answers
    assert shelf.asked == [("scan", full)]


def test_a_second_scan_is_busy(desk: Desk, shelf: Shelf) -> None:
    shelf.busy = "A scan is running already; ask again when it is over."
    left, (answer,) = take(desk, "library.scan")
    assert left is None
    assert answer.problem is not None
    assert answer.problem.code == "busy"


def test_the_best_hit_is_played(desk: Desk, shelf: Shelf) -> None:
    shelf.found = tuple(ranked([Choice(track=TRACKS[0], score=1.0, reason="It is.")], "song"))
    left, answers = take(desk, "play", query="x")
    assert left is not None
    assert left.arguments == {"track_id": TRACKS[0].id}
    assert not answers


def test_without_a_hit_it_is_not_found(desk: Desk) -> None:
    left, (answer,) = take(desk, "play", query="x" * 5000)
    assert left is None
    assert answer.problem is not None
    assert answer.problem.code == "not_found"
    assert len(answer.problem.message) < 200


@pytest.mark.parametrize("mood", ["happy", None])
def test_films(desk: Desk, mood: str | None) -> None:
    (film,) = data(desk, "recommend", kind="film", **({"mood": mood} if mood else {}))["items"]
    assert (film.id, film.kind, film.rank) == ("film-1", "film", 1)


def test_the_doctor_is_asked(desk: Desk, shelf: Shelf) -> None:
    assert data(desk, "diagnostics") == {"schema": 1, "ok": True, "checks": []}
    assert shelf.asked == [("doctor",)]


@pytest.mark.parametrize("name", ["pause", "play", "recommend", "queue", "settings.set"])
def test_the_rest_is_left_to_the_mind(desk: Desk, shelf: Shelf, name: str) -> None:
    left, answers = take(desk, name)
    assert left == Command(name=name, asked=True)
    assert not answers
    assert not shelf.asked
