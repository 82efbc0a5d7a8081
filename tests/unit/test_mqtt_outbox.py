"""What waits for the broker: the newest state, the last events, in order and bounded."""

from __future__ import annotations

import json
from typing import Any

from edge.messages import Log
from edge.mqtt.kept import AGE_S, CROWD, EVENTS, Kept
from edge.mqtt.outbox import Letter, Outbox


def event(number: int) -> dict[str, Any]:
    return {"id": f"{number:06}", "n": number}


def earlier(number: int, wall: float) -> Kept:
    return Kept("event", event(number)["id"], json.dumps(event(number)).encode(), None, wall)


def numbers(letters: list[Letter]) -> list[int]:
    return [json.loads(letter.payload)["n"] for letter in letters if letter.event_id]


def replayed(letters: list[Letter]) -> list[bool]:
    return ["replayed" in json.loads(letter.payload) for letter in letters if letter.event_id]


def test_the_newest_of_each_retained_topic_is_kept_in_order() -> None:
    outbox = Outbox()
    outbox.retain("info", b"1")
    outbox.retain("state", b"1")
    outbox.retain("state", b"2")
    outbox.retain("info", b"2")
    outbox.reopen(0.0)
    letters = outbox.due(0.0, 20)
    assert [(one.topic, one.payload, one.retain, one.qos) for one in letters] == [
        ("info", b"2", True, 1),
        ("state", b"2", True, 1),
    ]
    assert outbox.due(0.0, 20) == []
    assert outbox.wait_s(0.0) is None


def test_a_retained_topic_waits_for_its_acknowledgement_and_then_sends_the_newest() -> None:
    outbox = Outbox()
    outbox.reopen(0.0)
    outbox.retain("state", b"1")
    (first,) = outbox.due(0.0, 20)
    outbox.retain("state", b"2")
    outbox.retain("state", b"3")
    assert outbox.due(1.0, 20) == []
    outbox.delivered(first)
    assert [one.payload for one in outbox.due(1.0, 20)] == [b"3"]


def test_between_two_states_there_is_a_gap_also_after_a_return() -> None:
    outbox = Outbox()
    outbox.retain("state", b"old", 0.5)
    outbox.reopen(10.0)
    (old,) = outbox.due(10.0, 20)
    outbox.delivered(old)
    outbox.retain("state", b"new", 0.5)
    assert outbox.due(10.4, 20) == []
    wait = outbox.wait_s(10.4)
    assert wait is not None
    assert 0.0 < wait < 0.2
    assert [one.payload for one in outbox.due(10.6, 20)] == [b"new"]


def test_after_a_return_everything_retained_is_sent_anew() -> None:
    outbox = Outbox()
    outbox.retain("info", b"1")
    outbox.reopen(0.0)
    outbox.due(0.0, 20)
    outbox.shut()
    outbox.reopen(1.0)
    assert [one.payload for one in outbox.due(1.0, 20)] == [b"1"]


def test_kept_events_are_replayed_in_order_and_live_ones_queue_behind() -> None:
    outbox = Outbox()
    for number in range(3):
        outbox.add("event", event(number), 0.0)
    outbox.reopen(1.0)
    outbox.add("event", event(3), 1.0)
    letters = outbox.due(1.0, 20)
    assert numbers(letters) == [0, 1, 2, 3]
    assert replayed(letters) == [True, True, True, False]
    assert not any(letter.retain for letter in letters)


def test_what_was_not_acknowledged_is_replayed() -> None:
    outbox = Outbox()
    outbox.reopen(0.0)
    for number in range(3):
        outbox.add("event", event(number), 0.0)
    letters = outbox.due(0.0, 20)
    assert replayed(letters) == [False] * 3
    outbox.delivered(letters[0])
    outbox.shut()
    outbox.add("event", event(3), 1.0)
    outbox.reopen(2.0)
    letters = outbox.due(2.0, 20)
    assert numbers(letters) == [1, 2, 3]
    assert replayed(letters) == [True] * 3


