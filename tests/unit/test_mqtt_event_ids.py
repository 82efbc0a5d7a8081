"""Ids of events are ordered bytewise, whatever the clock and the restarts do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.mqtt.event_ids import FILE, EventIds, kept_in


@given(st.lists(st.tuples(st.floats(0, 4e9), st.integers(0, 300)), min_size=1, max_size=8))
def test_order_holds_over_restarts_and_steps_of_the_clock(runs: list[tuple[float, int]]) -> None:
    kept, ids = [0], []
    for wall, count in runs:
        run = EventIds(kept[-1], wall, kept.append)
        ids += [run.next() for _ in range(count)]
    assert [one.encode("ascii") for one in ids] == sorted({one.encode("ascii") for one in ids})


def test_the_file_carries_the_order_over_a_restart(tmp_path: Path) -> None:
    before = kept_in(tmp_path, 2_000_000_000.0).next()
    after = kept_in(tmp_path, 1_000_000_000.0).next()
    assert before < after


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"-5", b"9" * 30, b"1" * 9999])
def test_a_damaged_file_is_no_reason_to_stop(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    first = kept_in(tmp_path, 1_795_000_000.0).next()
    second = kept_in(tmp_path, 1_795_000_001.0).next()
    assert first < second
    assert len(first) == len(second)


def test_a_folder_that_takes_nothing_is_said_and_survived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    ids = kept_in(tmp_path / "file" / "below", 1_795_000_000.0)
    assert ids.next() < ids.next()
    assert "cannot be written" in caplog.text


def test_ids_come_after_what_an_earlier_run_has_left_though_its_file_is_lost(
    tmp_path: Path,
) -> None:
    left = kept_in(tmp_path, 2_000_000_000.0).next()
    (tmp_path / FILE).unlink()
    assert left < kept_in(tmp_path, 1_000_000_000.0, left).next()


@pytest.mark.parametrize("newest", ["", "nonsense", "z" * 19, "-" * 19, "9" * 400])
def test_an_odd_id_of_an_earlier_run_changes_nothing(tmp_path: Path, newest: str) -> None:
    assert kept_in(tmp_path, 1_000.0, newest).next() == "00000003e8-00000001"
