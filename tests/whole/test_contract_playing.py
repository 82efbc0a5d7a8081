"""Requests that move the music, and what each is answered, told and shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whole import contract
from tests.whole.caller import Caller

pytestmark = pytest.mark.whole
SHORT = True


@pytest.fixture
def ids(caller: Caller) -> dict[str, str]:
    """The ids of all long songs by title."""
    items = caller.data("recommend", n=100)["items"]
    return {one["title"]: one["id"] for one in items if one["duration_s"] > 10}


@pytest.fixture
def playing(caller: Caller, ids: dict[str, str]) -> str:
    """The id of a song that plays."""
    caller.data("queue", track_ids=[])
    caller.data("play", track_id=ids["Bright Side"])
    caller.settle()
    return ids["Bright Side"]


@pytest.fixture
def stopped(caller: Caller) -> None:
    caller.data("queue", track_ids=[])
    caller.data("stop")
    caller.settle()


def now_playing(caller: Caller) -> str | None:
    """What the box says when asked, without waiting for the pace of `state`."""
    track = caller.data("play")["track"]
    return None if track is None else str(track["id"])


def test_play_a_song(caller: Caller, ids: dict[str, str]) -> None:
    caller.data("settings.set", mode="auto")
    caller.settle()
    mark = caller.mark()
    wanted = ids["Grindstone"]
    data = caller.data("play", track_id=wanted)
    assert set(data) == {"track"}
    assert contract.track(data["track"])
    assert data["track"]["id"] == wanted
    caller.settle()
    assert [event["track"]["id"] for event in caller.events(mark, "track_started")] == [wanted]
    assert caller.events(mark, "track_ended")[0]["reason"] == "command"
    assert caller.commands(mark) == [("play", True)]
    state = caller.await_state(lambda state: state["track"] and state["track"]["id"] == wanted)
    assert state["mode"] == "manual"
    assert state["track"] == data["track"]


@pytest.mark.parametrize("query", ["rain glass", "RAIN", "Čas", "žofie"])
def test_play_the_best_hit(caller: Caller, query: str) -> None:
    best = caller.data("search", query=query)["items"][0]
    assert caller.data("play", query=query)["track"]["id"] == best["id"]


@pytest.mark.parametrize("mood", sorted(contract.MOODS))
def test_play_a_mood(caller: Caller, mood: str) -> None:
    assert contract.track(caller.data("play", mood=mood)["track"])


def test_play_alone_goes_on(caller: Caller, playing: str) -> None:
    assert caller.data("pause") == {"player": "paused"}
    assert caller.data("play")["track"]["id"] == playing
    assert caller.data("play")["track"]["id"] == playing
    assert caller.data("next")["player"] == "playing"


def test_play_alone_leaves_the_mode(caller: Caller) -> None:
    caller.data("settings.set", mode="auto")
    caller.data("stop")
    caller.data("play")
    assert caller.data("settings.get")["settings"]["mode"] == "auto"


@pytest.mark.usefixtures("stopped")
def test_play_after_stop_is_a_new_choice(caller: Caller) -> None:
    mark = caller.mark()
    track = caller.data("play")["track"]
    assert caller.event(mark, "track_started")["track"]["id"] == track["id"]


@pytest.mark.parametrize("command", ["pause", "stop", "next", "previous"])
@pytest.mark.usefixtures("stopped")
def test_without_a_song_it_is_stopped(caller: Caller, command: str) -> None:
    mark = caller.mark()
    assert caller.data(command) == {"player": "stopped"}
    caller.settle()
    assert caller.commands(mark) == [(command, True)]


@pytest.mark.parametrize(
    ("command", "player"),
    [("pause", "paused"), ("next", "playing"), ("previous", "playing"), ("stop", "stopped")],
)
def test_each_tells_the_player(caller: Caller, playing: str, command: str, player: str) -> None:
    assert playing
    mark = caller.mark()
    assert caller.data(command) == {"player": player}
    caller.settle()
    assert caller.commands(mark) == [(command, True)]


@pytest.mark.parametrize("position", [0, 1, 12.5, 39.9, 40])
def test_seek_within_the_song(caller: Caller, playing: str, position: float) -> None:
    assert playing
    mark = caller.mark()
    assert caller.data("seek", position_s=position) == {"position_s": position}
    caller.settle()
    assert caller.commands(mark) == [("seek", True)]


@pytest.mark.parametrize("position", [40.1, 1e6, -1])
def test_seek_outside_of_the_song(caller: Caller, playing: str, position: float) -> None:
    assert playing
    assert caller.refused("seek", position_s=position) == "out_of_range"


@pytest.mark.parametrize("command", ["seek", "like", "dislike"])
@pytest.mark.usefixtures("stopped")
def test_without_a_song_it_is_not_found(caller: Caller, command: str) -> None:
    arguments = {"position_s": 1} if command == "seek" else {}
    mark = caller.mark()
    assert caller.refused(command, **arguments) == "not_found"
    caller.settle()
    assert not caller.events(mark)


@pytest.mark.parametrize(
    ("given", "level"),
    [({"level": 0}, 0), ({"level": 100}, 100), ({"delta": -30}, 70), ({"delta": 500}, 100),
     ({"delta": 0}, 100), ({"delta": -1000}, 0), ({"delta": 40}, 40)],
)  # fmt: skip
def test_volume(caller: Caller, given: dict[str, int], level: int) -> None:
    mark = caller.mark()
    assert caller.data("volume", **given) == {"level": level}
    caller.settle()
    assert caller.commands(mark) == [("volume", True)]


def test_a_queue_sets_manual_and_lets_the_song_play(caller: Caller, ids: dict[str, str]) -> None:
    song = caller.data("play", track_id=ids["Bright Side"])["track"]["id"]
    caller.data("settings.set", mode="auto")
    wanted = [one for one in ids.values() if one != song][:3]
    mark = caller.mark()
    assert caller.data("queue", track_ids=wanted) == {"queue": wanted}
    assert now_playing(caller) == song
    assert not caller.events(mark, "track_ended")
    state = caller.await_state(lambda state: [one["id"] for one in state["up_next"]] == wanted)
    assert state["mode"] == "manual"
    assert state["track"]["id"] == song


def test_a_queue_is_heard_in_order_and_then_it_stops(
    caller: Caller, playing: str, ids: dict[str, str]
) -> None:
    wanted = [ids["Rain on Glass"], ids["Slow River"]]
    assert playing not in wanted
    caller.data("queue", track_ids=wanted)
    heard = []
    for _ in wanted:
        assert caller.data("next") == {"player": "playing"}
        heard.append(now_playing(caller))
    assert heard == wanted
    assert caller.data("next") == {"player": "stopped"}
    assert caller.data("settings.get")["settings"]["mode"] == "manual"
    caller.await_state(lambda state: state["player"] == "stopped" and not state["up_next"])


def test_a_song_at_its_end_makes_room_for_the_queue(caller: Caller, ids: dict[str, str]) -> None:
    short = caller.data("search", query="blink")["items"][0]["id"]
    caller.data("play", track_id=short)
    caller.data("queue", track_ids=[ids["Slow River"]])
    caller.settle()
    mark = caller.mark()
    assert caller.event(mark, "track_ended", 15)["reason"] == "finished"
    assert caller.event(mark, "track_started")["track"]["id"] == ids["Slow River"]


def test_a_queue_that_runs_out_stays_manual_and_stops(caller: Caller) -> None:
    short = caller.data("search", query="wink")["items"][0]["id"]
    caller.data("queue", track_ids=[])
    caller.data("play", track_id=short)
    caller.settle()
    mark = caller.mark()
    assert caller.event(mark, "track_ended", 15)["reason"] == "finished"
    state = caller.await_state(lambda state: state["player"] == "stopped")
    assert (state["mode"], state["track"], state["position_s"]) == ("manual", None, None)


def test_append_follows_and_the_empty_list_clears(
    caller: Caller, playing: str, ids: dict[str, str]
) -> None:
    one, two, three = [each for each in ids.values() if each != playing][:3]
    assert caller.data("queue", track_ids=[one])["queue"] == [one]
    assert caller.data("queue", track_ids=[two, three], append=True)["queue"] == [one, two, three]
    assert caller.data("queue", track_ids=[], append=True)["queue"] == [one, two, three]
    assert caller.data("queue", track_ids=[two], append=False)["queue"] == [two]
    assert caller.data("queue", track_ids=[one, one])["queue"] == [one, one]
    assert caller.data("queue", track_ids=[])["queue"] == []
    assert now_playing(caller) == playing


def test_one_unknown_song_refuses_all(caller: Caller, playing: str, ids: dict[str, str]) -> None:
    one, two = [each for each in ids.values() if each != playing][:2]
    caller.data("queue", track_ids=[one])
    for append in (True, False):
        given: dict[str, Any] = {"track_ids": [two, "nobody"], "append": append}
        assert caller.refused("queue", **given) == "not_found"
    assert caller.data("queue", track_ids=[], append=True)["queue"] == [one]
    caller.data("queue", track_ids=[])


def test_up_next_has_at_most_twenty(caller: Caller, playing: str) -> None:
    assert len(caller.data("queue", track_ids=[playing] * 500)["queue"]) == 500
    state = caller.await_state(lambda state: len(state["up_next"]) == 20)
    assert set(state["up_next"][0]) == {"id", "title", "artist"}
    caller.data("queue", track_ids=[])


@pytest.mark.parametrize("minutes", [1, 0.5, 600])
def test_sleep(caller: Caller, minutes: float) -> None:
    mark = caller.mark()
    until = caller.data("sleep", minutes=minutes)["sleep_until"]
    assert contract.moment(until)
    caller.await_state(lambda state: state["sleep_until"] == until)
    assert caller.commands(mark) == [("sleep", True)]
    assert caller.data("sleep", minutes=0) == {"sleep_until": None}


def test_a_seek_alone_is_no_change(caller: Caller, playing: str) -> None:
    assert playing
    caller.await_state(lambda state: state["track"] and state["track"]["id"] == playing)
    before = caller.mark()
    for position in (5, 10, 15, 20):
        caller.data("seek", position_s=position)
    caller.settle()
    assert len(caller.since(before, "state")) <= 1  # a look may have moved the confidence
