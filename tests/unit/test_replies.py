"""One answer each, to where it is wanted, and never more than fifty on their way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from edge.messages import Answer, Command, Problem
from edge.mqtt.outbox import Letter, Outbox
from edge.mqtt.replies import IN_FLIGHT, LARGEST, Envelope, Replies
from edge.mqtt.topics import Topics

OK = Answer(data={"settings": {}})


class Desk:
    """Takes requests and lets them lie."""

    def __init__(self) -> None:
        self.room = True
        self.asked: list[tuple[Command, Callable[[Answer], None]]] = []

    def take(self, command: Command, answer: Callable[[Answer], None]) -> bool:
        if self.room:
            self.asked.append((command, answer))
        return self.room


@pytest.fixture
def outbox() -> Outbox:
    one = Outbox()
    one.reopen(0.0)
    return one


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def replies(outbox: Outbox, desk: Desk) -> Replies:
    return Replies(Topics(prefix="moodbox", id="box"), outbox, desk.take)


def letters(outbox: Outbox) -> list[tuple[Letter, dict[str, Any]]]:
    return [(one, json.loads(one.payload)) for one in outbox.answers(1_000_000)]


def test_a_refused_one_is_answered_at_once(replies: Replies, outbox: Outbox, desk: Desk) -> None:
    replies.take("nonsense", b"{}", Envelope())
    ((letter, told),) = letters(outbox)
    assert letter.topic == "moodbox/box/response/nonsense"
    assert (letter.qos, letter.retain) == (1, False)
    assert told["error"]["code"] == "unknown_command"
    assert not desk.asked


def test_each_is_answered_once(replies: Replies, outbox: Outbox, desk: Desk) -> None:
    replies.take("settings.get", b'{"transaction": 1.50}', Envelope(correlation=b"c"))
    ((_, answer),) = desk.asked
    for _ in range(3):
        answer(OK)
    ((letter, told),) = letters(outbox)
    assert told == {"status": "ok", "id": "box", "transaction": 1.5, "data": {"settings": {}}}
    assert b"1.50" in letter.payload
    assert letter.correlation == b"c"


@pytest.mark.parametrize(
    ("wanted", "topic"),
    [
        ("moodbox/box/reply/x", "moodbox/box/reply/x"),
        ("moodbox/box/reply/x/y", "moodbox/box/reply/x/y"),
        ("moodbox/box/reply/", "moodbox/box/response/pause"),
        ("moodbox/box/reply", "moodbox/box/response/pause"),
        ("moodbox/box/reply/#", "moodbox/box/response/pause"),
        ("moodbox/box/reply/+/x", "moodbox/box/response/pause"),
        ("moodbox/box/reply/a\0b", "moodbox/box/response/pause"),
        ("moodbox/boxy/reply/x", "moodbox/box/response/pause"),
        ("", "moodbox/box/response/pause"),
        (None, "moodbox/box/response/pause"),
    ],
)
def test_where_an_answer_goes(
    replies: Replies, outbox: Outbox, desk: Desk, wanted: str | None, topic: str
) -> None:
    replies.take("pause", b"", Envelope(reply_to=wanted))
    desk.asked[0][1](OK)
    ((letter, _),) = letters(outbox)
    assert letter.topic == topic


def test_fifty_may_be_on_their_way(replies: Replies, outbox: Outbox, desk: Desk) -> None:
    for _ in range(IN_FLIGHT + 3):
        replies.take("pause", b"", Envelope())
    assert len(desk.asked) == IN_FLIGHT
    assert [told["error"]["code"] for _, told in letters(outbox)] == ["busy"] * 3
    desk.asked[0][1](OK)
    desk.asked[0][1](OK)  # a second word makes no second room
    replies.take("pause", b"", Envelope())
    replies.take("pause", b"", Envelope())
    assert len(desk.asked) == IN_FLIGHT + 1
    assert [told["status"] for _, told in letters(outbox)] == ["ok", "error"]


def test_bad_ones_are_told_what_is_wrong_also_in_a_crowd(
    replies: Replies, outbox: Outbox, desk: Desk
) -> None:
    for _ in range(IN_FLIGHT):
        replies.take("pause", b"", Envelope())
    replies.take("pause", b"{", Envelope())
    assert letters(outbox)[0][1]["error"]["code"] == "bad_json"


def test_a_full_inbox_is_busy_and_leaves_room(replies: Replies, outbox: Outbox, desk: Desk) -> None:
    desk.room = False
    for _ in range(IN_FLIGHT * 2):
        replies.take("pause", b"", Envelope())
    assert {told["error"]["code"] for _, told in letters(outbox)} == {"busy"}
    desk.room = True
    replies.take("pause", b"", Envelope())
    assert len(desk.asked) == 1


def test_what_no_json_can_hold_is_internal(replies: Replies, outbox: Outbox, desk: Desk) -> None:
    replies.take("pause", b'{"transaction": 7}', Envelope())
    desk.asked[0][1](Answer(data={"player": "\ud800"}))
    ((_, told),) = letters(outbox)
    assert (told["error"]["code"], told["transaction"]) == ("internal", 7)


def test_a_long_list_is_cut_to_what_an_answer_may_hold(
    replies: Replies, outbox: Outbox, desk: Desk
) -> None:
    items = [{"title": "\u0928" * 300, "artist": "\U0001f3b5" * 900} for _ in range(100)]
    replies.take("search", b'{"query": "x"}', Envelope())
    desk.asked[0][1](Answer(data={"items": items, "total": 100}))
    ((letter, told),) = letters(outbox)
    assert LARGEST // 2 < len(letter.payload) <= LARGEST
    assert told["data"]["items"] == items[: len(told["data"]["items"])]
    assert told["data"]["total"] == 100


def test_nothing_is_answered_over_the_end_of_a_session(
    replies: Replies, outbox: Outbox, desk: Desk
) -> None:
    replies.take("pause", b"", Envelope())
    outbox.shut()
    desk.asked[0][1](Answer(problem=Problem(code="busy", message="Wait.")))
    outbox.reopen(1.0)
    assert not letters(outbox)


def test_answers_from_many_threads_are_all_counted(
    replies: Replies, outbox: Outbox, desk: Desk
) -> None:
    for _ in range(IN_FLIGHT):
        replies.take("pause", b"", Envelope())
    threads = [
        threading.Thread(target=answer, args=(OK,), name="answer")
        for _, answer in desk.asked
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(letters(outbox)) == IN_FLIGHT
    for _ in range(IN_FLIGHT + 1):
        replies.take("pause", b"", Envelope())
    assert len(desk.asked) == 2 * IN_FLIGHT


def test_a_name_that_no_topic_holds_is_not_answered(replies: Replies, outbox: Outbox) -> None:
    replies.take("x" * 65_530, b"", Envelope())
    assert not letters(outbox)
