"""Where the broker is, and when its password crosses a network in the open."""

from __future__ import annotations

import logging

import pytest

from edge.config import MqttConfig
from edge.config.password import Secret
from edge.mqtt.address import Address, address_of
from edge.mqtt.outbox import Outbox
from edge.mqtt.topics import Topics
from edge.mqtt.uplink import Uplink


def test_the_port_follows_the_encryption() -> None:
    assert address_of(MqttConfig(host="b"), None).port == 1883
    assert address_of(MqttConfig(host="b", tls=True), None).port == 8883
    assert address_of(MqttConfig(host="b", tls=True, port=1884), None).port == 1884


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_what_stays_on_this_machine(host: str) -> None:
    assert Address(host=host, password=Secret("x")).here
    assert not Address(host=host, password=Secret("x")).exposed


@pytest.mark.parametrize("host", ["broker.local", "192.168.1.4", "fe80::1", "localhost.example"])
def test_what_does_not(host: str) -> None:
    assert not Address(host=host).here
    assert not Address(host=host).exposed, "nothing to read"
    assert Address(host=host, password=Secret("x")).exposed
    assert not Address(host=host, password=Secret("x"), tls=True).exposed


@pytest.mark.parametrize(
    ("host", "tls", "warned"),
    [
        ("no.such.host.invalid", False, True),
        ("no.such.host.invalid", True, False),
        ("127.0.0.1", False, False),
    ],
)
def test_the_warning_is_loud_and_does_not_tell_it(
    caplog: pytest.LogCaptureFixture, host: str, tls: bool, warned: bool
) -> None:
    address = Address(host=host, port=1, username="u", password=Secret("hunter2"), tls=tls)
    uplink = Uplink(address, Topics(prefix="m", id="b"), Outbox(), lambda _: None, lambda _: None)
    with caplog.at_level(logging.WARNING):
        uplink.start()
        uplink.close()
    assert ("TRAVELS UNENCRYPTED" in caplog.text) is warned
    assert "hunter2" not in caplog.text
