"""The envelope of every answer: transactions, response topics, correlation, older clients."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.broker import HOST
from tests.waiting import until
from tests.whole.caller import Caller
from tests.whole.conftest import House

pytestmark = pytest.mark.whole

TRANSACTIONS = [
    "1", "0", "-1", "1.5", "-0.0", "1e3", "1E-7", "12345678901234567890", "0.1", "true", "false",
    "null", '""', '"a"', '"\\u00e9"', '"é ✓ 🎵"', '"\\ud800"', '"\\"\\\\"', '"\\u0000"', "[]", "{}",
    "[1,[2,[3]]]", '{"a":{"b":[null,true,1.25]}}', '{"transaction":1}',
    '[{"a":"\\udc00","n":1e400}]', "[" * 31 + "]" * 31,
    json.dumps("x" * 1022),
    json.dumps(["é" * 255], ensure_ascii=False),
]  # fmt: skip


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@pytest.mark.parametrize("transaction", TRANSACTIONS)
def test_a_transaction_comes_back_unchanged(caller: Caller, transaction: str) -> None:
    answer = caller.ask_raw("settings.get", f'{{"transaction": {transaction} }}')
    assert answer["status"] == "ok"
    assert same(answer["transaction"], json.loads(transaction))


@pytest.mark.parametrize("transaction", ['"tag"', "[1, 2]", '{"a": 1.50}'])
@pytest.mark.parametrize(
    ("command", "rest", "code"),
    [
        ("settings.get", ', "x": 1', "bad_payload"),
        ("settings.set", ', "x": 1', "unknown_setting"),
        ("volume", ', "level": 101', "out_of_range"),
        ("similar", ', "track_id": "no"', "not_found"),
        ("nonsense", "", "unknown_command"),
    ],
)
def test_a_refusal_echoes_it_too(
    caller: Caller, transaction: str, command: str, rest: str, code: str
) -> None:
    answer = caller.ask_raw(command, f'{{"transaction": {transaction}{rest}}}')
    assert answer["error"]["code"] == code
    assert answer["transaction"] == json.loads(transaction)
    assert "data" not in answer


@pytest.mark.parametrize(
    "transaction", [json.dumps("x" * 1023), json.dumps([1] * 400), json.dumps("é" * 512)]
)
def test_a_long_transaction_is_refused_and_null(caller: Caller, transaction: str) -> None:
    answer = caller.ask_raw("pause", f'{{"transaction": {transaction}}}')
    assert answer["error"]["code"] == "bad_payload"
    assert answer["transaction"] is None


@pytest.mark.parametrize("payload", ["", "{}", " {} ", "\r\n\t{}"])
def test_without_one_it_is_null(caller: Caller, payload: str) -> None:
    answer = caller.ask_raw("settings.get", payload)
    assert answer["status"] == "ok"
    assert answer["transaction"] is None


def test_an_answer_has_the_keys_of_the_contract(caller: Caller) -> None:
    assert set(caller.ask("settings.get")) == {"status", "id", "transaction", "data"}
    refused = caller.ask("seek")
    assert set(refused) == {"status", "id", "transaction", "error"}
    assert set(refused["error"]) == {"code", "message"}


def answers(caller: Caller, mark: int) -> list[str]:
    """The topics on which answers came."""
    caller.settle()
    topics = [message.topic for message in caller.messages[mark:]]
    found = [topic for topic in topics if topic.startswith((f"{caller.root}/re", "away/"))]
    return [topic for topic in found if not topic.endswith("/settings.get")]


@pytest.mark.parametrize("level", ["me", "a/b/c", "é", "response"])
def test_an_own_response_topic_is_honoured(caller: Caller, level: str) -> None:
    mark = caller.mark()
    topic = f"{caller.root}/reply/{level}"
    caller.say("request/search", '{"query": "golden"}', reply=topic, correlation=b"\x00\xff")
    assert answers(caller, mark) == [topic]
    (at,) = [n for n, m in enumerate(caller.messages) if n >= mark and m.topic == topic]
    assert caller.messages[at].json["data"]["total"] == 2
    assert caller.correlations[at] == b"\x00\xff"


@pytest.mark.parametrize(
    "topic",
    [
        "away/x",
        "moodbox/kitchen/state",
        "moodbox/kitchen/availability",
        "moodbox/kitchen/reply",
        "moodbox/kitchen/reply/",
        "moodbox/kitchenreply/x",
        "moodbox/other/reply/x",
        "moodbox/kitchen/replyx/y",
        "moodbox/group/all/reply/x",
        "$SYS/reply",
    ],
)
def test_a_foreign_response_topic_is_not_used(caller: Caller, topic: str) -> None:
    mark = caller.mark()
    caller.say("request/search", '{"query": "golden"}', reply=topic)
    assert answers(caller, mark) == [f"{caller.root}/response/search"]


def test_a_refusal_goes_to_the_response_topic_too(caller: Caller) -> None:
    mark = caller.mark()
    topic = f"{caller.root}/reply/no"
    caller.say("request/nonsense", "{", reply=topic, correlation=b"c")
    assert answers(caller, mark) == [topic]


@pytest.mark.parametrize("correlation", [b"", b"a", b"\x00" * 100, bytes(range(256)) * 20])
def test_correlation_data_come_back_on_the_usual_topic(caller: Caller, correlation: bytes) -> None:
    mark = caller.mark()
    caller.say("request/search", '{"query": "golden"}', correlation=correlation)
    caller.next_answer("search", mark)
    name = f"{caller.root}/response/search"
    (at,) = [n for n, m in enumerate(caller.messages) if n >= mark and m.topic == name]
    assert caller.correlations.get(at, b"") == correlation


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_each_quality_is_answered_once(caller: Caller, qos: int) -> None:
    mark = caller.mark()
    caller.ask_raw("search", '{"query": "golden"}', qos=qos)
    assert answers(caller, mark) == [f"{caller.root}/response/search"]


@pytest.mark.parametrize(
    "topic",
    [
        "request/a/b",
        "request/search/x",
        "request",
        "volume/set/x",
        "a/volume/set",
        "set",
        "volume",
        "volume/get",
        "request/volume/set",
        "reply/volume/set",
    ],
)
def test_other_levels_are_ignored(caller: Caller, topic: str) -> None:
    before = caller.data("settings.get")["settings"]
    mark = caller.mark()
    caller.say(topic, "13")
    left = [one for one in answers(caller, mark) if not one.startswith(f"{caller.root}/request")]
    assert [one for one in left if one != f"{caller.root}/{topic}"] == []
    assert not caller.commands(mark)
    assert caller.data("settings.get")["settings"] == before


@pytest.mark.parametrize(
    ("command", "payload"), [("pause", "{}"), ("nonsense", "{"), ("stop", "x")]
)
def test_a_retained_request_gets_no_answer(caller: Caller, command: str, payload: str) -> None:
    mark = caller.mark()
    caller.say(f"request/{command}", payload, retain=True)
    caller.say(f"request/{command}", "", retain=True)
    assert answers(caller, mark) == []
    assert not caller.commands(mark)


def test_state_follows_the_response(caller: Caller) -> None:
    for level in (11, 22, 33):
        mark = caller.mark()
        caller.data("volume", level=level)
        caller.await_state(lambda state, level=level: state["volume"] == level)
        names = [message.topic.rpartition("/")[2] for message in caller.messages[mark:]]
        with_it = [m for m in caller.since(mark, "state") if m.json["volume"] == level]
        assert caller.messages.index(with_it[0]) > mark + names.index("volume")


@pytest.fixture
def older(house: House) -> Iterator[tuple[paho.Client, list[Any]]]:
    """A client that knows MQTT 3.1.1 only."""
    heard: list[Any] = []
    ready = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    client.on_connect = lambda *_: client.subscribe("moodbox/kitchen/#", 1)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _c, _u, message: heard.append(message)
    client.connect(HOST, house.broker.port)
    client.loop_start()
    assert ready.wait(10)
    yield client, heard
    client.disconnect()
    client.loop_stop()


def test_an_older_client_is_answered(older: tuple[paho.Client, list[Any]]) -> None:
    client, heard = older
    client.publish("moodbox/kitchen/request/search", '{"query": "golden", "transaction": 7}', 1)
    until(lambda: [m for m in heard if m.topic.endswith("/response/search")], 10, "an answer")
    (answer,) = [json.loads(m.payload) for m in heard if m.topic.endswith("/response/search")]
    assert (answer["status"], answer["transaction"]) == ("ok", 7)


def test_an_older_client_gets_what_is_kept(older: tuple[paho.Client, list[Any]]) -> None:
    _, heard = older
    until(lambda: {"availability", "info", "state"} <= {m.topic.split("/")[2] for m in heard}, 10)
    assert all(message.retain for message in heard if message.topic.split("/")[2] == "info")


def test_an_older_client_sets(caller: Caller, older: tuple[paho.Client, list[Any]]) -> None:
    client, _ = older
    client.publish("moodbox/kitchen/volume/set", "61", 1)
    caller.await_state(lambda state: state["volume"] == 61)
