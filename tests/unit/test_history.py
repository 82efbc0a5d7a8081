"""history.db: spans of moods and songs, over power cuts, steps of the clock and a guest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.library.history import DAY_S, REFRESH_S, HistoryStore
from edge.messages import Event, Track
from edge.mqtt.topics import track_payload, utc

START = 1_700_000_000.0


def kept(path: Path) -> HistoryStore:
    return HistoryStore(path, track_payload, utc)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def history(path: Path) -> Iterator[HistoryStore]:
    with kept(path) as one:
        yield one


def mood(history: HistoryStore, at: float, to: str | None, *, keep: bool = True) -> None:
    event = Event(event_type="mood_changed", wall=at, fields={"from": None, "to": to})
    history.take(event, keep=keep)


def began(history: HistoryStore, at: float, name: str, *, keep: bool = True) -> None:
    track = Track(id=name, path=f"/{name}", title=name.title())
    event = Event(event_type="track_started", wall=at, fields={"track": track})
    history.take(event, keep=keep)


def ended(history: HistoryStore, at: float) -> None:
    history.take(Event(event_type="track_ended", wall=at, fields={}), keep=True)


def tracks(history: HistoryStore, since: float = 0.0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = history.spans(since)["tracks"]
    return found


def test_a_song_has_its_beginning_and_its_end(history: HistoryStore) -> None:
    began(history, START, "a")
    assert tracks(history)[0]["until"] is None
    ended(history, START + 60)
    (one,) = tracks(history)
    assert (one["at"], one["until"]) == (utc(START), utc(START + 60))
    assert set(one) == {*track_payload(Track(id="a", path="/a")), "at", "until"}


def test_one_after_the_other(history: HistoryStore) -> None:
    for number, name in enumerate("abc"):
        began(history, START + number, name)
    assert [one["id"] for one in tracks(history)] == ["a", "b", "c"]
    assert [one["until"] is None for one in tracks(history)] == [False, False, True]


def test_moods_end_with_the_next_or_with_nobody(history: HistoryStore) -> None:
    mood(history, START, "happy")
    mood(history, START + 5, "sad")
    mood(history, START + 9, None)
    moods = history.spans(0.0)["moods"]
    assert [(one["mood"], one["until"]) for one in moods] == [
        ("happy", utc(START + 5)),
        ("sad", utc(START + 9)),
    ]


def test_a_guest_leaves_no_trace_but_ends_what_was(history: HistoryStore) -> None:
    began(history, START, "owner")
    began(history, START + 10, "guest", keep=False)
    mood(history, START + 10, "sad", keep=False)
    assert [(one["id"], one["until"]) for one in tracks(history)] == [("owner", utc(START + 10))]
    assert not history.spans(0.0)["moods"]


def test_only_what_was_since_then(history: HistoryStore) -> None:
    began(history, START, "a")
    began(history, START + 10, "b")
    ended(history, START + 20)
    assert [one["id"] for one in tracks(history, START + 10)] == ["a", "b"]
    assert [one["id"] for one in tracks(history, START + 10.1)] == ["b"]
    assert not tracks(history, START + 20.1)


def test_what_goes_on_is_always_there(history: HistoryStore) -> None:
    began(history, START, "a")
    assert tracks(history, START + 1e6)[0]["until"] is None


def test_a_power_cut_costs_the_end_only(path: Path) -> None:
    first = kept(path)
    began(first, START, "a")
    mood(first, START, "happy")
    first.tend(START + 1, 90)
    first.tend(START + 1 + REFRESH_S, 90)
    first.close()  # which writes nothing: as without power
    with kept(path) as again:
        (one,) = tracks(again)
        assert (one["at"], one["until"]) == (utc(START), utc(START + 1 + REFRESH_S))
        began(again, START + 900, "b")
        assert [each["id"] for each in tracks(again)] == ["a", "b"]


@pytest.mark.parametrize("step_s", [-3600.0, -1e6, 3600.0, 1e8])
def test_a_step_of_the_clock_makes_no_negative_span(history: HistoryStore, step_s: float) -> None:
    began(history, START, "a")
    history.tend(START + step_s, 3650)
    ended(history, START + step_s)
    (one,) = tracks(history)
    assert one["at"] <= one["until"]


def test_after_a_step_back_it_is_still_in_order(history: HistoryStore) -> None:
    began(history, START, "a")
    began(history, START - 500, "b")
    began(history, START - 400, "c")
    assert [one["id"] for one in tracks(history)] == ["a", "b", "c"]


def test_too_much_is_cut_at_the_old_end(history: HistoryStore) -> None:
    for number in range(2000):
        began(history, START + number, f"song-{number:05}")
    told = history.spans(0.0)
    assert told["truncated"] is True
    assert told["tracks"][-1]["id"] == "song-01999"
    assert 100 < len(told["tracks"]) < 2000


def test_letters_of_several_bytes_count_as_such(history: HistoryStore) -> None:
    for number in range(600):
        began(history, START + number, "\u0928" * 300)
    assert len(json.dumps(history.spans(0.0), ensure_ascii=False).encode()) < 200_000


def test_little_is_not_cut(history: HistoryStore) -> None:
    began(history, START, "a")
    assert history.spans(0.0)["truncated"] is False


def test_the_old_is_forgotten(history: HistoryStore) -> None:
    began(history, START, "old")
    began(history, START + 10, "new")
    ended(history, START + 2 * DAY_S)
    history.tend(START + 2 * DAY_S, 1)
    assert [one["id"] for one in tracks(history)] == ["new"]


def test_with_no_days_all_goes_at_once(history: HistoryStore) -> None:
    began(history, START, "a")
    history.tend(START + 1, 90)
    assert tracks(history)
    history.tend(START + 2, 0)
    assert not tracks(history)


def test_clear_counts_what_went(history: HistoryStore) -> None:
    for number in range(4):
        began(history, START + number, str(number))
    assert history.clear(START - 1) == 0
    assert history.clear(START + 2.5) == 2
    assert [one["id"] for one in tracks(history)] == ["2", "3"]
    assert history.clear(START + 1e9) == 1  # the present one is not over
    assert history.clear(None) == 1
    ended(history, START + 9)
    assert not tracks(history)


def test_a_damaged_file_is_put_aside(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)
    with kept(path) as history:
        began(history, START, "a")
        assert len(tracks(history)) == 1
    assert list(path.parent.glob("history.db.damaged"))


def test_a_folder_that_cannot_be_used_costs_the_memory_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with kept(tmp_path / "file" / "history.db") as history:
        began(history, START, "a")
        assert len(tracks(history)) == 1


def test_what_else_knows_forgets_too(tmp_path: Path) -> None:
    told: list[float | None] = []
    with HistoryStore(tmp_path / "history.db", track_payload, utc, told.append) as store:
        store.tend(10 * DAY_S, 3)
        store.clear(5.0)
        store.clear(None)
    assert told == [7 * DAY_S, 5.0, None]
