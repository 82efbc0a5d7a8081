"""What several tests need: a private broker and somebody who listens to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker import BINARY, Ear, Mosquitto


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """A running mosquitto of this test alone."""
    if BINARY is None:
        pytest.skip("mosquitto is not installed")
    one = Mosquitto(tmp_path)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def ear(broker: Mosquitto) -> Iterator[Ear]:
    """A stranger that hears everything on that broker."""
    one = Ear(broker.port)
    yield one
    one.close()
