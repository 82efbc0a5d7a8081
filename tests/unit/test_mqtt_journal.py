"""The file behind the kept events: what a restart, a pulled plug and a bad card leave of it."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.mqtt.journal import LONGEST, Journal
from edge.mqtt.kept import AGE_S, EVENTS, Kept

WALL = 1_795_214_280.0


def event(number: int, wall: float = WALL, **more: Any) -> dict[str, Any]:
    at = f"{datetime.fromtimestamp(wall, UTC).isoformat(timespec='milliseconds')[:-6]}Z"
    return {"id": f"{number:06}", "at": at, "event_type": "command", "ok": True, **more}


def of(happened: dict[str, Any], at: float | None = 100.0) -> Kept:
    return Kept("event", happened["id"], json.dumps(happened).encode(), at)


def kept(*numbers: int, at: float | None = 100.0) -> list[Kept]:
    return [of(event(number), at) for number in numbers]


def ids(found: list[Kept]) -> list[int]:
    return [int(one.name) for one in found]


def write(path: Path, all_of: list[Kept], boot: str = "one") -> Journal:
    journal = Journal(path, boot)
    journal.update(all_of, all_of)
    return journal


def read(path: Path, at: float = 200.0, wall: float = WALL, boot: str = "one") -> list[Kept]:
    return Journal(path, boot).read("event", at, wall)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept-events"


def test_what_was_kept_is_there_after_a_restart_in_order_and_as_it_was(path: Path) -> None:
    journal = write(path, kept(1, 2))
    assert journal.update(kept(1, 2, 3), kept(1, 2, 3))
    found = read(path)
    assert [json.loads(one.payload) for one in found] == [event(1), event(2), event(3)]
    assert all(one.replayed and not one.in_flight and one.topic == "event" for one in found)
    assert (path.stat().st_mode & 0o777) == 0o600


def test_nothing_is_written_where_nothing_is_new(path: Path) -> None:
    journal = Journal(path, "one")
    assert not journal.update(kept(1, 2), [])
    assert not path.exists()
    journal.update(kept(1, 2), kept(1))
    before = path.read_bytes()
    assert not journal.update(kept(1, 2), kept(1))
    assert path.read_bytes() == before


def test_an_event_that_is_gone_is_not_told_again(path: Path) -> None:
    journal = write(path, kept(1, 2, 3))
    size = path.stat().st_size
    journal.update(kept(3), kept(3))
    assert ids(read(path)) == [3]
    assert path.stat().st_size - size < 60, "only a word about each"
    journal.update([], [])
    assert path.read_bytes() == b""
    assert read(path) == []


def test_a_clock_that_steps_makes_nothing_old_within_one_start_of_the_machine(path: Path) -> None:
    write(path, kept(1, at=100.0))
    assert ids(read(path, at=200.0, wall=WALL + 40 * AGE_S)) == [1]
    assert read(path, at=101.0 + AGE_S, wall=WALL) == []


def test_after_another_start_of_the_machine_the_wall_clock_tells_the_age(path: Path) -> None:
    write(path, kept(1, at=100.0))
    assert ids(read(path, at=1.0, wall=WALL + AGE_S - 1, boot="two")) == [1]
    assert ids(read(path, at=1.0, wall=WALL - 10 * AGE_S, boot="two")) == [1], "not set yet"
    assert read(path, at=1.0, wall=WALL + AGE_S + 1, boot="two") == []


def test_a_third_run_still_tells_the_age_of_what_the_first_has_left(path: Path) -> None:
    write(path, kept(1, at=100.0), boot="one")
    second = Journal(path, "two")
    earlier = second.read("event", 5.0, WALL + 60)
    second.update([*earlier, *kept(2, at=6.0)], [*earlier, *kept(2, at=6.0)])
    assert ids(read(path, at=7.0, wall=WALL + 120, boot="two")) == [1, 2]
    assert ids(read(path, at=7.0, wall=WALL + AGE_S + 120, boot="two")) == [2]


def test_the_file_stays_small_however_long_the_broker_is_away(path: Path) -> None:
    journal, largest = Journal(path, "one"), 0
    for last in range(2, 5000, 7):
        there = kept(*range(max(1, last - EVENTS), last))
        journal.update(there, there)
        largest = max(largest, path.stat().st_size)
    assert largest < 150_000
    assert ids(read(path)) == list(range(last - EVENTS, last))


def test_a_damaged_line_costs_itself_only(path: Path) -> None:
    write(path, kept(1, 2, 3))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"command", b"commend") + lines[2])
    journal = Journal(path, "one")
    assert ids(journal.read("event", 200.0, WALL)) == [1, 3]
    assert journal.damaged == 1
    journal.update(kept(1, 3, 4), kept(1, 3, 4))
    again = Journal(path, "one")
    assert ids(again.read("event", 200.0, WALL)) == [1, 3, 4]
    assert again.damaged == 0, "it was made anew"


@given(st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_a_plug_pulled_while_it_writes_costs_the_last_lines_only(cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "kept-events")
        write(path, kept(1, 2, 3))
        content = path.read_bytes()
        path.write_bytes(content[: len(content) - cut])
        journal = Journal(path, "one")
        found = journal.read("event", 200.0, WALL)
        assert ids(found) == [1, 2, 3][: content[: len(content) - cut].count(b"\n")]
        more = [*found, *kept(9)]
        journal.update(more, more)
        assert ids(read(path)) == ids(more)


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_anything_may_stand_in_the_file(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "kept-events")
        path.write_bytes(content)
        journal = Journal(path, "one")
        assert journal.read("event", 200.0, WALL) == []
        journal.update(kept(1), kept(1))
        assert ids(read(path)) == [1]


def test_an_event_that_is_too_long_does_not_fill_the_card(path: Path) -> None:
    long = of(event(1, title="x" * LONGEST))
    write(path, [long, *kept(2)])
    assert path.stat().st_size < LONGEST
    assert ids(read(path)) == [2]


def test_a_disk_that_takes_nothing_is_raised_and_later_made_good(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    journal = Journal(folder / "kept-events", "one")
    with pytest.raises(OSError, match="No such file"):
        journal.update(kept(1), kept(1))
    folder.mkdir()
    journal.update(kept(1, 2), kept(1, 2))
    assert ids(read(folder / "kept-events")) == [1, 2]
