"""The box's own connection: what is usual goes a short way, in few pieces; all else goes by paho.

A request and its answer are one packet in and two out. paho reads a packet in three pieces, makes
tables of all that it might hold, and sends each acknowledgement by itself; that is most of an
answer's way. Here all that has come is read at once, and what is to go leaves at once.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, Final

from edge.mqtt import packets
from edge.mqtt.outbox import Letter
from edge.mqtt.packets import FIVE, PUBACK, PUBLISH, THREE
from edge.mqtt.replies import Envelope, enclosed
from edge.mqtt.wire import MQTT_ERR_SUCCESS, MQTTMessage, Wire

OnLetter = Callable[[str, bytes, bool, Envelope], None]
"""Topic, payload, whether it was retained, and what stood beside it."""
OnAcknowledged = Callable[[int, int], None]
"""The number that `pass_on` gave, and the broker's code: refusals begin at 0x80."""
_AT_ONCE: Final = 4096
_BARE: Final = Envelope()


class Stream(Wire):
    """A connection whose letters come and go by `on_letter`, `pass_on` and `on_acknowledged`.

    `read` takes one packet in; `flush` sends what has gathered.
    """

    def __init__(
        self,
        client_id: str,
        timeout_s: float,
        *,
        older: bool,
        on_letter: OnLetter,
        on_acknowledged: OnAcknowledged,
    ) -> None:
        super().__init__(client_id, timeout_s, older=older)
        self._version = THREE if older else FIVE
        self._on_letter, self._on_acknowledged = on_letter, on_acknowledged
        self._came, self._at = b"", 0
        """What was read, and how much of it is dealt with."""
        self._leaving = bytearray()
        self.on_message = self._taken

    @property
    def ahead(self) -> bool:
        """There is more to take in, though the network may be silent."""
        return self._at < len(self._came)

    def read(self) -> None:
        """Take in the next packet, if it has come."""
        if self._in_packet["command"] or not self._take_usual():
            self.loop_read()

    def pass_on(self, letter: Letter) -> int:
        """Let it leave with the next `flush`; the number that its acknowledgement will bear."""
        number = self._mid_generate() if letter.qos else 0
        self._leaving += packets.publish(
            letter.topic,
            letter.payload,
            self._version,
            number=number,
            qos=letter.qos,
            retain=letter.retain,
            correlation=letter.correlation,
        )
        return number

    def flush(self) -> None:
        """Send in one piece what has gathered; what the network does not take waits in paho."""
        if not self._leaving:
            return
        gathered, self._leaving, sent = bytes(self._leaving), bytearray(), 0
        if not self._out_packet:
            with contextlib.suppress(OSError):  # paho will meet it too, and knows what to do
                sent = self._sock_send(gathered)
            self._last_msg_out = time.monotonic()
        if sent < len(gathered):
            # As an acknowledgement, for paho expects nothing more to happen with those.
            self._packet_queue(PUBACK << 4, gathered[sent:], 0, 1)

    # --- inside --------------------------------------------------------------------------------

    def _sock_recv(self, bufsize: int) -> bytes:
        """What paho asks for, out of what is here already."""
        if not self.ahead:
            self._came, self._at = super()._sock_recv(max(bufsize, _AT_ONCE)), 0
        begin = self._at
        self._at = min(begin + bufsize, len(self._came))
        return self._came[begin : self._at]

    def _take_usual(self) -> bool:
        """A whole message without properties or a plain acknowledgement; False: something else."""
        data, at = self._came, self._at
        if at >= len(data) and self._sock is not None:
            try:
                data, at = self._sock.recv(_AT_ONCE), 0
            except OSError:
                return False  # paho will meet it too, and knows what to do
            self._came, self._at = data, 0
        if len(data) - at < 2:
            return False
        first, size, begin = data[at], data[at + 1], at + 2
        if size > 0x7F and len(data) > begin:
            size, begin = size & 0x7F | data[begin] << 7, begin + 1
        end = begin + size
        if size > 0x3FFF or end > len(data):
            return False
        if first == PUBACK << 4 and size == 2:
            self._at = end
            self._on_acknowledged(int.from_bytes(data[begin:end]), 0)
        elif first >> 4 != PUBLISH or not self._take_letter(first, data, begin, end):
            return False
        self._last_bytes_received = time.monotonic()
        return True

    def _take_letter(self, first: int, data: bytes, begin: int, end: int) -> bool:
        """One that needs no more than an acknowledgement; False for paho's."""
        qos, name_ends = first >> 1 & 3, begin + 2 + int.from_bytes(data[begin : begin + 2])
        number_ends = name_ends + (2 if qos else 0)
        payload_begins = number_ends + (self._version == FIVE)
        if qos > 1 or payload_begins > end or any(data[number_ends:payload_begins]):
            return False
        try:
            topic = data[begin + 2 : name_ends].decode()
        except UnicodeDecodeError:
            return False
        self._at = end
        if qos:
            self._leaving += packets.acknowledgement(data[name_ends:number_ends])
        self._on_letter(topic, data[payload_begins:end], bool(first & 1), _BARE)
        return True

    def _taken(self, _client: object, _userdata: object, message: MQTTMessage) -> None:
        envelope = enclosed(message.properties)
        self._on_letter(message.topic, bytes(message.payload), message.retain, envelope)

    def _handle_pubackcomp(self, cmd: Any) -> Any:
        """paho knows of no letter that left here, and raises at codes that stand elsewhere in MQTT.

        Mosquitto has such a one for what is over its `message_size_limit`: packet too large.
        """
        packet = self._in_packet["packet"]
        code = packet[2] if len(packet) > 2 else 0
        self._on_acknowledged(int.from_bytes(packet[:2]), code)
        return MQTT_ERR_SUCCESS
