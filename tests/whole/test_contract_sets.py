"""Plain values on `<setting>/set`: each good one acts, each bad one changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.whole import contract
from tests.whole.caller import Caller

pytestmark = pytest.mark.whole

GOOD = [
    *(("volume", word) for word in ("0", "1", "7", "99", "100", "007")),
    *(("policy", word) for word in ("lift", "calm", "match")),
    *(("language", word) for word in ("hi", "de", "zu", "any")),
    *(("mode", word) for word in ("manual", "auto")),
]
BAD = [
    *(("volume", word) for word in (
        "101", "-1", "+5", "5.0", "1e1", " 5", "5 ", "5\n", "0x10", "1_0", "", "loud", "null",
        "٥", "½", "true", '"5"', "{}", "9" * 1024, "0" * 1025, b"\xff", b"5\x00",
    )),
    *(("policy", word) for word in ("", "Match", "MATCH", "match ", "auto", '"match"', "null")),
    *(("language", word) for word in ("", "HI", "hin", "xx", "hi-IN", "Any", "*", "en,de")),
    *(("override", word) for word in ("", "joy", "Happy", "none", "null", "off", "any")),
    *(("mode", word) for word in ("", "Auto", "on", "auto\r\n", "b" * 2000)),
    *(("camera", word) for word in ("", "ON", "true", "1", "on ", '{"camera":"on"}')),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _put_back(house: object) -> Iterator[None]:
    yield
    caller: Caller = house.caller  # type: ignore[attr-defined]  # House, of conftest
    caller.set("camera", "on")


@pytest.mark.parametrize(("setting", "payload"), GOOD)
def test_a_good_value_acts(caller: Caller, setting: str, payload: str) -> None:
    mark = caller.mark()
    caller.set(setting, payload)
    wanted = int(payload) if setting == "volume" else payload
    assert caller.data("settings.get")["settings"][setting] == wanted
    caller.settle()
    assert caller.commands(mark) == [(setting, True)]


@pytest.mark.parametrize(
    ("setting", "value"), [("volume", 33), ("policy", "lift"), ("mode", "auto")]
)
def test_a_good_value_is_seen_in_state(caller: Caller, setting: str, value: object) -> None:
    caller.set(setting, str(value))
    caller.await_state(lambda state: state[setting] == value)
    caller.settle()


@pytest.mark.parametrize(("setting", "payload"), BAD)
def test_a_bad_value_changes_nothing(caller: Caller, setting: str, payload: bytes | str) -> None:
    before = caller.state
    mark = caller.mark()
    caller.set(setting, payload)
    caller.settle()
    assert caller.commands(mark) == [(setting, False)]
    assert caller.state[setting] == before[setting]


@pytest.mark.parametrize("setting", ["brightness", "Volume", "volume_limit", "name", "guest"])
def test_an_unknown_setting_is_told(caller: Caller, setting: str) -> None:
    mark = caller.mark()
    caller.set(setting, "1")
    caller.settle()
    assert caller.commands(mark) == [(setting, False)]


@pytest.mark.parametrize("setting", ["volume", "policy", "language", "mode", "override"])
def test_a_value_that_changes_nothing_gives_the_event_and_no_state(
    caller: Caller, setting: str
) -> None:
    value = caller.state[setting]
    caller.set(setting, str(value))
    caller.settle()
    quiet = {key: caller.state[key] for key in ("volume", "policy", "language", "mode", "track")}
    mark = caller.mark()
    caller.set(setting, str(value))
    caller.settle()
    assert caller.commands(mark) == [(setting, True)]
    for message in caller.since(mark, "state"):  # a look may have changed; the settings have not
        assert {key: message.json[key] for key in quiet} == quiet


@pytest.mark.parametrize("mood", sorted(contract.MOODS - {"happy"}))
def test_an_override_is_the_mood(caller: Caller, mood: str) -> None:
    caller.set("override", "auto")
    caller.settle()
    mark = caller.mark()
    caller.set("override", mood)
    state = caller.await_state(lambda state: state["override"] == mood)
    assert (state["mood"], state["mood_source"]) == (mood, "override")
    assert state["confidence"] is None
    assert state["override_until"] > state["at"]
    assert state["mood_since"] is not None
    changed = caller.event(mark, "mood_changed")
    assert (changed["to"], changed["confidence"]) == (mood, None)


def test_the_override_ends(caller: Caller) -> None:
    caller.set("override", "sad")
    caller.await_state(lambda state: state["mood"] == "sad")
    mark = caller.mark()
    caller.set("override", "auto")
    state = caller.await_state(lambda state: state["override"] == "auto")
    assert state["override_until"] is None
    caller.await_state(lambda state: state["mood_source"] == "camera")
    assert caller.event(mark, "mood_changed")["to"] == "happy"


@pytest.mark.parametrize("payload", ["", "PRESS", b"\xff\x00", "null", '{"a":1}', "x" * 5000])
@pytest.mark.parametrize("button", ["pause", "play", "like"])
def test_a_button_takes_any_payload(caller: Caller, button: str, payload: bytes | str) -> None:
    mark = caller.mark()
    caller.set(button, payload)
    caller.settle()
    assert caller.commands(mark) == [(button, True)]


def test_pause_and_play_are_seen(caller: Caller) -> None:
    song = caller.data("play")["track"]["id"]
    caller.set("pause", "")
    caller.await_state(lambda state: state["player"] == "paused")
    caller.set("play", "")
    state = caller.await_state(lambda state: state["player"] == "playing")
    assert state["track"]["id"] == song


def test_next_skips(caller: Caller) -> None:
    song = caller.state["track"]["id"]
    mark = caller.mark()
    caller.set("next", "")
    assert caller.event(mark, "track_ended")["reason"] == "skipped"
    assert caller.event(mark, "track_ended")["track"]["id"] == song
    started = caller.event(mark, "track_started")["track"]["id"]
    caller.await_state(lambda state: state["track"]["id"] == started)
    assert started != song


def test_previous_goes_back(caller: Caller) -> None:
    first = caller.await_state(lambda state: state["track"])["track"]["id"]
    mark = caller.mark()
    caller.set("next", "")
    caller.event(mark, "track_started")
    mark = caller.mark()
    caller.set("previous", "")
    assert caller.event(mark, "track_ended")["reason"] == "skipped"
    assert caller.event(mark, "track_started")["track"]["id"] == first


@pytest.mark.parametrize(("button", "liked"), [("like", True), ("dislike", False)])
def test_a_taste_is_told(caller: Caller, button: str, liked: bool) -> None:
    caller.set("play", "")
    caller.await_state(lambda state: state["track"])
    song = caller.state["track"]["id"]
    mark = caller.mark()
    caller.set(button, "")
    event = caller.event(mark, "feedback")
    assert (event["track_id"], event["liked"]) == (song, liked)


def test_stop_has_no_song(caller: Caller) -> None:
    mark = caller.mark()
    caller.set("stop", "")
    state = caller.await_state(lambda state: state["player"] == "stopped")
    assert state["track"] is None
    assert state["position_s"] is None
    assert caller.event(mark, "track_ended")["reason"] == "command"


@pytest.mark.parametrize("button", ["like", "dislike"])
def test_a_button_that_cannot_act_is_told(caller: Caller, button: str) -> None:
    caller.set("stop", "")
    caller.settle()
    mark = caller.mark()
    caller.set(button, "")
    caller.settle()
    assert caller.commands(mark) == [(button, False)]
    assert not caller.events(mark, "feedback")


@pytest.mark.parametrize("button", ["pause", "stop", "next", "previous"])
def test_without_a_song_it_is_still_a_command(caller: Caller, button: str) -> None:
    caller.set("stop", "")
    caller.settle()
    mark = caller.mark()
    caller.set(button, "")
    caller.settle()
    assert [name for name, _ in caller.commands(mark)] == [button]
    caller.await_state(lambda state: state["player"] == "stopped")


def test_the_camera_goes_off_and_on(caller: Caller) -> None:
    caller.set("camera", "off")
    state = caller.await_state(lambda state: state["camera"] == "off")
    assert state["presence"] == "unknown"
    assert state["mood"] is None
    caller.set("camera", "on")
    caller.await_state(lambda state: state["camera"] == "on" and state["mood"], 20)


def test_a_retained_set_is_never_obeyed(caller: Caller) -> None:
    before = caller.state["volume"]
    mark = caller.mark()
    caller.say("volume/set", "13", retain=True)
    caller.say("volume/set", "", retain=True)  # takes it away again: empty, so not even logged
    caller.settle()
    assert caller.commands(mark) == []
    assert caller.state["volume"] == before
