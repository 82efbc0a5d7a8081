"""JSON as RFC 8259 has it, and one member of it as it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.commands.json_text import DEEPEST, NotJson, member, parse

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@given(value=values)
def test_it_reads_what_is_written(value: Any) -> None:
    text = json.dumps(value)
    assert json.dumps(parse(text.encode())) == json.dumps(_as_read(value))


def _as_read(value: Any) -> Any:
    """Huge whole numbers are read as floats: they are out of every range."""
    if isinstance(value, dict):
        return {key: _as_read(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_read(one) for one in value]
    huge = isinstance(value, int) and not isinstance(value, bool) and len(str(value)) > 18
    return float(value) if huge else value


@pytest.mark.parametrize(
    "text",
    [b"", b" ", b"{", b"NaN", b"-Infinity", b"[1,]", b"01", b"1.", b".5", b"'a'", b'"\n"', b"\xff",
     b'"\xed\xa0\x80"', b"\xef\xbb\xbf1", b"1 2", b'{"a":1,"a":2}', b'[{"b":{"a":1,"a":1}}]',
     b"tru",
     b'"\\q"', b'"\\u12"', b"\x00", b"[" * 100_000, b'{"a":' * 100_000, b'"' + b"[" * 33],
)  # fmt: skip
def test_it_is_no_json(text: bytes) -> None:
    with pytest.raises(NotJson):
        parse(text)


@pytest.mark.parametrize("pair", [(b"[", b"]"), (b'{"a":', b"}")])
def test_it_counts_levels_from_one(pair: tuple[bytes, bytes]) -> None:
    inner = b"1" if pair[0] != b"[" else b""
    parse(pair[0] * DEEPEST + inner + pair[1] * DEEPEST)
    with pytest.raises(NotJson, match="deeper"):
        parse(pair[0] * (DEEPEST + 1) + inner + pair[1] * (DEEPEST + 1))


def test_brackets_in_texts_are_no_levels() -> None:
    assert parse(json.dumps(["[" * 500, '\\"[{' * 100]).encode())
    assert parse(b'{"a":[' + b",".join([b"[]"] * 500) + b"]}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{"t":1.50}', b"1.50"),
        (b' {"a":{"t":1}, "t" :\n [1, 2] , "b":3}', b"[1, 2]"),
        (b'{"a":"\\"t\\":5","t":"x\\\\"}', b'"x\\\\"'),
        (b'{"\\u0074":7}', b"7"),
        ('{"é":"ü","t":"é"}'.encode(), '"é"'.encode()),
        (b'{"t":["\\ud800",123456789012345678901234567890]}',
         b'["\\ud800",123456789012345678901234567890]'),
        (b'{"t":1e400}', b"1e400"),
        (b'{"t":-0.0,"a":[]}', b"-0.0"),
    ],
)  # fmt: skip
def test_a_member_as_it_was_written(text: bytes, found: bytes) -> None:
    assert member(text, "t") == found


@given(before=values, value=values, after=values)
def test_any_member_is_found(before: Any, value: Any, after: Any) -> None:
    text = json.dumps({"a": before, "t": value, "z": after}, ensure_ascii=False, indent=1)
    assert json.dumps(json.loads(member(text.encode(), "t"))) == json.dumps(value)
