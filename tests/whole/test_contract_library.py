"""Requests that ask the library: recommend, similar, search, like, place, scan, history, doctor."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.waiting import until
from tests.whole import contract
from tests.whole.caller import Caller
from tests.whole.conftest import House

pytestmark = pytest.mark.whole
QUERIES = ("recommend", "similar", "search", "history", "settings.get", "diagnostics")


def song(caller: Caller, words: str) -> str:
    return str(caller.data("search", query=words)["items"][0]["id"])


def ranked(items: list[dict[str, Any]], kind: str = "song") -> None:
    for place, item in enumerate(items, 1):
        assert not contract.lacks(item, contract.RANKED), item
        assert (item["rank"], item["kind"]) == (place, kind)
        assert contract.number(item["score"])
        assert item["reason"]


@pytest.mark.parametrize("mood", [*sorted(contract.MOODS), None])
def test_recommend_songs(caller: Caller, mood: str | None) -> None:
    items = caller.data("recommend", **({} if mood is None else {"mood": mood}))["items"]
    assert len(items) == 10
    ranked(items)
    assert len({item["id"] for item in items}) == 10


@pytest.mark.parametrize("n", [1, 3, 10, 100])
def test_recommend_as_many_as_asked(caller: Caller, n: int) -> None:
    assert len(caller.data("recommend", n=n)["items"]) == min(n, 10)


@pytest.mark.parametrize("given", [{}, {"mood": "sad"}, {"language": "hi"}, {"n": 3}])
def test_recommend_films(caller: Caller, given: dict[str, Any]) -> None:
    items = caller.data("recommend", kind="film", **given)["items"]
    assert len(items) == given.get("n", 10)
    ranked(items, "film")


@pytest.mark.parametrize("n", [None, 1, 2, 100])
def test_similar(caller: Caller, n: int | None) -> None:
    given = {} if n is None else {"n": n}
    own = song(caller, "golden morning")
    items = caller.data("similar", track_id=own, **given)["items"]
    assert 0 < len(items) <= min(n or 10, 9)
    ranked(items)
    assert own not in {item["id"] for item in items}


@pytest.mark.parametrize(
    ("query", "total"),
    [("golden", 2), ("GOLDEN evening", 1), ("shorty", 2), ("čas", 1), ("Žofie", 1), ("metal", 1),
     ("zzzzqqqq", 0), ("'; DROP TABLE tracks; --", 0), ('"', 0), ("%", 0), ("\u0000", 0)],
)  # fmt: skip
def test_search(caller: Caller, query: str, total: int) -> None:
    data = caller.data("search", query=query)
    assert set(data) == {"items", "total"}
    assert data["total"] == total == len(data["items"])


def test_search_in_pages(caller: Caller) -> None:
    whole = caller.data("search", query="golden")["items"]
    for offset in (0, 1, 2, 50):
        page = caller.data("search", query="golden", n=1, offset=offset)
        assert page["total"] == 2
        assert [one["id"] for one in page["items"]] == [
            one["id"] for one in whole[offset : offset + 1]
        ]


@pytest.mark.parametrize(("command", "liked"), [("like", True), ("dislike", False)])
def test_a_taste_by_id(caller: Caller, command: str, liked: bool) -> None:
    own = song(caller, "river")
    mark = caller.mark()
    assert caller.data(command, track_id=own) == {}
    event = caller.event(mark, "feedback")
    assert (event["track_id"], event["liked"]) == (own, liked)
    assert caller.data(command, track_id=own, undo=True) == {}
    assert caller.data(command, track_id=own, undo=False) == {}
    assert caller.data(command, undo=True, track_id=own) == {}
    caller.settle()
    assert caller.commands(mark) == [(command, True)] * 4


def test_a_taste_of_the_present_song(caller: Caller) -> None:
    own = caller.data("play", query="glass")["track"]["id"]
    mark = caller.mark()
    assert caller.data("like") == {}
    assert caller.event(mark, "feedback")["track_id"] == own


@pytest.mark.parametrize(
    "given",
    [{"mood": "fear"}, {"valence": 1, "arousal": -1}, {"valence": 0.25, "arousal": 0.5}, {}],
)
def test_place(caller: Caller, given: dict[str, Any]) -> None:
    own = song(caller, "grindstone")
    before = caller.data("search", query="grindstone")["items"][0]
    mark = caller.mark()
    assert caller.data("place", track_id=own, **given) == {}
    caller.settle()
    assert caller.commands(mark) == [("place", True)]
    now = caller.data("search", query="grindstone")["items"][0]
    assert {key: now[key] for key in given} == given
    if given:
        assert caller.data("place", track_id=own) == {}
        assert caller.data("search", query="grindstone")["items"][0] == before


@pytest.mark.parametrize("full", [None, False, True])
def test_scan(caller: Caller, full: bool | None) -> None:
    mark = caller.mark()
    assert caller.data("library.scan", **({} if full is None else {"full": full})) == {
        "started": True
    }
    event = caller.event(mark, "scan_finished", 30)
    assert event["total"] == 10
    assert event["removed"] == 0
    assert caller.commands(mark) == [("library.scan", True)]


def test_a_second_scan_meanwhile_is_busy(caller: Caller) -> None:
    mark = caller.mark()
    for _ in range(5):
        caller.say("request/library.scan", '{"full": true}', wait=False)
    name = "response/library.scan"
    until(lambda: len(caller.since(mark, name)) == 5, 10, "five answers")
    codes = [one.json.get("error", {}).get("code") for one in caller.since(mark, name)]
    assert codes[:2] == [None, "busy"]
    caller.event(mark, "scan_finished", 30)
    caller.settle()
    assert len(caller.commands(mark)) == codes.count(None)


def test_history(caller: Caller) -> None:
    caller.data("history.clear")
    first = caller.data("play", query="glass")["track"]
    second = caller.data("play", query="river")["track"]
    data = caller.data("history")
    assert set(data) == {"moods", "tracks", "truncated"}
    assert data["truncated"] is False
    one, other = data["tracks"]
    assert (one["id"], other["id"]) == (first["id"], second["id"])
    assert set(first) <= set(one)
    assert contract.moment(one["at"])
    assert one["until"] >= one["at"]
    assert other["until"] is None


def test_history_has_the_moods(caller: Caller) -> None:
    caller.set("override", "calm")
    caller.set("override", "sad")
    caller.set("override", "fear")
    caller.set("override", "auto")
    caller.settle()
    moods = [one["mood"] for one in caller.data("history", hours=1)["moods"]]
    assert moods[-3:] == ["sad", "fear", "happy"]
    assert all(contract.moment(one["at"]) for one in caller.data("history")["moods"])


@pytest.mark.parametrize("hours", [0, 0.001, 1, 24, 720])
def test_history_of_so_many_hours(caller: Caller, hours: float) -> None:
    data = caller.data("history", hours=hours)
    assert isinstance(data["tracks"], list)


def test_history_is_cleared_up_to_a_time(caller: Caller) -> None:
    for words in ("glass", "river", "grindstone"):
        caller.data("play", query=words)
    before = caller.data("history")["tracks"]
    long_ago = "2020-01-01T00:00:00Z"
    assert caller.data("history.clear", before=long_ago) == {"removed": 0}
    assert caller.data("history")["tracks"] == before
    time.sleep(0.01)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    assert caller.data("history.clear", before=now)["removed"] >= len(before) - 1
    left = caller.data("history")["tracks"]
    assert [one["until"] for one in left] == [None]
    assert caller.data("history.clear")["removed"] >= 1
    assert caller.data("history") == {"moods": [], "tracks": [], "truncated": False}


def test_a_guest_is_not_remembered(caller: Caller) -> None:
    caller.data("settings.set", guest=True)
    caller.data("history.clear")
    mark = caller.mark()
    played = caller.data("play", query="river")["track"]["id"]
    caller.data("like", track_id=played)
    caller.settle()
    assert caller.data("history")["tracks"] == []
    assert caller.event(mark, "track_started")["track"]["id"] == played
    caller.data("settings.set", guest=False)


def test_diagnostics_in_two_seconds(caller: Caller) -> None:
    started = time.monotonic()
    report = caller.data("diagnostics")
    assert time.monotonic() - started < 4.0  # two, and as much for a busy machine
    assert report["schema"] == 1
    assert isinstance(report["ok"], bool)
    assert {"name", "status", "message", "mend"} <= set(report["checks"][0])
    assert {one["status"] for one in report["checks"]} <= {"ok", "warn", "fail", "skip"}


def test_queries_yield_no_event(caller: Caller) -> None:
    mark = caller.mark()
    own = song(caller, "river")
    for name in QUERIES:
        given = {"similar": {"track_id": own}, "search": {"query": "a"}}.get(name, {})
        caller.data(name, **given)
    caller.settle()
    assert not caller.commands(mark)


@pytest.mark.parametrize("given", [{}, {"before": "2020-01-01T00:00:00+01:00"}])
def test_clearing_yields_one(caller: Caller, given: dict[str, str]) -> None:
    mark = caller.mark()
    caller.data("history.clear", **given)
    caller.settle()
    assert caller.commands(mark) == [("history.clear", True)]


def test_new_songs_are_told(house: House) -> None:
    assert house.caller.event(0, "scan_finished")["total"] == 10