def test_only_the_last_events_are_kept() -> None:
    outbox = Outbox()
    for number in range(EVENTS + 50):
        outbox.add("event", event(number), 0.0)
    outbox.reopen(0.0)
    letters = outbox.due(0.0, 1000)
    assert numbers(letters) == list(range(50, EVENTS + 50))


def test_events_of_yesterday_are_not_told() -> None:
    outbox = Outbox()
    outbox.add("event", event(1), 0.0)
    outbox.add("event", event(2), 10.0)
    outbox.reopen(AGE_S + 5.0)
    assert numbers(outbox.due(AGE_S + 5.0, 20)) == [2]


def test_no_more_than_there_is_room_for() -> None:
    outbox = Outbox()
    outbox.retain("info", b"1")
    for number in range(5):
        outbox.add("event", event(number), 0.0)
    outbox.reopen(0.0)
    first = outbox.due(0.0, 3)
    assert [one.topic for one in first] == ["info", "event", "event"]
    assert outbox.due(0.0, 0) == []
    assert outbox.due(0.0, -1) == []
    assert numbers(outbox.due(0.0, 10)) == [2, 3, 4]


def test_an_event_that_made_room_may_still_be_acknowledged() -> None:
    outbox = Outbox()
    outbox.reopen(0.0)
    outbox.add("event", event(0), 0.0)
    (letter,) = outbox.due(0.0, 1)
    outbox.shut()
    for number in range(1, EVENTS + 1):
        outbox.add("event", event(number), 0.0)
    outbox.delivered(letter)
    outbox.reopen(0.0)
    assert numbers(outbox.due(0.0, 1)) == [1]


def test_a_crowd_of_events_is_bounded_by_the_session_that_takes_them() -> None:
    outbox = Outbox()
    outbox.reopen(0.0)
    for number in range(CROWD + 50):
        outbox.add("event", event(number), 0.0)
    assert outbox.depths()["events"] == CROWD
    assert len(outbox.unsent(0.0, 0.0)[1]) == EVENTS
    outbox.shut()
    assert outbox.depths()["events"] == EVENTS
    outbox.reopen(0.0)
    assert numbers(outbox.due(0.0, 1)) == [CROWD + 50 - EVENTS]


def test_log_lines_leave_only_while_there_is_a_broker() -> None:
    line = Log(level="error", message="x", part="y")
    outbox = Outbox()
    assert not outbox.log("log", line, 0.0)
    outbox.reopen(0.0)
    assert outbox.log("log", line, 1.0)
    (letter,) = outbox.lines()
    assert (letter.qos, letter.retain) == (0, False)
    assert outbox.lines() == []
    for _ in range(30):
        outbox.log("log", line, 2.0)
    assert len(outbox.lines()) == 9


def test_whoever_listens_is_woken() -> None:
    woken: list[int] = []
    outbox = Outbox()
    outbox.listen(lambda: woken.append(1))
    outbox.retain("state", b"1")
    outbox.add("event", event(1), 0.0)
    outbox.reopen(0.0)
    outbox.log("log", Log(level="error", message="x", part="y"), 0.0)
    assert len(woken) == 3


def test_what_is_due_anyway_is_not_put_off() -> None:
    outbox = Outbox()
    outbox.retain("config", b"1")
    outbox.reopen(0.0)
    outbox.again("config", 5.0)
    outbox.again("unknown", 5.0)
    (first,) = outbox.due(0.0, 20)
    outbox.delivered(first)
    outbox.again("config", 9.0)
    outbox.reopen(2.0)
    assert [one.payload for one in outbox.due(2.0, 20)] == [b"1"]


def sent(outbox: Outbox, at: float, room: int = 20) -> list[str]:
    """The topics of what is due, or the numbers of events."""
    letters = outbox.due(at, room)
    return [letter.event_id or letter.topic for letter in letters]


