"""paho as we need it, with its quirks mended: the only file that knows it.

It reads and writes only when it is told to, in whose thread that is; nothing waits inside it.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.client import MQTT_ERR_SUCCESS, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.mqtt import tcp

__all__ = ["LARGEST", "MQTT_ERR_SUCCESS", "MQTTMessage", "ReasonCode", "Wire", "meaning"]

KEEP_ALIVE_S: Final = 15
LARGEST: Final = 0x11_0000
"""Bytes of a message that a broker should still send: 1 MiB of payload, and a long topic."""
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


def meaning(code: int) -> str:
    """The reason behind a code, also of one that MQTT has for other packets only.

    Mosquitto refuses what is over its `message_size_limit` with such a one: packet too large.
    """
    for packet in (PacketTypes.PUBACK, PacketTypes.DISCONNECT):
        with contextlib.suppress(KeyError, ValueError):
            return str(ReasonCode(packet, identifier=code))
    return f"reason {code:#x}"
