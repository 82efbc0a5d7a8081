"""Keeps a session with the broker for ever, in a thread of its own, and never troubles the box."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Final

from edge.commands import parse_set
from edge.messages import BadCommand, Broker, Command, Log
from edge.mqtt import homeassistant
from edge.mqtt.address import Address
from edge.mqtt.bell import Bell
from edge.mqtt.course import End, Manner
from edge.mqtt.outbox import Outbox
from edge.mqtt.replies import Envelope, OnRequest, Replies
from edge.mqtt.session import LEAVE_S, Session
from edge.mqtt.topics import HOME_ASSISTANT, Topics

ANNOUNCE_S: Final = 5.0
"""At random within this, so that a thousand boxes do not talk at once when the broker is back."""
SHORT_S: Final = 10.0
"""Two sessions in a row that end this soon make a twin of the same id likely."""
_SILENT: Final = 3
"""So often a broker may close the connection without a word before we try MQTT 3.1.1."""
_RETAINED: Final = 100
_PART: Final = "mqtt"
_log = logging.getLogger("moodbox.mqtt")


def pause_s(away_s: float, dice: float) -> float:
    """How long to wait before the next try: up to 2 s in the first minute, later up to 30."""
    longest = 2.0 if away_s < 60.0 else min(30.0, 2.0 + (away_s - 60.0) / 10.0)
    return longest * (0.15 + 0.85 * dice)


class Uplink:
    """The way to the broker: sends what the outbox holds, passes on what is commanded."""

    def __init__(
        self,
        address: Address,
        topics: Topics,
        outbox: Outbox,
        on_message: Callable[[Command | BadCommand], None],
        on_broker: Callable[[Broker], None],
        announce_s: float = ANNOUNCE_S,
        dice: Callable[[], float] = random.random,
        *,
        on_request: OnRequest = lambda _command, _answer: False,
    ) -> None:
        """Without `on_request` there is nobody to ask, and each request is answered `busy`."""
        self._address, self._topics, self._outbox = address, topics, outbox
        self._on_message, self._on_broker = on_message, on_broker
        self._replies = Replies(topics, outbox, on_request)
        self._announce_s, self._dice = announce_s, dice
        self._where = f"the broker at {address.host}:{address.port}"
        self._closing = threading.Event()
        self._bell = Bell()
        self._session: Session | None = None
        self._told: str | None = None
        """What was last said of being away."""
        self._met_at: float | None = None
        self._lost_at = 0.0
        self._short = 0
        self._retained: dict[str, bytes] = {}
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    @property
    def suspects_twin(self) -> bool:
        """True while somebody else seems to use the same id."""
        return self._short >= 2

    def start(self) -> None:
        """Begin to look for the broker."""
        if self._address.exposed:
            _log.warning(
                "THE PASSWORD FOR %s TRAVELS UNENCRYPTED: anybody on the network can read it. "
                "Set mqtt.tls = true.",
                self._where,
            )
        self._outbox.listen(self._bell.ring, self._hurry)
        self._thread.start()

    def close(self) -> None:
        """Say `stopped` where somebody hears it, and end; at most about two seconds."""
        if self._closing.is_set():
            return
        self._closing.set()
        if self._thread.is_alive():
            self._bell.ring()
            # Without a broker it may hang in a connection attempt: nothing is left to say then.
            self._thread.join(LEAVE_S + 0.5 if self._met_at is not None else 0.5)
        self._outbox.listen(lambda: None)
        if not self._thread.is_alive():
            self._bell.close()

    # --- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        self._lost_at = time.monotonic()
        manner, silent, knows_five = Manner(), 0, False
        while not self._closing.is_set():
            try:
                end = self._attend(manner)
            except Exception as error:  # noqa: BLE001 - the thread begins here; paho raises at odd packets
                _log.exception("the MQTT session broke")
                end = End(why=type(error).__name__, met=self._met_at is not None)
            self._part(end)
            if end.met:
                knows_five = not manner.older
            # One that knew MQTT 5 has not forgotten it: what closes in silence stands before it.
            silent = silent + 1 if end.silent and not knows_five else 0
            if end.instead is not None:
                manner = end.instead
                continue
            manner = Manner(older=silent >= _SILENT and not manner.older)
            away_s = time.monotonic() - self._lost_at
            self._closing.wait(pause_s(away_s, self._dice()))

    def _attend(self, manner: Manner) -> End:
        """One session, from its beginning to its end."""
        session = Session(
            self._address,
            self._topics,
            self._outbox,
            self._bell,
            announce_in_s=self._announce_s * self._dice(),
            on_met=self._met,
            on_message=self._obey,
            manner=manner,
        )
        try:
            session.open()
            self._session = session
            while session.end is None:
                if self._closing.is_set():
                    session.leave()
                    return End(why="stopped")
                session.turn()
            return session.end
        finally:
            self._session = None
            self._outbox.shut()
            session.close()

    def _hurry(self) -> None:
        session = self._session
        if session is not None:
            session.hurry()

    def _met(self) -> None:
        self._met_at = time.monotonic()
        self._told = None
        _log.info("connected to %s", self._where)
        told = f"connected to {self._where}"
        if self.suspects_twin:
            told = (
                f"The connection of {self._topics.id} ended twice within seconds:"
                " another box may use the same id; give each its own in [box] id."
            )
        if self._short == 2:
            self._say(told)
        self._on_broker(Broker(connected=True, message=told, twin=self.suspects_twin))

    def _part(self, end: End) -> None:
        now = time.monotonic()
        if self._met_at is not None:
            self._short = self._short + 1 if now - self._met_at < SHORT_S else 0
            self._met_at, self._lost_at = None, now
        if self._closing.is_set() or end.instead is not None:
            return
        what = f"{'lost' if end.met else 'cannot reach'} {self._where} ({end.why}); trying again"
        if self._told is None:
            self._on_broker(Broker(connected=False, message=what))
        if self._told != what:
            _log.log(logging.DEBUG if self.suspects_twin else logging.WARNING, "%s", what)
        self._told = what

    def _obey(self, topic: str, payload: bytes, retained: bool, envelope: Envelope) -> None:
        if topic == HOME_ASSISTANT:
            self._greet(payload)
            return
        setting, command = self._topics.meant(topic)
        if setting is None and command is None:
            return
        if retained:
            self._ignore(topic, payload)
        elif setting is not None:
            self._on_message(parse_set(setting, payload))
        elif command is not None:
            self._replies.take(command, payload, envelope)

    def _greet(self, status: bytes) -> None:
        """Home Assistant has started: it is told of the box again, in a while, as by all others."""
        if status == b"online":
            in_s = self._announce_s * self._dice()
            self._outbox.again(homeassistant.topic(self._topics.id), time.monotonic() + in_s)

    def _ignore(self, topic: str, payload: bytes) -> None:
        """A retained command: said once, also where every new session brings it again."""
        before = self._retained.pop(topic, None)
        if not payload:
            return
        self._retained[topic] = payload[:1024]
        if len(self._retained) > _RETAINED:
            del self._retained[next(iter(self._retained))]
        if before != payload[:1024]:
            self._say(
                f"A retained message on {topic[:128]} is ignored: send commands without the "
                "retain flag, and clear this one with an empty retained message."
            )

    def _say(self, text: str) -> None:
        _log.warning("%s", text)
        line = Log(level="warning", message=text, part=_PART)
        self._outbox.log(self._topics.of("log"), line, time.monotonic())
