"""One MQTT session, from the connection to its end: the only file that knows paho.

Driven by one thread, which calls `open`, then `turn` until `end` says why it is over; while that
one waits for the network, another may send an answer with `hurry`. Every session is a new client:
nothing of an old one waits inside the library.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.messages import Value
from edge.mqtt import trust
from edge.mqtt.address import Address
from edge.mqtt.bell import Bell
from edge.mqtt.outbox import Letter, Outbox
from edge.mqtt.replies import Envelope
from edge.mqtt.topics import Topics

KEEP_ALIVE_S: Final = 15
CONNECT_S: Final = 5.0
"""For the TCP connection, and again for the broker's first answer."""
LEAVE_S: Final = 2.0
WINDOW: Final = 20
"""Letters that may be on their way unacknowledged; a broker may ask for fewer."""
_LARGEST: Final = 0x11_0000
"""Bytes of a message that a broker should still send: 1 MiB of payload, and a long topic."""
Came = tuple[str, bytes, bool, Envelope]
OnMessage = Callable[[str, bytes, bool, Envelope], None]
"""Topic, payload, whether it was retained, and what stood beside it."""
_log = logging.getLogger("moodbox.mqtt")
_paho = logging.getLogger("moodbox.mqtt.paho")
_paho.setLevel(logging.WARNING)  # below that it tells of every packet
_paho.addFilter(lambda record: "on socket" not in record.msg)  # losses are told elsewhere


class End(Value, frozen=True):
    """Why a session is over."""

    why: str
    """For a sentence: `connection refused`."""
    met: bool = False
    """The broker had accepted us."""
    older: bool = False
    """It knows no MQTT 5."""
    silent: bool = False
    """It was reached, and closed the connection without a word."""


