"""Requests in the mind: one answer each, one event or none, and nothing changed where refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.commands import REQUESTS
from edge.messages import MOODS, Answer, Command, Event, Remember
from edge.mind import conductor
from edge.mind.situation import Effect, Save, Situation
from tests.door import NOW, START, TRACKS

PLAYING = replace(
    START,
    state=replace(START.state, track=TRACKS[0], player="playing", position_s=1.0, position_at=99.0),
    quiet=None,
)
CHANGING = sorted(name for name, action in REQUESTS.items() if not action.query)
IDS = [track.id for track in TRACKS]


def asked(situation: Situation, name: str, **arguments: Any) -> tuple[Situation, list[Effect]]:
    command = Command(name=name, arguments=arguments, asked=True)
    after, effects = conductor.handle(situation, command, NOW, 0.5)
    return after, list(effects)


def answer(effects: list[Effect]) -> Answer:
    (one,) = [effect for effect in effects if isinstance(effect, Answer)]
    return one


def data(effects: list[Effect]) -> dict[str, Any]:
    told = answer(effects)
    assert told.problem is None, told.problem
    return told.data or {}


def code(effects: list[Effect]) -> str | None:
    problem = answer(effects).problem
    return None if problem is None else problem.code


def commands(effects: list[Effect]) -> list[tuple[str, bool]]:
    told = [effect for effect in effects if isinstance(effect, Event)]
    return [
        (one.fields["command"], one.fields["ok"]) for one in told if one.event_type == "command"
    ]


situations = st.builds(
    lambda state, **more: replace(START, state=replace(START.state, **state), **more),
    state=st.one_of(
        st.fixed_dictionaries(
            {"player": st.just("stopped"), "mode": st.sampled_from(["auto", "manual"])}
        ),
        st.fixed_dictionaries(
            {
                "player": st.sampled_from(["playing", "paused"]),
                "track": st.sampled_from(TRACKS),
                "position_s": st.floats(0, 60),
                "position_at": st.just(99.0),
                "mode": st.sampled_from(["auto", "manual"]),
                "volume": st.integers(0, 100),
            }
        ),
    ),
    faults=st.sampled_from([{}, {"player": "no card"}, {"camera": "unplugged"}, {"eye": "gone"}]),
    queue=st.lists(st.sampled_from(IDS), max_size=4).map(tuple),
    heard=st.lists(st.sampled_from(IDS), max_size=4).map(tuple),
    guest=st.booleans(),
    quiet=st.sampled_from([None, "start", "absence", "listener"]),
    likes=st.dictionaries(st.sampled_from(IDS), st.booleans(), max_size=2),
)
arguments: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "play": st.sampled_from(
        [{}, {"track_id": "nobody"}, *({"mood": mood} for mood in MOODS), {"track_id": IDS[0]}]
    ),
    "seek": st.fixed_dictionaries({"position_s": st.floats(0, 100)}),
    "volume": st.sampled_from([{"level": 0}, {"level": 100}, {"delta": 7}, {"delta": -(2**53)}]),
    "like": st.sampled_from([{}, {"track_id": "nobody"}, {"track_id": IDS[1]}, {"undo": True}]),
    "dislike": st.sampled_from([{}, {"track_id": "nobody"}, {"undo": True}, {"undo": False}]),
    "place": st.sampled_from([{"track_id": "nobody", "mood": "sad"}, {"track_id": IDS[0]}]),
    "sleep": st.fixed_dictionaries({"minutes": st.floats(0, 600)}),
    "queue": st.fixed_dictionaries(
        {
            "track_ids": st.lists(st.sampled_from([*IDS, "nobody"]), max_size=4).map(tuple),
            "append": st.booleans(),
        }
    ),
    "similar": st.sampled_from([{"track_id": "nobody"}, {"track_id": IDS[0], "n": 3}]),
    "recommend": st.sampled_from([{}, {"mood": "sad"}, {"n": 100}, {"language": "hi"}]),
    "settings.set": st.sampled_from(
        [
            {},
            {"camera": "on"},
            {"camera": "off"},
            {"volume_limit": 3, "volume": 50},
            {"guest": True},
        ]
    ),
}
OURS = ("play", "pause", "stop", "next", "previous", "settings.get", *arguments)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=situations, name=st.sampled_from(OURS), drawn=st.data())
def test_a_refused_request_changes_nothing(
    before: Situation, name: str, drawn: st.DataObject
) -> None:
    given_ = drawn.draw(arguments.get(name, st.just({})))
    after, effects = asked(before, name, **given_)
    refused = answer(effects).problem is not None
    changes = not REQUESTS[name].query
    assert commands(effects) == ([(name, True)] if changes and not refused else [])
    if refused or not changes:
        assert after == before
        assert effects == [answer(effects)]


@pytest.mark.parametrize("name", ["pause", "stop", "next", "previous"])
def test_without_a_song_the_player_is_stopped(name: str) -> None:
    after, effects = asked(START, name)
    assert data(effects) == {"player": "stopped"}
    assert after.state == START.state


@pytest.mark.parametrize(
    ("name", "arguments_", "expected"),
    [
        ("seek", {"position_s": 1}, "not_found"),
        ("like", {}, "not_found"),
        ("dislike", {"undo": True}, "not_found"),
        ("play", {"track_id": "nobody"}, "not_found"),
        ("queue", {"track_ids": ("nobody",)}, "not_found"),
        ("similar", {"track_id": "nobody"}, "not_found"),
        ("place", {"track_id": "nobody"}, "not_found"),
    ],
)
def test_what_is_not_there(name: str, arguments_: dict[str, Any], expected: str) -> None:
    assert code(asked(START, name, **arguments_)[1]) == expected


def test_beyond_the_end_is_out_of_range() -> None:
    assert code(asked(PLAYING, "seek", position_s=60.1)[1]) == "out_of_range"
    assert data(asked(PLAYING, "seek", position_s=60)[1]) == {"position_s": 60.0}


def test_nothing_plays_without_a_loudspeaker() -> None:
    broken = replace(START, faults={"player": "no card"})
    for given_ in ({}, {"track_id": IDS[0]}, {"mood": "sad"}):
        assert code(asked(broken, "play", **given_)[1]) == "audio_unavailable"


def test_the_camera_cannot_be_opened() -> None:
    broken = replace(
        START, faults={"camera": "unplugged"}, settings=replace(START.settings, camera="off")
    )
    after, effects = asked(broken, "settings.set", volume=3, camera="on")
    assert code(effects) == "camera_unavailable"
    assert after == broken


def test_a_like_is_told_and_kept_once() -> None:
    after, effects = asked(PLAYING, "like")
    assert after.likes == {IDS[0]: True}
    told = [one for one in effects if isinstance(one, Event) and one.event_type == "feedback"]
    assert [one.fields for one in told] == [{"track_id": IDS[0], "liked": True}]
    again, effects = asked(after, "like", undo=True)
    assert again.likes == {}
    assert [one.what for one in effects if isinstance(one, Remember)] == ["undone"]


def test_a_guest_neither_gives_nor_takes_a_like() -> None:
    guest = replace(PLAYING, guest=True, likes={IDS[1]: True})
    for undo in (False, True):
        after, effects = asked(guest, "like", track_id=IDS[1], undo=undo)
        assert after.likes == guest.likes
        assert not [one for one in effects if isinstance(one, Remember)]


def test_a_queue_makes_it_manual_and_plays_on() -> None:
    after, effects = asked(PLAYING, "queue", track_ids=tuple(IDS[2:4]))
    assert data(effects) == {"queue": tuple(IDS[2:4])}
    assert after.state.mode == "manual"
    assert after.state.track == PLAYING.state.track
    assert [one for one in effects if isinstance(one, Save)] == [Save(changed={"mode": "manual"})]


@pytest.mark.parametrize("name", sorted(set(CHANGING) - set(OURS)))
def test_box_s_own_part_is_passed_on(name: str) -> None:
    command = Command(name=name, value={"done": True}, asked=True)
    _, effects = conductor.handle(START, command, NOW, 0.5)
    assert data(list(effects)) == {"done": True}
    assert commands(list(effects)) == [(name, True)]
