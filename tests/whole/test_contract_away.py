"""The broker killed, frozen and absent; the box killed: what is kept, replayed and announced."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broker import BINARY, Mosquitto
from tests.waiting import until
from tests.whole.caller import Caller
from tests.whole.running_box import RunningBox

pytestmark = pytest.mark.whole


class Away:
    """A box, its broker, and somebody who reaches the box without it."""

    def __init__(self, folder: Path) -> None:
        self.broker = Mosquitto(folder, ("allow_anonymous true", "set_tcp_nodelay true"))
        self.box = RunningBox(folder, self.broker.port, MOODBOX_DEMO__FACE_S="600")

    def volume(self, level: int) -> None:
        """One event, over the link."""
        self.volumes(range(level, level + 1))

    def volumes(self, levels: range) -> None:
        """An event for each."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(10)
            link.connect(str(self.box.socket))
            _send(link, {"type": "hello", "protocol": 1, "role": "tool", "pid": os.getpid()})
            for level in levels:
                payload = {"level": level % 100}
                _send(link, {"type": "request", "command": "volume", "payload": payload})
                while (answer := _receive(link))["type"] != "response":
                    pass
                assert answer["payload"]["data"] == payload

    def meet(self) -> Caller:
        """The broker comes back, and somebody listens to it before the box may speak."""
        box = self.box.child("box")
        os.kill(box, signal.SIGSTOP)
        try:
            self.broker.start()
            return Caller(self.broker.port)
        finally:
            os.kill(box, signal.SIGCONT)


def _send(link: socket.socket, message: dict[str, Any]) -> None:
    content = json.dumps(message).encode()
    link.sendall(struct.pack(">IB", len(content) + 1, 0) + content)


def _receive(link: socket.socket) -> dict[str, Any]:
    (length,) = struct.unpack(">I", link.recv(4, socket.MSG_WAITALL))
    message: dict[str, Any] = json.loads(link.recv(length, socket.MSG_WAITALL)[1:])
    return message


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    """A box that has never met its broker."""
    if BINARY is None:
        pytest.skip("mosquitto is not installed")
    one = Away(tmp_path_factory.mktemp("away"))
    one.box.start()
    try:
        until(one.box.socket.exists, 20, "the box's socket")
        yield one
    finally:
        one.box.kill()
        one.broker.kill()


def order(caller: Caller) -> list[str]:
    """The topics as they came, each once."""
    names = [message.topic.removeprefix("moodbox/kitchen/") for message in caller.messages]
    return list(dict.fromkeys(names))


def replays(caller: Caller) -> list[dict[str, object]]:
    return [event for event in caller.events(0) if event.get("replayed") is True]


def test_events_from_before_the_first_connection_are_replayed(away: Away) -> None:
    away.volumes(range(5))
    caller = away.meet()
    until(lambda: len([e for e in replays(caller) if e["event_type"] == "command"]) == 5, 20)
    assert order(caller)[:3] == ["availability", "info", "state"]
    assert order(caller).index("event") > order(caller).index("state")
    away.volume(50)
    until(lambda: len(caller.commands(0)) == 6, 10, "a live event")
    assert "replayed" not in caller.events(0, "command")[-1]
    assert not caller.wrongs()
    caller.close()


def test_the_last_two_hundred_events_are_kept_in_order(away: Away) -> None:
    away.broker.kill()
    started = time.time()
    away.volumes(range(250))
    caller = away.meet()
    until(lambda: len(replays(caller)) == 200, 20, "200 events")
    away.volume(77)
    until(lambda: "replayed" not in caller.events(0)[-1], 10, "a live event")
    events = caller.events(0)
    ids = [event["id"].encode() for event in events]
    assert ids == sorted(set(ids))
    assert len(events) == 201
    assert all(event["at"] >= caller.state["at"][:10] for event in events)
    assert time.time() - started < 60
    assert order(caller)[:3] == ["availability", "info", "state"]
    caller.close()


def test_all_that_is_kept_is_there_again(away: Away) -> None:
    away.volume(61)
    away.broker.kill()
    away.volume(62)
    caller = away.meet()
    caller.await_state(lambda state: state["volume"] == 62, 20)
    caller.close()
    late = Caller(away.broker.port)
    until(lambda: {"availability", "info", "state"} <= set(order(late)), 10, "what is kept")
    assert late.since(0, "availability")[-1].payload == b"online"
    assert late.state["volume"] == 62
    late.close()


def test_a_frozen_broker_is_waited_for(away: Away) -> None:
    caller = Caller(away.broker.port)
    until(lambda: caller.since(0, "availability"), 10, "online")
    caller.settle()
    mark = caller.mark()
    away.broker.send_signal(signal.SIGSTOP)
    away.volumes(range(30))
    time.sleep(1.0)
    away.broker.send_signal(signal.SIGCONT)
    until(lambda: len(caller.commands(mark)) == 30, 20, "thirty events")
    assert not [event for event in caller.events(mark) if "replayed" in event]
    caller.await_state(lambda state: state["volume"] == 29)
    caller.close()


def test_commands_while_it_was_away_are_not_obeyed(away: Away) -> None:
    away.volume(40)
    kept = away.box.state / "settings.json"  # not written with every step of a slider
    until(lambda: json.loads(kept.read_bytes())["settings"]["volume"] == 40, 5, "40 on the disk")
    away.box.kill()
    caller = Caller(away.broker.port)
    until(lambda: [m.payload for m in caller.since(0, "availability")][-1:] == [b"offline"], 30)
    last_will = caller.since(0, "availability")[-1]
    assert (last_will.retain, last_will.qos) == (True, 1)
    for qos in (0, 1, 2):
        caller.say("volume/set", "99", qos=qos)
        caller.say("request/volume", '{"level": 98}', qos=qos)
    mark = caller.mark()
    away.box.start()
    until(lambda: caller.since(mark, "state"), 20, "the box")
    caller.settle()
    assert caller.data("settings.get")["settings"]["volume"] == 40
    assert not caller.commands(mark)
    assert not caller.since(mark, "response/volume")
    caller.close()


def test_a_twin_is_suspected(away: Away, tmp_path: Path) -> None:
    twin = RunningBox(tmp_path, away.broker.port, MOODBOX_DEMO__FACE_S="600")
    twin.start()
    try:
        until(lambda: "same id" in away.box.said + twin.said, 40, "a word about the twin")
    finally:
        twin.kill()
