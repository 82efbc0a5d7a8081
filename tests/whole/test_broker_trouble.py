"""A whole box whose broker is killed, frozen or away, and a box that is frozen itself."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.bench import broker_restarts
from tests.bench.broker_restarts import rig
from tests.broker import BINARY, Ear, until

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed"),
]


def test_a_broker_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    seen = broker_restarts.run(0.3, 4, tmp_path)
    assert not seen.crashed
    assert (seen.lost, seen.twice, seen.out_of_order, seen.not_marked) == (0, 0, 0, 0)
    assert seen.numbered > 40
    # Each kill may take a command along that had come as far as the broker.
    assert 5 < seen.commanded - seen.restarts <= seen.obeyed <= seen.commanded
    assert max(seen.back_s) < 5.0
    assert seen.grown_mb < 5.0


def test_a_broker_that_freezes_is_left_and_found_again(tmp_path: Path) -> None:
    with rig(tmp_path) as one:
        one.broker.start()
        one.tap.open()
        ear = Ear(one.broker.port, "moodbox/box/#")
        until(lambda: ear.on("health"), 20, "the box")
        one.broker.send_signal(signal.SIGSTOP)
        frozen = time.monotonic()
        until(lambda: one.log.read_text().count("lost the broker"), 40, "the box notices it")
        assert time.monotonic() - frozen < 35
        for _ in range(20):
            one.fault()
        one.broker.send_signal(signal.SIGCONT)
        until(lambda: len(broker_restarts.numbers(one)) == 20, 30, "the events")
        until(lambda: ear.on("availability")[-1].payload == b"online", 10, "online")
        time.sleep(3.0)  # a will of the old session would come now
        assert ear.on("availability")[-1].payload == b"online"
        assert one.box.poll() is None
        ear.close()


def test_a_box_that_freezes_is_offline_within_half_a_minute(tmp_path: Path) -> None:
    with rig(tmp_path) as one:
        one.broker.start()
        one.tap.open()
        ear = Ear(one.broker.port, "moodbox/box/#")
        until(lambda: ear.on("health"), 20, "the box")
        one.box.send_signal(signal.SIGSTOP)
        try:
            until(lambda: ear.on("availability")[-1].payload == b"offline", 30, "the last will")
        finally:
            one.box.send_signal(signal.SIGCONT)
        until(lambda: ear.on("availability")[-1].payload == b"online", 20, "online again")
        one.box.terminate()
        until(lambda: ear.on("availability")[-1].payload == b"stopped", 10, "the clean end")
        ear.close()


def test_ten_thousand_commands_at_once_leave_the_box_well(tmp_path: Path) -> None:
    with rig(tmp_path) as one:
        one.broker.start()
        one.tap.open()
        ear = Ear(one.broker.port, "moodbox/box/#")
        until(lambda: ear.on("health"), 20, "the box")
        before = one.resident_mb()
        ear.flood("moodbox/box/volume/set", [str(number % 101) for number in range(10_000)])
        for _ in range(20):
            one.fault()
        last = str(9_999 % 101)
        until(lambda: ear.on("state")[-1].json["volume"] == int(last), 60, "the last one")
        until(lambda: len(broker_restarts.commands(one)) == 10_000, 60, "an event for each")
        assert broker_restarts.numbers(one) == list(range(1, 21)), "nothing else was pushed out"
        ear.say("moodbox/box/volume/set", "33")
        until(lambda: ear.on("state")[-1].json["volume"] == 33, 5, "the next command")
        assert one.resident_mb() - before < 20
        assert "does not keep up" not in one.log.read_text()
        ear.close()
