"""The guarded broker, once for all tests of a file and each way to come in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.broker import BINARY
from tests.guarded import Box, Guest
from tests.parts.guarded_site import Site


@pytest.fixture(scope="module", params=["passwords", "certificates"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One for all tests: they leave it as they found it."""
    if BINARY is None or not shutil.which("openssl") or not shutil.which("mosquitto_passwd"):
        pytest.skip("mosquitto or openssl is not installed")
    one = Site(tmp_path_factory.mktemp("site"), request.param)
    yield one
    one.close()


@pytest.fixture(scope="module")
def owner(site: Site) -> Guest:
    return site.guest("owner", "#")


@pytest.fixture(scope="module")
def kitchen(site: Site, owner: Guest) -> Box:
    del owner  # hears it from the beginning
    return site.box("kitchen")


@pytest.fixture(scope="module")
def bedroom(site: Site, kitchen: Box) -> Box:
    del kitchen
    box = site.box("bedroom")
    box.show(volume=33)
    return box
