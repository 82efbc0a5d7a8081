"""Multicast DNS: what is asked, what is understood, and what a hostile packet cannot do."""

from __future__ import annotations

import struct
import time

from hypothesis import given
from hypothesis import strategies as st

from edge.mqtt import dns
from edge.mqtt.dns import Record
from edge.mqtt.nearby import PLAIN, SECURE, Nearby, chosen


def name(text: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


def answer(*answers: bytes) -> bytes:
    return struct.pack(">6H", 0, 0x8400, 0, len(answers), 0, 0) + b"".join(answers)


def record(owner: bytes, kind: int, data: bytes) -> bytes:
    return owner + struct.pack(">HHIH", kind, 1, 120, len(data)) + data


WHOLE = answer(
    record(name(SECURE), dns.PTR, b"\x06kitten\xc0\x0c"),  # the rest stands at byte 12
    record(name(f"kitten.{SECURE}"), dns.SRV, b"\0\0\0\0\x22\xb3" + name("broker.local")),
    record(name("broker.local"), dns.A, bytes([192, 168, 1, 10])),
)


def test_the_question_asks_for_a_direct_answer() -> None:
    asked = dns.question((PLAIN,))
    assert asked[:12] == struct.pack(">6H", 0, 0, 1, 0, 0, 0)
    assert asked[12:] == b"\x05_mqtt\x04_tcp\x05local\0\0\x0c\x80\x01"


def test_an_answer_is_understood() -> None:
    found = Nearby("kitten", "broker.local", "192.168.1.10", 8883, tls=True)
    assert chosen(dns.records(WHOLE)) == [found]
    assert chosen([*dns.records(WHOLE), *dns.records(WHOLE)]) == [found]


def test_questions_of_others_and_other_services_are_nothing() -> None:
    assert dns.records(dns.question((PLAIN, SECURE))) == []
    other = Record(dns.PTR, "_ipp._tcp.local", target="printer._ipp._tcp.local")
    assert chosen([other]) == []


def test_a_promise_without_a_place_is_nothing() -> None:
    assert chosen([Record(dns.PTR, SECURE, target=f"kitten.{SECURE}")]) == []


def test_encrypted_ones_come_first_and_a_crowd_is_cut() -> None:
    crowd: list[Record] = []
    for number in range(50):
        kind = SECURE if number == 49 else PLAIN
        crowd.append(Record(dns.PTR, kind, target=f"b{number}.{kind}"))
        crowd.append(Record(dns.SRV, f"b{number}.{kind}", target=f"h{number}.local", port=1883))
    found = chosen(crowd)
    assert len(found) == 8
    assert found[0].name == "b49"
    assert found[0].tls


def test_names_cannot_steer_a_terminal() -> None:
    evil = f"\x1b[2J{'x' * 300}.{PLAIN}"
    records = [Record(dns.PTR, PLAIN, target=evil), Record(dns.SRV, evil, target="\x07h", port=1)]
    (found,) = chosen(records)
    assert "\x1b" not in found.name
    assert len(found.name) <= 120
    assert found.host == "h"


def test_a_name_that_points_at_itself_ends() -> None:
    began = time.monotonic()
    assert dns.records(answer(record(b"\xc0\x0c", dns.PTR, b"\xc0\x0c"))) == []
    assert time.monotonic() - began < 1


@given(st.binary(max_size=600))
def test_any_bytes_are_survived(noise: bytes) -> None:
    dns.records(noise)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_answer_is_survived(at: int, noise: bytes) -> None:
    chosen(dns.records(WHOLE[:at] + noise + WHOLE[at + len(noise) :]))
