"""Real brokers that are configured to allow little: the box keeps its session, says what fits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from tests.broker import BINARY, HOST, Ear, Mosquitto, until
from tests.parts.mqtt_box import KeepingBox, keeping_box

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as one:
        yield one


def begin(stack: ExitStack, folder: Path, *lines: str) -> tuple[KeepingBox, Ear]:
    """A box and a listener at a broker with these lines in its configuration."""
    broker = Mosquitto(folder, ("allow_anonymous true", *lines))
    stack.callback(broker.kill)
    broker.start()
    ear = Ear(broker.port)
    stack.callback(ear.close)
    box = stack.enter_context(keeping_box(broker.port, folder))
    until(lambda: box.met, 20, "the session")
    return box, ear


def sessions(box: KeepingBox) -> int:
    return sum(one.connected for one in box.brokers)


@pytest.mark.parametrize(
    "lines",
    [
        ("max_qos 0",),
        ("max_qos 1",),
        ("max_inflight_messages 1",),
        ("max_keepalive 10",),
    ],
    ids=lambda lines: lines[0],
)
def test_everything_arrives(stack: ExitStack, tmp_path: Path, lines: tuple[str, ...]) -> None:
    box, ear = begin(stack, tmp_path, *lines)
    until(lambda: ear.on("health"), what="what is retained")
    for number in range(5):
        box.tell(number)
        until(lambda n=number: len(ear.on("event")) == n + 1, what="the event")
    ear.flood("moodbox/box/next/set", [""])
    until(lambda: box.commands, what="the command")
    assert sessions(box) == 1


def test_without_retaining_what_it_says_is_still_heard(stack: ExitStack, tmp_path: Path) -> None:
    box, ear = begin(stack, tmp_path, "retain_available false")
    box.tell(1)
    until(lambda: ear.on("event"), what="the event")
    assert [len(ear.on(name)) for name in ("availability", "info", "state", "health")] == [1] * 4
    assert not any(one.retain for one in ear.messages)
    assert sessions(box) == 1


@pytest.mark.parametrize("limit", ["max_packet_size 350", "message_size_limit 300"])
def test_what_is_too_large_costs_no_session(stack: ExitStack, tmp_path: Path, limit: str) -> None:
    box, ear = begin(stack, tmp_path, limit)
    for number in range(5):
        box.tell(number)
        box.show(volume=number)
        until(lambda n=number: len(ear.on("event")) == n + 1, what="the event")
    assert ear.on("availability")
    assert not ear.on("state")
    assert sessions(box) == 1


def test_a_session_that_another_client_takes_over_comes_back(
    stack: ExitStack, tmp_path: Path
) -> None:
    box, ear = begin(stack, tmp_path)
    until(lambda: ear.on("health"), what="the session")
    twin = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="moodbox-box")
    twin.connect(HOST, ear.port)
    twin.loop_start()
    until(lambda: not box.met, what="the loss")
    twin.disconnect()
    twin.loop_stop()
    until(lambda: box.met, what="the return")
    until(lambda: ear.on("availability")[-1].payload == b"online", what="online")