def test_a_session_begins_in_its_order_whatever_was_made_first() -> None:
    outbox = Outbox(order=("info", "state", "health"))
    for topic in ("info", "health", "state", "config"):
        outbox.retain(topic, b"1")
    outbox.add("event", event(1), 0.0)
    outbox.reopen(0.0)
    assert sent(outbox, 0.0) == ["config", "info", "state", "health", "000001"]


def test_nothing_overtakes_a_state_that_keeps_its_distance() -> None:
    outbox = Outbox(order=("state", "health"))
    outbox.retain("state", b"1", 0.5)
    outbox.retain("health", b"1")
    outbox.reopen(0.0)
    assert sent(outbox, 0.0) == ["state", "health"]
    outbox.shut()
    outbox.add("event", event(1), 0.1)
    outbox.reopen(0.2)
    assert sent(outbox, 0.2) == []
    assert outbox.wait_s(0.2) == 0.3
    assert sent(outbox, 0.5) == ["state", "health", "000001"]


def test_events_wait_for_the_first_of_what_goes_before_them() -> None:
    outbox = Outbox(order=("state", "health"))
    outbox.add("event", event(1), 0.0)
    outbox.reopen(0.0)
    outbox.retain("state", b"1")
    assert sent(outbox, 0.0) == ["state"]
    assert outbox.wait_s(0.0) is None
    outbox.retain("health", b"1")
    assert outbox.wait_s(0.0) == 0.0
    assert sent(outbox, 0.0, room=1) == ["health"]
    assert sent(outbox, 0.0) == ["000001"]


def test_what_is_refused_for_now_is_offered_again_in_order() -> None:
    outbox = Outbox()
    outbox.retain("state", b"1")
    outbox.add("event", event(1), 0.0)
    outbox.add("event", event(2), 0.0)
    outbox.reopen(0.0)
    for letter in outbox.due(0.0, 20):
        outbox.put_off(letter, 0.0)
    outbox.add("event", event(3), 1.0)
    assert sent(outbox, 9.0) == []
    assert outbox.wait_s(9.0) == 1.0
    assert sent(outbox, 10.0) == ["state", "000001", "000002", "000003"]


def test_what_was_refused_is_offered_at_once_to_a_new_session() -> None:
    outbox = Outbox()
    outbox.retain("state", b"1")
    outbox.add("event", event(1), 0.0)
    outbox.reopen(0.0)
    for letter in outbox.due(0.0, 20):
        outbox.put_off(letter, 0.0)
    outbox.shut()
    outbox.reopen(2.0)
    assert sent(outbox, 2.0) == ["state", "000001"]


def test_events_of_an_earlier_run_go_first_and_make_room_first() -> None:
    outbox = Outbox()
    outbox.add("event", event(500), 0.0)
    outbox.restore(earlier(number, 0.0) for number in range(EVENTS))
    outbox.reopen(0.0, 60.0)
    letters = outbox.due(0.0, 1000)
    assert numbers(letters) == [*range(1, EVENTS), 500]
    assert all(replayed(letters))
    assert outbox.depths() == {"retained": 0, "events": EVENTS}


def test_events_of_before_the_machine_started_grow_old_by_the_wall_clock() -> None:
    outbox = Outbox()
    outbox.restore([earlier(1, 0.0), earlier(2, 100.0)])
    assert [one.name for one in outbox.unsent(5.0, AGE_S + 50.0)[1]] == ["000002"]


def test_a_retained_topic_is_sent_once_more_at_a_given_time() -> None:
    outbox = Outbox()
    outbox.retain("config", b"1")
    outbox.reopen(0.0)
    (letter,) = outbox.due(0.0, 20)
    outbox.delivered(letter)
    outbox.again("config", 3.0)
    assert sent(outbox, 2.0) == []
    assert outbox.wait_s(2.0) == 1.0
    assert sent(outbox, 3.0) == ["config"]
    outbox.again("nothing", 3.0)
