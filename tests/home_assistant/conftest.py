"""A broker and a Home Assistant for all tests of a file: both take their time to start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker import BINARY, Ear, Mosquitto
from tests.home_assistant.house import PYTHON, SETUP


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder needs both, and says so where one is missing."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.home_assistant)
        if not PYTHON.exists():
            item.add_marker(pytest.mark.skip(reason=f"no Home Assistant here: {SETUP} brings one"))
        elif BINARY is None:
            item.add_marker(pytest.mark.skip(reason="mosquitto is not installed"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    one = Mosquitto(tmp_path_factory.mktemp("broker"))
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def ear(broker: Mosquitto) -> Iterator[Ear]:
    one = Ear(broker.port)
    yield one
    one.close()
