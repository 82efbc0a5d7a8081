"""paho as we need it, with its quirks mended: the only file that knows it.

It reads and writes only when it is told to, in whose thread that is; nothing waits inside it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.mqtt import tcp
from edge.mqtt.outbox import Letter

__all__ = ["LARGEST", "MQTTMessage", "ReasonCode", "Wire"]

KEEP_ALIVE_S: Final = 15
LARGEST: Final = 0x11_0000
"""Bytes of a message that a broker should still send: 1 MiB of payload, and a long topic."""
_REASONS: Final = frozenset({0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99})
"""All that MQTT 5 has for the acknowledgement of a message."""
_TOO_LARGE, _INVALID, _UNSPECIFIED = 0x95, 0x99, 0x80
_log = logging.getLogger("moodbox.mqtt.paho")
_log.setLevel(logging.WARNING)  # below that it tells of every packet
_log.addFilter(lambda record: "on socket" not in record.msg)  # losses are told elsewhere


class Wire(paho.Client):
    """One connection; `on_connect` and its like are the session's."""

    def __init__(self, client_id: str, timeout_s: float, *, older: bool) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=True if older else None,
            protocol=MQTTProtocolVersion.MQTTv311 if older else MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self._older = older
        self.connect_timeout = timeout_s
        # An exception in a callback would otherwise end the thread that reads the network.
        self.suppress_exceptions = True
        self.enable_logger(_log)
        self.max_inflight_messages_set(0)  # no second window: ours is smaller and bounded
        self.on_socket_open = lambda _c, _u, connection: tcp.no_delay(connection)

    @property
    def arriving(self) -> int:
        """Bytes of the packet that is coming in: paho gathers it, however long it will be."""
        size: int = self._in_packet["remaining_length"]
        return size

    def introduce(self, host: str, port: int) -> None:
        """Connect; raises where nobody is there."""
        start: dict[str, Any] = {}
        if not self._older:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
            properties.SessionExpiryInterval = 0
            properties.MaximumPacketSize = LARGEST
            start = {"clean_start": True, "properties": properties}
        self.connect(host, port, KEEP_ALIVE_S, **start)

    def pass_on(self, letter: Letter) -> int:
        """Send it; the number that its acknowledgement will bear."""
        properties = None
        if letter.correlation is not None and not self._older:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
            properties.CorrelationData = letter.correlation
        sent = self.publish(letter.topic, letter.payload, letter.qos, letter.retain, properties)
        return sent.mid

    def listen(self, topics: Iterable[str]) -> None:
        """With QoS 2, so that `next` can arrive exactly once."""
        if self._older:
            self.subscribe([(topic, 2) for topic in topics])
        else:
            options = SubscribeOptions(qos=2, retainAsPublished=True)
            self.subscribe([(topic, options) for topic in topics])

    def shorten_keep_alive(self, seconds: int) -> None:
        """MQTT 5 makes the broker's the one that counts; paho reads it and goes on with ours."""
        self._keepalive = min(KEEP_ALIVE_S, seconds)

    def _handle_publish(self) -> Any:
        """A message without properties, as most are, in a quarter of the time.

        paho makes a table of all properties there are for each message, also for none of them.
        """
        packet, qos = self._in_packet["packet"], self._in_packet["command"] >> 1 & 3
        name_ends = 2 + int.from_bytes(packet[:2], "big")
        begins = name_ends + (2 if qos else 0)
        if self._older or qos > 1 or len(packet) <= begins or packet[begins]:
            return super()._handle_publish()
        number = int.from_bytes(packet[name_ends:begins], "big")
        message = MQTTMessage(number, bytes(packet[2:name_ends]))
        message.qos, message.payload = qos, bytes(packet[begins + 1 :])
        command = self._in_packet["command"]
        message.dup, message.retain = bool(command & 8), bool(command & 1)
        self._handle_on_message(message)
        return self._send_puback(number) if qos else paho.MQTT_ERR_SUCCESS

    def _handle_pubackcomp(self, cmd: Any) -> Any:
        """paho raises at a reason to refuse a message that MQTT has for other packets only.

        Mosquitto has such a one for what is over its `message_size_limit`: packet too large.
        """
        packet = self._in_packet["packet"]
        if len(packet) > 2 and packet[2] not in _REASONS:
            packet[2] = _INVALID if packet[2] == _TOO_LARGE else _UNSPECIFIED
        return super()._handle_pubackcomp(cmd)
