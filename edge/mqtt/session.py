"""One MQTT session, from the connection to its end.

Driven by one thread, which calls `open`, then `turn` until `end` says why it is over; while that
one waits for the network, another may send an answer with `hurry`. Every session is a new client:
nothing of an old one waits inside the library.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from edge.mqtt import tcp, trust
from edge.mqtt.address import Address
from edge.mqtt.bell import Bell
from edge.mqtt.course import End, Manner
from edge.mqtt.limits import stated
from edge.mqtt.outbox import Letter, Outbox
from edge.mqtt.replies import Envelope
from edge.mqtt.sending import Sending
from edge.mqtt.stream import OnLetter, Stream
from edge.mqtt.topics import Topics
from edge.mqtt.wire import LARGEST, ReasonCode

CONNECT_S: Final = 5.0
"""For the TCP connection, and again for the broker's first answer."""
LEAVE_S: Final = 2.0
_LET_PASS_S: Final = 0.0003
"""After an answer, unless more is asked already: so long the processor is the broker's and the
asker's. On two cores they would otherwise wait for what the box has still to tell of it, three
times as long as the box needs (`volume` took 1.9 ms and not 1.0)."""
_log = logging.getLogger("moodbox.mqtt")


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
        on_message: OnLetter,
        manner: Manner,
    ) -> None:
        self.end: End | None = None
        self._address, self._topics, self._outbox = address, topics, outbox
        self._bell = bell
        self._announce_in_s = announce_in_s
        self._on_met, self._on_message = on_met, on_message
        self._trust: trust.Trust | None = None
        self._manner = manner
        self._met = False
        self._until = 0.0
        """Until accepted: when to give up. From then on: when to announce the rest."""
        self._at_it = threading.RLock()
        """Held by whoever uses the client: by our own thread whenever it does not wait.

        Our own may answer what it has just passed on, so it is let in twice.
        """
        self._client = self._made()
        self._sending = Sending(outbox, self._client.pass_on)

    def open(self) -> None:
        """Connect and introduce ourselves; `end` is set where that fails."""
        self._at_it.acquire()
        try:
            if self._address.tls:
                self._trust = trust.trusting(self._address)
                self._client.tls_set_context(self._trust)
            self._client.introduce(self._address.host, self._address.port)
        except (OSError, ValueError) as error:  # ValueError: a host that can be none
            self._finish(End(why=trust.reason(error)))
        self._until = time.monotonic() + CONNECT_S

    def turn(self, longest_s: float = 1.0) -> None:
        """One round: wait for the network or the outbox, read, write, send what is due."""
        connection = self._client.socket()
        if connection is None:
            self._finish(End(why="connection lost", met=self._met))
            return
        if not self._client.ahead:
            self._wait(connection, longest_s)
        if self.end is None:
            self._client.read()
            self._mind_size()
        if self.end is None and self._client.want_write():
            self._client.loop_write()
        if self.end is None:
            self._client.loop_misc()
        if not self._met and time.monotonic() > self._until:
            self._finish(End(why="it does not answer"))
        self._send()
        tcp.acknowledge(connection)

    def hurry(self) -> None:
        """From any thread: send the answers that wait. Never waits for the network.

        A thread that sleeps is woken in a tenth of a millisecond, which is a good part of an
        answer's way; so an answer is sent by whoever has it, unless our own thread is awake.
        """
        if self._at_it.acquire(blocking=False):
            try:
                if self._met and self.end is None:
                    self._sending.talk()
                    self._client.flush()
                done = self.end is None and not self._client.want_write()
            finally:
                self._at_it.release()
            if done and not self._outbox.hasty:
                if not self._client.ahead:
                    time.sleep(_LET_PASS_S)
                return
        self._bell.ring()

    def leave(self) -> None:
        """Say what is due and `stopped`, wait a moment for both to arrive, and go."""
        if self._met:
            half = time.monotonic() + LEAVE_S / 2
            self._until = 0.0
            self._turn_until(half, lambda: self._outbox.wait_s(time.monotonic()) is None)
            self._sending.send(self._availability("stopped"))
            self._client.flush()
            self._turn_until(half + LEAVE_S / 2, lambda: True)
        self._client.disconnect()

    def close(self) -> None:
        """Let go of the connection, whatever state it is in."""
        connection = self._client.socket()
        if connection is not None:
            connection.close()

    # --- inside --------------------------------------------------------------------------------

    def _made(self) -> Stream:
        client = Stream(
            self._topics.client_id,
            CONNECT_S,
            older=self._manner.older,
            on_letter=self._pass_on,
            on_acknowledged=self._acknowledged,
        )
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribed
        last_will = self._availability("offline")
        client.will_set(last_will.topic, last_will.payload, self._manner.qos, self._manner.retain)
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
        if not self._met or self._sending.room <= 0:
            return 1.0
        if at < self._until:
            return self._until - at
        due_s = self._outbox.wait_s(at)
        return 1.0 if due_s is None else due_s

    def _turn_until(self, deadline: float, done: Callable[[], bool]) -> None:
        while self.end is None and (left_s := deadline - time.monotonic()) > 0:
            self._send()
            if self._sending.done and done():
                return
            self.turn(left_s)

    def _wait(self, connection: Any, longest_s: float) -> None:
        """For the network or the outbox; meanwhile others may send."""
        writing, quiet_s = self._client.want_write(), min(longest_s, self._quiet_s())
        self._at_it.release()
        try:
            self._bell.wait(connection, writing, quiet_s)
        finally:
            self._at_it.acquire()

    def _pass_on(self, topic: str, payload: bytes, retained: bool, envelope: Envelope) -> None:
        """From within `read`; whoever has the answer already sends it at once."""
        try:
            self._on_message(topic, payload, retained, envelope)
        except Exception:  # noqa: BLE001 - one message is no reason to end the session
            _log.exception("a message could not be taken")

    def _send(self) -> None:
        if not self._met or self.end is not None:
            return
        self._sending.talk()
        at = time.monotonic()
        if at >= self._until:
            self._sending.tell(at)
        self._client.flush()

    def _mind_size(self) -> None:
        """Leave before a packet fills the memory: only brokers of MQTT 5 know what we take."""
        if self._client.arriving > LARGEST:
            why = f"it sends a packet of {self._client.arriving} bytes"
            self._finish(End(why=why, met=self._met))

    def _finish(self, end: End) -> None:
        if self.end is None:
            self.end = end
            self._outbox.shut()

    # --- paho calls these, from within `turn` ----------------------------------------------------

    def _connected(
        self, _c: object, _u: object, _flags: object, reason: ReasonCode, properties: Any
    ) -> None:
        if reason.is_failure:
            why = str(reason)
            self._finish(End(why=why.lower(), instead=self._manner.instead(why)))
            return
        limits = self._sending.limits = stated(properties)
        if limits.keep_alive_s:
            self._client.shorten_keep_alive(limits.keep_alive_s)
        self._client.listen(
            self._topics.subscriptions()
        )  # before `online`: who sees that may already command
        self._sending.send(self._availability("online"))
        at = time.monotonic()
        self._outbox.reopen(at, time.time())
        # Last: paho goes on where this raised, and a session without ears shall not last.
        self._met, self._until = True, at + self._announce_in_s
        self._on_met()

    def _disconnected(
        self, _c: object, _u: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        why = "connection lost" if reason == "Unspecified error" else str(reason).lower()
        if reason == "Normal disconnection":
            why = "the broker ended it"  # paho 2.1 reads no reason that comes without properties
        if self._trust is not None and self._trust.failure is not None:
            why = trust.reason(self._trust.failure)
        self._finish(End(why=why, met=self._met, silent=not self._met))

    def _acknowledged(self, number: int, code: int) -> None:
        self._sending.answered(number, code, time.monotonic())

    def _subscribed(
        self, _c: object, _u: object, _mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        for topic, reason in zip(self._topics.subscriptions(), reasons, strict=False):
            if reason.is_failure:
                _log.error("the broker refuses commands on %s: %s", topic, str(reason))