class Session:
    """A connection, what is in flight on it, and its end."""

    def __init__(
        self,
        address: Address,
        topics: Topics,
        outbox: Outbox,
        bell: Bell,
        announce_in_s: float,
        on_met: Callable[[], None],
        on_message: OnMessage,
        older: bool = False,
    ) -> None:
        self.end: End | None = None
        self._address, self._topics, self._outbox = address, topics, outbox
        self._bell = bell
        self._announce_in_s = announce_in_s
        self._on_met, self._on_message = on_met, on_message
        self._five = not older
        self._in_flight: dict[int, Letter | None] = {}
        self._refused: set[str] = set()
        self._came: deque[Came] = deque()
        self._window = WINDOW
        self._met = False
        self._until = 0.0
        """Until accepted: when to give up. From then on: when to announce the rest."""
        self._at_it = threading.Lock()
        """Held by whoever uses the client: by our own thread whenever it does not wait."""
        self._at_it.acquire()
        self._client = self._made()

    def open(self) -> None:
        """Connect and introduce ourselves; `end` is set where that fails."""
        start: dict[str, Any] = {}
        if self._five:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
            properties.SessionExpiryInterval = 0
            properties.MaximumPacketSize = _LARGEST
            start = {"clean_start": True, "properties": properties}
        try:
            if self._address.tls:
                self._client.tls_set_context(trust.trusting(self._address.ca_file))
            self._client.connect(self._address.host, self._address.port, KEEP_ALIVE_S, **start)
        except (OSError, ValueError) as error:  # ValueError: a host that can be none
            self._finish(End(why=trust.reason(error)))
        self._until = time.monotonic() + CONNECT_S

    def turn(self, longest_s: float = 1.0) -> None:
        """One round: wait for the network or the outbox, read, write, send what is due."""
        connection = self._client.socket()
        if connection is None:
            self._finish(End(why="connection lost", met=self._met))
            return
        writing, quiet_s = self._client.want_write(), min(longest_s, self._quiet_s())
        self._at_it.release()
        try:
            self._bell.wait(connection, writing, quiet_s)
        finally:
            self._at_it.acquire()
        if self.end is None:
            self._client.loop_read()
        if self.end is None and self._client.want_write():
            self._client.loop_write()
        if self.end is None:
            self._client.loop_misc()
        if not self._met and time.monotonic() > self._until:
            self._finish(End(why="it does not answer"))
        self._send()
        while self._came:
            # The last thing before we wait again, so that whoever has the answer may send it.
            self._on_message(*self._came.popleft())
        _acknowledge(connection)

    def hurry(self) -> None:
        """From any thread: send what waits. Never blocks.

        A thread that sleeps is woken in a tenth of a millisecond, which is a good part of an
        answer's way; so an answer is sent by whoever has it, unless our own thread is awake.
        """
        if self._at_it.acquire(blocking=False):
            try:
                self._send()
                done = self.end is None and not self._client.want_write()
            finally:
                self._at_it.release()
            if done and not self._outbox.hasty:
                return
        self._bell.ring()

    def leave(self) -> None:
        """Say what is due and `stopped`, wait a moment for both to arrive, and go."""
        if self._met:
            half = time.monotonic() + LEAVE_S / 2
            self._until = 0.0
            self._turn_until(half, lambda: self._outbox.wait_s(time.monotonic()) is None)
            self._publish(self._availability("stopped"), None)
            self._turn_until(half + LEAVE_S / 2, lambda: True)
        self._client.disconnect()

    def close(self) -> None:
        """Let go of the connection, whatever state it is in."""
        connection = self._client.socket()
        if connection is not None:
            connection.close()

    # --- inside --------------------------------------------------------------------------------

    def _made(self) -> paho.Client:
        protocol = MQTTProtocolVersion.MQTTv5 if self._five else MQTTProtocolVersion.MQTTv311
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._topics.client_id,
            clean_session=None if self._five else True,
            protocol=protocol,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_S
        # An exception in a callback would otherwise end the thread that reads the network.
        client.suppress_exceptions = True
        client.enable_logger(_paho)
        client.max_inflight_messages_set(0)  # no second window: ours is smaller and bounded
        client.on_socket_open = _no_delay
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_publish = self._acknowledged
        client.on_subscribe = self._subscribed
        client.on_message = self._heard
        last_will = self._availability("offline")
        client.will_set(last_will.topic, last_will.payload, last_will.qos, last_will.retain)
        if self._address.username:
            password = self._address.password
            client.username_pw_set(self._address.username, password.reveal() if password else None)
        return client

    def _availability(self, word: str) -> Letter:
        topic = self._topics.of("availability")
        return Letter(topic=topic, payload=word.encode(), retain=True)

    def _quiet_s(self) -> float:
        """How long nothing will be due, as far as is known now."""
        at = time.monotonic()
        if not self._met or len(self._in_flight) >= self._window:
            return 1.0
        if at < self._until:
            return self._until - at
        due_s = self._outbox.wait_s(at)
        return 1.0 if due_s is None else due_s

    def _turn_until(self, deadline: float, done: Callable[[], bool]) -> None:
        while self.end is None and (left_s := deadline - time.monotonic()) > 0:
            self._send()
            if not self._in_flight and done():
                return
            self.turn(left_s)

    def _send(self) -> None:
        if not self._met or self.end is not None:
            return
        for letter in self._outbox.lines():
            self._client.publish(letter.topic, letter.payload, qos=0)
        for letter in self._outbox.answers(self._window - len(self._in_flight)):
            self._publish(letter, None)
        at = time.monotonic()
        if at >= self._until:
            for letter in self._outbox.due(at, self._window - len(self._in_flight)):
                self._publish(letter, letter)

    def _publish(self, letter: Letter, kept: Letter | None) -> None:
        properties = None
        if letter.correlation is not None and self._five:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
            properties.CorrelationData = letter.correlation
        sent = self._client.publish(
            letter.topic, letter.payload, letter.qos, letter.retain, properties
        )
        self._in_flight[sent.mid] = kept

    def _subscribe(self) -> None:
        # QoS 2, so that `next` can arrive exactly once.
        topics = self._topics.subscriptions()
        if self._five:
            options = SubscribeOptions(qos=2, retainAsPublished=True)
            self._client.subscribe([(topic, options) for topic in topics])
        else:
            self._client.subscribe([(topic, 2) for topic in topics])

    def _finish(self, end: End) -> None:
        if self.end is None:
            self.end = end
            self._outbox.shut()

    # --- paho calls these, from within `turn` ----------------------------------------------------

    def _connected(
        self, _c: object, _u: object, _flags: object, reason: ReasonCode, properties: Any
    ) -> None:
        if reason.is_failure:
            unsupported = str(reason) == "Unsupported protocol version"
            self._finish(End(why=str(reason).lower(), older=unsupported))
            return
        self._window = min(WINDOW, getattr(properties, "ReceiveMaximum", WINDOW))
        at = time.monotonic()
        self._met, self._until = True, at + self._announce_in_s
        self._subscribe()  # before `online`: who sees that may already command
        self._publish(self._availability("online"), None)
        self._outbox.reopen(at)
        self._on_met()

    def _disconnected(
        self, _c: object, _u: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        why = "connection lost" if reason == "Unspecified error" else str(reason).lower()
        self._finish(End(why=why, met=self._met, silent=not self._met))

    def _acknowledged(
        self, _c: object, _u: object, mid: int, reason: ReasonCode, _properties: object
    ) -> None:
        letter = self._in_flight.pop(mid, None)
        if letter is None:
            return
        self._outbox.delivered(letter)
        if reason.is_failure and letter.topic not in self._refused:
            self._refused.add(letter.topic)
            _log.warning("the broker refuses %s: %s", letter.topic, reason)

    def _subscribed(
        self, _c: object, _u: object, _mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        for topic, reason in zip(self._topics.subscriptions(), reasons, strict=False):
            if reason.is_failure:
                _log.error("the broker refuses commands on %s: %s", topic, str(reason))

    def _heard(self, _c: object, _u: object, message: paho.MQTTMessage) -> None:
        properties: Any = message.properties
        envelope = Envelope(
            reply_to=getattr(properties, "ResponseTopic", None),
            correlation=getattr(properties, "CorrelationData", None),
        )
        self._came.append((message.topic, bytes(message.payload), message.retain, envelope))


def _no_delay(_client: object, _userdata: object, connection: Any) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _acknowledge(connection: Any) -> None:
    """Tell the broker at once that its bytes are here, if nothing else has told it.

    A broker without TCP_NODELAY holds its next small packet back until it hears that, and Linux
    would say it 40 ms later: with such a broker every second request took as long. The kernel
    forgets this wish with each packet that it sends.
    """
    quick_ack = getattr(socket, "TCP_QUICKACK", None)  # Linux alone has it
    if quick_ack is not None:
        with contextlib.suppress(OSError):  # already closed
            connection.setsockopt(socket.IPPROTO_TCP, quick_ack, 1)
