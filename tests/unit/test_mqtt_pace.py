"""When a state is due and how many lines may leave, with time passed in."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.messages import Log, State, Track
from edge.mqtt.pace import LogLimit, StatePacer
from edge.mqtt.topics import state_payload
from edge.mqtt.uplink import pause_s

SONG = Track(id="a", path="p")


def shown(at: float = 0.0, **changes: Any) -> dict[str, Any]:
    return state_payload(State(**changes), at)


def test_the_first_state_is_due() -> None:
    assert StatePacer().due(shown(), 0.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"volume": 41},
        {"mood": "sad"},
        {"confidence": 0.55},
        {"confidence": None},
        {"valence": 0.5 + 0.05},
        {"valence": 0.5 - 0.05},
        {"track": Track(id="b", path="p")},
        {"player": "paused"},
        {"people": 2},
    ],
)
def test_a_change_is_due_after_half_a_second(changes: dict[str, Any]) -> None:
    before: dict[str, Any] = {
        "player": "playing",
        "track": SONG,
        "confidence": 0.5,
        "valence": 0.5,
        "arousal": 0.5,
    }
    pacer = StatePacer()
    assert pacer.due(shown(**before), 0.0)
    after = shown(**{**before, **changes})
    assert not pacer.due(after, 0.4)
    assert pacer.due(after, 0.6)
    assert not pacer.due(after, 5.0)


@pytest.mark.parametrize(
    "changes",
    [{"position_s": 50.0}, {"confidence": 0.54}, {"valence": 0.46}, {"arousal": 0.5001}, {}],
)
def test_small_moves_and_time_are_no_change(changes: dict[str, Any]) -> None:
    before: dict[str, Any] = {
        "confidence": 0.5,
        "valence": 0.5,
        "arousal": 0.5,
        "position_s": 1.0,
        "player": "paused",
        "track": SONG,
    }
    pacer = StatePacer()
    assert pacer.due(shown(0.0, **before), 0.0)
    assert not pacer.due(shown(999.0, **{**before, **changes}), 999.0)


def test_small_moves_add_up_to_a_change() -> None:
    pacer = StatePacer()
    assert pacer.due(shown(confidence=0.50), 0.0)
    assert not pacer.due(shown(confidence=0.53), 10.0)
    assert pacer.due(shown(confidence=0.56), 20.0)


def test_while_playing_it_speaks_every_minute() -> None:
    pacer = StatePacer()
    playing = shown(player="playing", track=SONG)
    assert pacer.due(playing, 0.0)
    assert not pacer.due(playing, 59.9)
    assert pacer.due(playing, 60.0)
    assert not pacer.due(playing, 60.2)
    assert pacer.due(playing, 120.0)


def test_a_stopped_box_is_silent() -> None:
    pacer = StatePacer()
    assert pacer.due(shown(), 0.0)
    assert not pacer.due(shown(), 1e6)


@given(st.lists(st.tuples(st.floats(0.0, 0.4), st.integers(0, 3)), max_size=60))
def test_never_more_than_twice_a_second_and_the_last_is_sent(
    steps: list[tuple[float, int]],
) -> None:
    pacer, at, sent = StatePacer(), 0.0, []
    volume = 0
    for wait, volume in [*steps, (1.0, steps[-1][1] if steps else 0)]:
        at += wait
        if pacer.due(shown(volume=volume), at):
            sent.append((at, volume))
    moments = [moment for moment, _ in sent]
    assert all(later - earlier >= 0.5 for earlier, later in itertools.pairwise(moments))
    assert sent[-1][1] == volume


def line(level: Any = "warning") -> Log:
    return Log(level=level, message="x", part="y")


@given(st.lists(st.floats(0.0, 20.0), min_size=1, max_size=120))
def test_never_more_than_ten_lines_in_any_minute(waits: list[float]) -> None:
    limit, at, sent = LogLimit(), 0.0, []
    for wait in waits:
        at += wait
        if limit.allows(line(), at):
            sent.append(at)
    assert sent
    for first in sent:
        assert len([one for one in sent if first <= one <= first + 60.0]) <= 10


def test_ten_lines_may_leave_at_once_and_more_a_minute_later() -> None:
    limit = LogLimit()
    assert [limit.allows(line(), 0.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert not limit.allows(line("critical"), 59.0)
    assert limit.allows(line(), 61.0)


def test_progress_is_told_every_ten_seconds() -> None:
    limit = LogLimit()
    assert limit.allows(line("info"), 0.0)
    assert not limit.allows(line("info"), 9.0)
    assert limit.allows(line("error"), 9.0)
    assert limit.allows(line("info"), 10.0)


@given(st.floats(0, 1e7), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_from_two_seconds_to_thirty(away_s: float, dice: float) -> None:
    pause = pause_s(away_s, dice)
    assert 0.1 < pause <= (2.0 if away_s < 60 else 30.0)


def test_pauses_are_long_at_last_and_spread() -> None:
    assert pause_s(3600.0, 0.999) > 29.0
    assert pause_s(3600.0, 0.0) < 6.0
    assert pause_s(0.0, 0.999) > 1.9
