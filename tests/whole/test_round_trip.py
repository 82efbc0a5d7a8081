"""The whole box, playing and watching, beside a bare client on the same broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import crowd, round_trips
from tests.bench.asking import listen
from tests.bench.home import Home, home
from tests.broker import BINARY

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed"),
]
BUSY_X, BUSY_MS = 25.0, 30.0
"""Loose: other things run here too. What is to be reached stands in the bench; one packet that is
held back costs 40 ms."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder: Path = tmp_path_factory.mktemp("home")
    with home(folder) as one:
        yield one


def test_a_request_takes_a_few_bare_round_trips(here: Home) -> None:
    with listen(here.broker.port, *round_trips.TOPICS) as asker:
        bare, *asked = round_trips.measure(asker, 60, 1)
    assert {one.name for one in asked} == set(round_trips.REQUESTS)
    for one in asked:
        assert one.ms(0.5) < BUSY_MS, one.name
        assert one.ms(0.5) < BUSY_X * bare.ms(0.5), one.name


def test_two_hundred_a_second_are_each_answered_once(here: Home) -> None:
    results, missed = crowd.measure(here, 5.0)
    assert not missed
    assert next(one.n for one in results if one.name.endswith("answered once")) == 5 * crowd.RATE
