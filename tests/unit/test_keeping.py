"""Changed settings on their way to the disk: the first at once, and the last always."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from edge.keeping import EVERY_S, Keeping


@pytest.fixture
def disk() -> list[Mapping[str, Any]]:
    return []


@pytest.fixture
def keeping(disk: list[Mapping[str, Any]]) -> Keeping:
    return Keeping(lambda changed: disk.append(dict(changed)))


def test_the_first_is_written_at_once(keeping: Keeping, disk: list[Any]) -> None:
    keeping.put({"volume": 1}, 0.0)
    assert disk == [{"volume": 1}]


def test_a_slider_is_written_first_and_last(keeping: Keeping, disk: list[Any]) -> None:
    for level in range(50):
        keeping.put({"volume": level}, level * EVERY_S / 100)
    keeping.tend(EVERY_S * 0.9)
    assert disk == [{"volume": 0}]
    keeping.tend(EVERY_S)
    assert disk == [{"volume": 0}, {"volume": 49}]


def test_different_settings_wait_together(keeping: Keeping, disk: list[Any]) -> None:
    keeping.put({"volume": 1}, 0.0)
    keeping.put({"volume": 2}, 0.01)
    keeping.put({"policy": "lift"}, 0.02)
    keeping.tend(EVERY_S)
    assert disk[1:] == [{"volume": 2, "policy": "lift"}]


def test_nothing_new_is_not_written(keeping: Keeping, disk: list[Any]) -> None:
    keeping.tend(5.0)
    keeping.put({"volume": 1}, 6.0)
    keeping.tend(60.0)
    keeping.close()
    assert disk == [{"volume": 1}]


def test_the_end_writes_what_waits(keeping: Keeping, disk: list[Any]) -> None:
    keeping.put({"volume": 1}, 0.0)
    keeping.put({"volume": 2}, 0.0)
    keeping.close()
    keeping.close()
    assert disk == [{"volume": 1}, {"volume": 2}]
