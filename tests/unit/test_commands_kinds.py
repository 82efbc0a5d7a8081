"""One value of each kind: what it takes, and which code tells that it does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.commands.kinds import Argument, shown
from edge.errors import CommandError

WORD = Argument(name="mood", kind="word", words=("happy", "sad"))
TEXT = Argument(name="name", kind="text", shortest=1, longest=5)
FREE = Argument(name="query", kind="text")
TEXTS = Argument(name="track_ids", kind="texts", longest=3)
WHOLE = Argument(name="level", kind="integer", lowest=0, highest=100)
NUMBER = Argument(name="valence", kind="number", lowest=-1, highest=1)
YES = Argument(name="full", kind="bool")
CLOCK = Argument(name="quiet_from", kind="clock", nullable=True)
TIME = Argument(name="before", kind="time")
ALL = (WORD, TEXT, FREE, TEXTS, WHOLE, NUMBER, YES, CLOCK, TIME)


@pytest.mark.parametrize(
    ("argument", "value", "expected"),
    [
        (WORD, "happy", "happy"),
        (TEXT, "é✓", "é✓"),
        (TEXT, "12345", "12345"),
        (FREE, "", ""),
        (TEXTS, [], ()),
        (TEXTS, ["a", "", "a"], ("a", "", "a")),
        (WHOLE, 0, 0),
        (WHOLE, 100, 100),
        (WHOLE, 40.0, 40),
        (NUMBER, -1, -1),
        (NUMBER, 0.25, 0.25),
        (YES, True, True),
        (YES, False, False),
        (CLOCK, None, None),
        (CLOCK, "23:59", "23:59"),
        (TIME, "1970-01-01T00:00:01Z", 1.0),
        (TIME, "1970-01-01T01:00:00.250+01:00", 0.25),
        (TIME, "1970-01-01t00:00:01z", 1.0),
    ],
)
def test_it_takes(argument: Argument, value: object, expected: object) -> None:
    found = argument.check(value)
    assert found == expected
    assert type(found) is type(expected)


BAD: list[tuple[Argument, list[Any]]] = [
    (WORD, ["Happy", "", 1, None, ["happy"], {}, True]),
    (TEXT, ["", "123456", 1, None, [], "\ud800", "a\n", "\x7f"]),
    (FREE, [1, None, True, [], "\udfff"]),
    (TEXTS, ["a", None, [1], [None], [["a"]], {}, [True]]),
    (WHOLE, ["5", True, False, None, 0.5, [], {}]),
    (NUMBER, ["0", True, None, []]),
    (YES, [0, 1, "true", None, []]),
    (CLOCK, ["24:00", "7:00", "07:60", "", "07:00:00", 700, "0٧:00", " 07:00"]),
    (TIME, ["", "2026-11-20", "2026-11-20T22:38:00", "2026-02-30T00:00:00Z", 5, None, "now",
            "2026-11-20 22:38:00Z", "0000-01-01T00:00:00Z", "2026-11-20T22:38:00+99:00"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("argument", "value"), [(argument, value) for argument, bad in BAD for value in bad]
)
def test_it_is_no_such_value(argument: Argument, value: object) -> None:
    with pytest.raises(CommandError, match=argument.name) as refused:
        argument.check(value)
    assert refused.value.code == "bad_payload"


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        (WHOLE, -1),
        (WHOLE, 101),
        (WHOLE, 1e300),
        (WHOLE, float("inf")),
        (NUMBER, 1.0000001),
        (NUMBER, -1.5),
        (NUMBER, float("-inf")),
        (TEXTS, ["a"] * 4),
    ],
)
def test_it_is_outside(argument: Argument, value: object) -> None:
    with pytest.raises(CommandError) as refused:
        argument.check(value)
    assert refused.value.code == "out_of_range"


def test_without_bounds_a_huge_number_stays_finite() -> None:
    free = Argument(name="delta", kind="integer")
    assert free.check(1e300) == 2**53
    assert free.check(float("-inf")) == -(2**53)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
)
def test_any_value_is_taken_or_refused_in_a_short_sentence(value: object) -> None:
    for argument in ALL:
        refused = None
        try:
            argument.check(value)
        except CommandError as error:
            refused = error
        if refused is not None:
            told = str(refused)
            assert refused.code in {"bad_payload", "out_of_range"}
            assert told.endswith(".")
            assert len(told.encode()) < 500


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        ({}, "an object"),
        ([1], "a list"),
        (1.5, "1.5"),
        ("a", "'a'"),
    ],
)
def test_a_value_in_a_sentence(value: object, expected: str) -> None:
    assert shown(value) == expected
    assert len(shown("x" * 1000)) <= 40
