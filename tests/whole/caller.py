"""A foreign client that asks one box: says, waits for the answer, and keeps all that comes."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from tests.broker import HOST, Message
from tests.whole.contract import strict_json, wrong

ANSWER_S = 10.0  # the contract says 2; a shared machine may stop for longer than that


class Caller:
    """One MQTT 5 client with Retain As Published, and what it heard of one box."""

    def __init__(self, port: int, box: str = "kitchen") -> None:
        self.messages: list[Message] = []
        self.correlations: dict[int, bytes] = {}
        self.box = box
        self.root = f"moodbox/{box}"
        self._asked = 0
        self._spoken: set[str] = set()
        self._came = threading.Condition()
        self._ready = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_connect = lambda *_: self._subscribe()
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = lambda _c, _u, message: self._take(message)
        self._client.on_socket_open = lambda _c, _u, connection: connection.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(1000)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async(HOST, port, keepalive=20)
        self._client.loop_start()
        assert self._ready.wait(10), "the caller could not subscribe"

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _subscribe(self) -> None:
        whole = SubscribeOptions(qos=2, retainAsPublished=True)
        self._client.subscribe([(f"{self.root}/+", whole), (f"{self.root}/response/+", whole),
                                (f"{self.root}/reply/#", whole), ("away/#", whole)])  # fmt: skip

    def _take(self, message: paho.MQTTMessage) -> None:
        properties = message.properties
        if properties is not None and hasattr(properties, "CorrelationData"):
            self.correlations[len(self.messages)] = properties.CorrelationData
        payload = bytes(message.payload)
        now = time.monotonic()
        with self._came:
            self.messages.append(Message(now, message.topic, payload, message.retain, message.qos))
            self._came.notify_all()

    # -- speaking

    def say(self, topic: str, payload: bytes | str = b"", **more: Any) -> None:
        """One message under the box's own topic."""
        self.say_at(f"{self.root}/{topic}", payload, **more)

    def say_at(
        self,
        topic: str,
        payload: bytes | str = b"",
        *,
        retain: bool = False,
        qos: int = 1,
        reply: str | None = None,
        correlation: bytes | None = None,
        wait: bool = True,
    ) -> None:
        """One message on any topic."""
        properties = Properties(PacketTypes.PUBLISH)
        if reply is not None:
            properties.ResponseTopic = reply
        if correlation is not None:
            properties.CorrelationData = correlation
        self._spoken.add(topic)
        sent = self._client.publish(topic, payload, qos, retain, properties=properties)
        if wait:
            sent.wait_for_publish(10)

    def set(self, setting: str, payload: bytes | str) -> None:
        self.say(f"{setting}/set", payload)

    def ask_raw(self, command: str, payload: bytes | str = b"", qos: int = 1) -> dict[str, Any]:
        """The next answer to that command."""
        mark = self.mark()
        self.say(f"request/{command}", payload, qos=qos)
        return self.next_answer(command, mark)

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """The answer to a request that carries its number."""
        self._asked += 1
        mark = self.mark()
        body = {"transaction": self._asked, **arguments}
        self.say(f"request/{command}", json.dumps(body))
        answer = self.next_answer(command, mark)
        assert answer["transaction"] == body["transaction"], answer
        assert answer["id"] == self.box
        return answer

    def data(self, command: str, **arguments: Any) -> dict[str, Any]:
        answer = self.ask(command, **arguments)
        assert answer["status"] == "ok", answer
        data: dict[str, Any] = answer["data"]
        return data

    def refused(self, command: str, **arguments: Any) -> str:
        answer = self.ask(command, **arguments)
        assert answer["status"] == "error", answer
        code: str = answer["error"]["code"]
        return code

    # -- hearing

    def mark(self) -> int:
        return len(self.messages)

    def since(self, mark: int, name: str) -> list[Message]:
        full = f"{self.root}/{name}"
        return [message for message in self.messages[mark:] if message.topic == full]

    def next_answer(self, command: str, mark: int) -> dict[str, Any]:
        name = f"response/{command}"
        self._await(lambda: self.since(mark, name), ANSWER_S, name)
        answer: dict[str, Any] = strict_json(self.since(mark, name)[0].payload)
        return answer

    def settle(self) -> None:
        """All that was said before has been carried out, and its events are here.

        Commands of one client run in order; an answer may overtake the events before it, but not
        those before the question.
        """
        self.data("settings.get")
        self.data("settings.get")

    def events(self, mark: int, kind: str | None = None) -> list[dict[str, Any]]:
        every = [message.json for message in self.since(mark, "event")]
        return [event for event in every if kind is None or event["event_type"] == kind]

    def commands(self, mark: int) -> list[tuple[str, bool]]:
        """The command events since then."""
        return [(one["command"], one["ok"]) for one in self.events(mark, "command")]

    def event(self, mark: int, kind: str, within_s: float = 10.0) -> dict[str, Any]:
        self._await(lambda: self.events(mark, kind), within_s, kind)
        return self.events(mark, kind)[0]

    @property
    def state(self) -> dict[str, Any]:
        self._await(lambda: self.since(0, "state"), 20, "a state")
        state: dict[str, Any] = self.since(0, "state")[-1].json
        return state

    def await_state(
        self, fits: Callable[[dict[str, Any]], object], within_s: float = 10.0
    ) -> dict[str, Any]:
        self._await(lambda: fits(self.state), within_s, "a state that fits")
        return self.state

    def _await(self, true: Callable[[], object], within_s: float, what: str) -> None:
        """As `until`, and looks at once where something has come."""
        with self._came:
            came = self._came.wait_for(lambda: bool(true()), within_s)
        assert came, (
            f"{what} did not come in {within_s:.0f} s; the state is {self.since(0, 'state')[-1:]}"
        )

    def wrongs(self) -> list[str]:
        """Every message that breaks the contract."""
        found = []
        for message in list(self.messages):
            name = message.topic.removeprefix(f"{self.root}/")
            if message.topic in self._spoken:
                continue
            broken = wrong(message, name)
            found += [f"{message.topic}: {broken}: {message.payload[:500]!r}"] if broken else []
        return found
