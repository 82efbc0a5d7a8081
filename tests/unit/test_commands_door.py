"""The door for requests: codes in the contract's order, and what the mind gets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge.commands import REQUESTS, parse_request
from edge.commands.door import LARGEST_REQUEST, LARGEST_TRANSACTION


def code(name: str, payload: bytes | dict[str, Any]) -> str | None:
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    asked = parse_request(name, content)
    assert (asked.command is None) == (asked.problem is not None)
    return None if asked.problem is None else asked.problem.code


def arguments(name: str, **given: Any) -> dict[str, Any]:
    command = parse_request(name, json.dumps(given).encode()).command
    assert command is not None
    assert (command.name, command.asked) == (name, True)
    return command.arguments


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b'{"transaction":null}', b' {"transaction":[1]}\n']
)
def test_nothing_more_is_needed(payload: bytes) -> None:
    for name in ("play", "pause", "settings.get", "settings.set", "history", "recommend"):
        assert code(name, payload) is None


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        ("nonsense", b"x" * (LARGEST_REQUEST + 1), "too_large"),
        ("nonsense", b"{", "unknown_command"),
        ("pause", b"{", "bad_json"),
        ("pause", b"[]", "bad_payload"),
        ("pause", b'{"x":1}', "bad_payload"),
        ("settings.set", b'{"x":1,"volume":"a","name":"","quiet_volume":999}', "bad_payload"),
        ("settings.set", b'{"quiet_volume":999,"x":1}', "unknown_setting"),
        ("settings.set", b'{"quiet_volume":999}', "out_of_range"),
        ("settings.set", b'{"settings":{"quiet_volume":999}}', "out_of_range"),
        ("settings.set", b'{"settings":{"x":1}}', "unknown_setting"),
        ("settings.set", b'{"settings":{"volume":1},"volume":2}', "unknown_setting"),
        ("settings.set", b'{"settings":5}', "unknown_setting"),
        ("volume", b'{"level":101,"delta":1}', "bad_payload"),
        ("place", b'{"track_id":"x","valence":5}', "bad_payload"),
        ("place", b'{"track_id":"x","valence":5,"arousal":0}', "out_of_range"),
    ],
)
def test_the_first_code_in_order(name: str, payload: bytes, expected: str) -> None:
    assert code(name, payload) == expected


def test_settings_may_be_wrapped() -> None:
    assert arguments("settings.set", volume=5) == {"volume": 5}
    assert arguments("settings.set", settings={"volume": 5, "quiet_to": None}) == {
        "volume": 5,
        "quiet_to": None,
    }


@pytest.mark.parametrize("length", [LARGEST_TRANSACTION, LARGEST_TRANSACTION + 1])
def test_a_transaction_may_have_a_kibibyte(length: int) -> None:
    text = b'"' + b"x" * (length - 2) + b'"'
    asked = parse_request("pause", b'{"transaction":' + text + b"}")
    fits = length <= LARGEST_TRANSACTION
    assert asked.transaction == (text if fits else b"null")
    assert (asked.problem is None) == fits


def test_a_transaction_of_an_unknown_command_is_echoed() -> None:
    assert parse_request("nonsense", b'{"transaction": 5}').transaction == b"5"
    assert parse_request("nonsense", b"5").transaction == b"null"


def test_it_is_no_argument() -> None:
    assert arguments("seek", position_s=3, transaction=1) == {"position_s": 3}


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_every_request_refuses_what_it_does_not_know(name: str) -> None:
    expected = "unknown_setting" if name == "settings.set" else "bad_payload"
    asked = parse_request(name, b'{"surely_unknown": 1}')
    assert asked.problem is not None
    assert asked.problem.code == expected
    assert len(asked.problem.message) < 500


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_null_is_not_absent(name: str) -> None:
    for argument in REQUESTS[name].arguments:
        if not argument.nullable:
            assert code(name, {argument.name: None}) == "bad_payload"


@pytest.mark.parametrize("name", ["volum", "Play", "", "x" * 60_000, "\n", "#"])
def test_an_unknown_command_is_told_briefly(name: str) -> None:
    asked = parse_request(name, b"")
    assert asked.problem is not None
    assert asked.problem.code == "unknown_command"
    assert len(asked.problem.message) < 500
