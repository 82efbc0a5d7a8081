"""Answers leave at once, and a broker that holds small packets back has no reason to."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.mqtt.address import Address
from edge.mqtt.bell import Bell, Connection
from edge.mqtt.course import Manner
from edge.mqtt.outbox import Letter, Outbox
from edge.mqtt.session import Session
from edge.mqtt.topics import Topics
from tests.bench.asking import listen
from tests.bench.living_rooms import PREFIX, Box, name_of
from tests.broker import BINARY, HOST, Ear, Mosquitto, until

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
TOPICS = Topics(prefix="moodbox", id="box")


@contextmanager
def started(folder: Path, *lines: str) -> Iterator[Mosquitto]:
    broker = Mosquitto(folder, ("allow_anonymous true", *lines))
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


class SoundSleeper(Bell):
    """Once told to, sleeps on whatever rings."""

    def __init__(self) -> None:
        super().__init__()
        self.sound = False
        self.sleeps, self.morning = threading.Event(), threading.Event()

    def wait(self, connection: Connection, writing: bool, longest_s: float) -> None:
        if self.sound:
            self.sleeps.set()
            self.morning.wait(20)
        else:
            super().wait(connection, writing, min(longest_s, 0.05))


def test_an_answer_leaves_while_the_sessions_own_thread_sleeps(tmp_path: Path) -> None:
    outbox, bell, met = Outbox(), SoundSleeper(), threading.Event()
    with started(tmp_path) as broker:
        ear = Ear(broker.port)
        address = Address(host=HOST, port=broker.port)
        session = Session(
            address, TOPICS, outbox, bell, 0.0, met.set, lambda *_message: None, Manner()
        )
        outbox.listen(bell.ring, session.hurry)

        def drive() -> None:
            session.open()
            while session.end is None and not bell.morning.is_set():
                session.turn()
            session.leave()

        thread = threading.Thread(target=drive, name="mqtt")
        thread.start()
        try:
            assert met.wait(10)
            bell.sound = True
            assert bell.sleeps.wait(10)
            outbox.answer(Letter(topic=TOPICS.of("response/volume"), payload=b"{}"))
            until(lambda: ear.on("response/volume"), 5, "the answer")
        finally:
            bell.sound = False
            bell.morning.set()
            thread.join(10)
            session.close()
            ear.close()
            bell.close()
        assert [one.payload for one in ear.on("availability")] == [b"online", b"stopped"]


def test_a_broker_that_waits_for_acknowledgements_costs_no_forty_milliseconds(
    tmp_path: Path,
) -> None:
    room = f"{PREFIX}/{name_of(1)}"
    with started(tmp_path) as broker:  # without set_tcp_nodelay, as it comes
        box = Box(1, broker.port, 60.0, 0.0)
        box.start()
        try:
            with listen(broker.port, f"{room}/state", f"{room}/response/+") as asker:
                until(lambda: any(topic.endswith("/state") for topic, _ in asker.heard()))
                took = [
                    asker.round_trip(
                        f"{room}/request/settings.get", b"{}", f"{room}/response/settings.get", 0
                    )
                    for _ in range(25)
                ]
        finally:
            box.close()
    assert statistics.median(took) < 0.030, took
