"""The packets that doctor speaks, against any bytes that may come back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.password import Secret
from edge.mqtt import packets
from edge.mqtt.address import Address
from edge.mqtt.packets import FIVE, THREE, Packet


def test_who_we_are_is_in_the_first_packet() -> None:
    address = Address(host="b", username="me", password=Secret("x" * 300))
    packet = packets.connect(address, "doctor", FIVE)
    assert packet[0] == 0x10
    assert packet[3:12] == b"\0\4MQTT\5\xc2\0"
    assert packet.endswith(b"\0\x02me\x01\x2c" + b"x" * 300)
    assert packets.next_packet(packet) == (Packet(kind=1, flags=0, body=packet[3:]), b"")


@pytest.mark.parametrize("version", [FIVE, THREE])
def test_what_was_made_can_be_read(version: int) -> None:
    made = packets.publish("a/b", b"hello", version)
    found = packets.next_packet(made + b"rest")
    assert found is not None
    packet, rest = found
    assert (packet.kind, packet.flags, rest) == (packets.PUBLISH, 2, b"rest")
    without_id = Packet(kind=3, flags=0, body=packet.body[:5] + packet.body[7:])
    assert packets.topic_and_payload(without_id, version) == ("a/b", b"hello")


def test_codes_stand_behind_the_properties() -> None:
    assert packets.codes(Packet(9, 0, b"\0\1\x03abc\0\x87"), FIVE) == b"\0\x87"
    assert packets.codes(Packet(9, 0, b"\0\1\0\x80"), THREE) == b"\0\x80"


def test_a_packet_that_is_not_whole_is_waited_for() -> None:
    whole = packets.publish("a", b"x" * 200, FIVE)
    for end in range(1, len(whole)):
        assert packets.next_packet(whole[:end]) is None
    with pytest.raises(ValueError, match="four bytes"):
        packets.next_packet(b"\x30\xff\xff\xff\xff\xff")


@given(st.binary(min_size=1, max_size=200), st.sampled_from([FIVE, THREE]))
def test_any_bytes_are_survived(noise: bytes, version: int) -> None:
    with contextlib.suppress(ValueError):
        found = packets.next_packet(noise)
        if found is not None:
            packets.codes(found[0], version)
            packets.topic_and_payload(found[0], version)
