"""Bad requests: each gets its code, in the contract's order, and changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.whole import contract
from tests.whole.caller import Caller

pytestmark = pytest.mark.whole

BAD_JSON = [
    b"{", b"}", b"nope", b"{'a':1}", b'{"a":1,}', b"{\"a\" 1}", b'{"level":NaN}', b"NaN",
    b'{"level":Infinity}', b'{"level":-Infinity}', b'{"level":1,"level":1}', b'{"a":{"b":1,"b":2}}',
    b'{"level":01}', b'{"level":+1}', b'{"level":.5}', b'{"level":1.}', b'{"level":0x10}', b" ",
    b'{"a":"\t"}', b'{"a":"\\x"}', b"{}{}", b"{} x", b"\xff\xfe", b'{"a":"\xff"}',
    b'{"a":"\xc0\x80"}',
    b'{"a":"\xed\xa0\x80"}', b"\xef\xbb\xbf{}", b"/* no */{}", b'{"a":1}\x00', b"{level:1}",
    b"[" * 33 + b"]" * 33, b'{"a":' * 33 + b"1" + b"}" * 33, b"[" * 30_000, b'{"a":' * 10_000,
    b'{"transaction":' + b"[" * 32 + b"]" * 32 + b"}", b'"\\ud83d', b"\x00", b"True", b"undefined",
]  # fmt: skip
NO_OBJECT = [b"1", b"null", b"true", b'"x"', b"[]", b"[{}]", b"1.5", b"[" * 32 + b"]" * 32]
BAD_PAYLOAD: list[tuple[str, Any]] = [
    *((name, {"extra": 1}) for name in contract.COMMANDS if name != "settings.set"),
    *((name, {"Transaction": 1}) for name in ("pause", "history")),
    ("play", {"track_id": "a", "query": "b"}),
    ("play", {"query": "a", "mood": "sad"}),
    *(("play", {key: bad}) for key in ("track_id", "query", "mood") for bad in (1, None, [], {})),
    *(("play", {"mood": word}) for word in ("joy", "Happy", "", "auto")),
    ("seek", {}),
    *(("seek", {"position_s": bad}) for bad in ("3", True, None, [3])),
    ("volume", {}),
    ("volume", {"level": 5, "delta": 5}),
    *(("volume", {"level": bad}) for bad in ("5", True, False, None, 5.5, [5])),
    *(("volume", {"delta": bad}) for bad in ("5", True, None, 0.5)),
    *(("like", {"track_id": bad}) for bad in (1, None, [])),
    *(("dislike", {"undo": bad}) for bad in (1, 0, "true", None)),
    ("place", {}),
    ("place", {"track_id": "x", "valence": 0.5}),
    ("place", {"track_id": "x", "arousal": 0.5}),
    ("place", {"track_id": "x", "mood": "sad", "valence": 0, "arousal": 0}),
    ("place", {"mood": "sad"}),
    ("place", {"track_id": "x", "mood": "joy"}),
    ("place", {"track_id": "x", "valence": True, "arousal": 0}),
    ("sleep", {}),
    *(("sleep", {"minutes": bad}) for bad in ("5", True, None)),
    ("queue", {}),
    ("queue", {"append": True}),
    *(("queue", {"track_ids": bad}) for bad in ("x", None, {}, [1], [None], [["x"]])),
    ("queue", {"track_ids": [], "append": 1}),
    *(("recommend", {"n": bad}) for bad in ("5", True, None, 1.5)),
    *(("recommend", {"kind": bad}) for bad in ("songs", None, 1)),
    *(("recommend", {"mood": bad}) for bad in ("joy", None, 1, "auto")),
    *(("recommend", {"language": bad}) for bad in ("xx", None, "HI", 1)),
    ("similar", {}),
    ("similar", {"n": 3}),
    ("search", {}),
    ("search", {"query": 1}),
    ("search", {"query": "a", "offset": "0"}),
    *(("library.scan", {"full": bad}) for bad in (1, "true", None)),
    *(("history", {"hours": bad}) for bad in ("5", True, None)),
    *(("history.clear", {"before": bad}) for bad in (
        1, None, "yesterday", "", "2026-13-01T00:00:00Z", "2026-11-20", True,
    )),
    *(("settings.set", bad) for bad in (
        {"camera": "ON"}, {"camera": True}, {"mode": "x"}, {"policy": 1}, {"language": "xx"},
        {"volume": "5"}, {"volume": True}, {"volume": None}, {"volume": 5.5}, {"name": ""},
        {"name": "n" * 65}, {"name": 1}, {"name": None}, {"volume_limit": "9"},
        {"crossfade_s": "1"}, {"crossfade_s": True}, {"patience_s": None}, {"override_s": []},
        {"quiet_from": "24:00"}, {"quiet_from": "7:00"}, {"quiet_from": 700}, {"quiet_to": "07:60"},
        {"quiet_to": ""}, {"quiet_to": "07:00:00"}, {"quiet_volume": "1"}, {"guest": 1},
        {"guest": "on"}, {"guest": None}, {"history_days": "1"}, {"absent_pause_s": False},
    )),
]  # fmt: skip
OUT_OF_RANGE: list[tuple[str, Any]] = [
    *(("volume", {"level": bad}) for bad in (-1, 101, 1e30, -(10**30), 10**400)),
    ("seek", {"position_s": -0.001}),
    ("seek", {"position_s": 1e9}),
    *(("sleep", {"minutes": bad}) for bad in (-1, 601, 1e300)),
    ("queue", {"track_ids": ["x"] * 501}),
    *(("recommend", {"n": bad}) for bad in (0, -1, 101)),
    ("similar", {"track_id": "x", "n": 0}),
    ("search", {"query": "a", "n": 101}),
    ("search", {"query": "a", "offset": -1}),
    *(("history", {"hours": bad}) for bad in (-1, 720.1, 1e9)),
    ("place", {"track_id": "x", "valence": 1.01, "arousal": 0}),
    ("place", {"track_id": "x", "valence": 0, "arousal": -2}),
    *(("settings.set", bad) for bad in (
        {"volume": 101}, {"volume": -1}, {"volume_limit": 101}, {"quiet_volume": -1},
        {"crossfade_s": 30.1}, {"crossfade_s": -1}, {"patience_s": 601}, {"override_s": 0},
        {"override_s": 604801}, {"absent_pause_s": 86401}, {"history_days": 3651},
        {"history_days": -1},
    )),
]  # fmt: skip
NOT_FOUND: list[tuple[str, Any]] = [
    *((name, {"track_id": "nobody"}) for name in ("play", "like", "dislike", "place", "similar")),
    ("play", {"query": "zzzzqqqq"}),
    ("queue", {"track_ids": ["nobody"]}),
    ("queue", {"track_ids": ["\ud800"]}),
]
ORDER: list[tuple[str, bytes, str]] = [
    ("nonsense", b"{" * 70_000, "too_large"),
    ("pause", b" " * 65_537, "too_large"),
    ("nonsense", b"{", "unknown_command"),
    ("nonsense", b"[]", "unknown_command"),
    ("volume", b'{"level":"x","level":1}', "bad_json"),
    ("settings.set", b'{"volume":"x","nope":1,"quiet_volume":900}', "bad_payload"),
    ("settings.set", b'{"volume":900,"nope":1}', "unknown_setting"),
    ("settings.set", b'{"nope":1}', "unknown_setting"),
    ("settings.set", b'{"override":"sad"}', "unknown_setting"),
    ("settings.set", b'{"Volume":5}', "unknown_setting"),
    ("volume", b'{"level":900,"extra":1}', "bad_payload"),
    ("similar", b'{"track_id":"nobody","n":0}', "out_of_range"),
    ("similar", b'{"track_id":"nobody","n":"x"}', "bad_payload"),
    ("queue", b'{"track_ids":["nobody"],"append":1}', "bad_payload"),
]


def names(value: object) -> str:
    return str(value)[:40]


@pytest.mark.parametrize("payload", BAD_JSON, ids=names)
def test_bad_json(caller: Caller, payload: bytes) -> None:
    answer = caller.ask_raw("volume", payload)
    assert answer["error"]["code"] == "bad_json"
    assert answer["transaction"] is None


@pytest.mark.parametrize("payload", NO_OBJECT, ids=names)
def test_no_object(caller: Caller, payload: bytes) -> None:
    answer = caller.ask_raw("settings.get", payload)
    assert answer["error"]["code"] == "bad_payload"
    assert answer["transaction"] is None


@pytest.mark.parametrize(("command", "arguments"), BAD_PAYLOAD, ids=names)
def test_bad_payload(caller: Caller, command: str, arguments: dict[str, Any]) -> None:
    assert caller.refused(command, **arguments) == "bad_payload"


@pytest.mark.parametrize(("command", "arguments"), OUT_OF_RANGE, ids=names)
def test_out_of_range(caller: Caller, command: str, arguments: dict[str, Any]) -> None:
    assert caller.refused(command, **arguments) == "out_of_range"


@pytest.mark.parametrize(("command", "arguments"), NOT_FOUND, ids=names)
def test_not_found(caller: Caller, command: str, arguments: dict[str, Any]) -> None:
    assert caller.refused(command, **arguments) == "not_found"


@pytest.mark.parametrize(("command", "payload", "code"), ORDER, ids=names)
def test_the_first_code_in_order_is_told(
    caller: Caller, command: str, payload: bytes, code: str
) -> None:
    assert caller.ask_raw(command, payload)["error"]["code"] == code


@pytest.mark.parametrize("name", ["Play", "play ", "settings", "scan", "x" * 2000, "é", "camera"])
def test_an_unknown_command(caller: Caller, name: str) -> None:
    assert caller.ask_raw(name, '{"transaction": 1}')["error"]["code"] == "unknown_command"


def test_the_largest_request_is_read(caller: Caller) -> None:
    start = b'{"transaction":1'
    full = start + b" " * (65_536 - len(start) - 1) + b"}"
    assert caller.ask_raw("settings.get", full)["status"] == "ok"
    longer = caller.ask_raw("settings.get", full + b" ")
    assert longer["error"]["code"] == "too_large"
    assert longer["transaction"] is None


def test_a_mebibyte_is_answered(caller: Caller) -> None:
    assert caller.ask_raw("pause", b"x" * 1_048_576)["error"]["code"] == "too_large"


def test_deep_nesting_is_counted_from_one(caller: Caller) -> None:
    inner = "[" * 31 + "]" * 31
    assert caller.ask_raw("settings.get", f'{{"transaction":{inner}}}')["status"] == "ok"
    strings = json.dumps({"transaction": "[{" * 200})
    assert caller.ask_raw("settings.get", strings)["status"] == "ok"


def test_all_or_nothing(caller: Caller) -> None:
    before = caller.data("settings.get")
    assert (
        caller.refused("settings.set", volume=77, policy="calm", crossfade_s=99) == "out_of_range"
    )
    assert caller.data("settings.get") == before


def test_nothing_of_it_all_was_an_event_or_a_change(caller: Caller) -> None:
    caller.settle()
    assert not caller.events(0, "command")
    assert not caller.since(0, "log")
    state = caller.state
    assert (state["volume"], state["mode"], state["policy"]) == (40, "auto", "match")
