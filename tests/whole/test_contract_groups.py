"""Two boxes on one broker: groups, each box's own answers, and twins of one id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.broker import BINARY, Mosquitto
from tests.waiting import until
from tests.whole.caller import Caller
from tests.whole.running_box import RunningBox

pytestmark = pytest.mark.whole


class Pair(NamedTuple):
    """Two boxes of one group, one of them also of another, and who listens to each."""

    first: Caller
    second: Caller


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    if BINARY is None:
        pytest.skip("mosquitto is not installed")
    folder: Path = tmp_path_factory.mktemp("pair")
    broker = Mosquitto(folder, ("allow_anonymous true", "set_tcp_nodelay true"))
    broker.start()
    groups = {"one": '["downstairs"]', "two": '["downstairs", "garden"]'}
    callers = [Caller(broker.port, name) for name in groups]
    boxes = [
        RunningBox(
            folder, broker.port, name, MOODBOX_MQTT__GROUPS=of, MOODBOX_CAMERA__SOURCE="none"
        )
        for name, of in groups.items()
    ]
    try:
        for box in boxes:
            box.start()
        for caller in callers:
            until(lambda caller=caller: caller.since(0, "state"), 30, "a state")
        yield Pair(*callers)
        assert not [wrong for caller in callers for wrong in caller.wrongs()]
    finally:
        for box in boxes:
            box.kill()
        for caller in callers:
            caller.close()
        broker.kill()


def test_a_group_sets_both(pair: Pair) -> None:
    pair.first.say_at("moodbox/group/downstairs/volume/set", "17")
    for caller in (pair.first, pair.second):
        caller.await_state(lambda state: state["volume"] == 17)


def test_a_group_sets_its_members_only(pair: Pair) -> None:
    pair.first.say_at("moodbox/group/garden/volume/set", "19")
    pair.second.await_state(lambda state: state["volume"] == 19)
    pair.first.settle()
    assert pair.first.data("settings.get")["settings"]["volume"] == 17


@pytest.mark.parametrize("retain", [False, True])
def test_each_box_answers_for_itself(pair: Pair, retain: bool) -> None:
    marks = [caller.mark() for caller in pair]
    topic = "moodbox/group/downstairs/request/volume"
    pair.first.say_at(topic, '{"level": 21, "transaction": "t"}', retain=retain)
    if retain:
        pair.first.say_at(topic, "", retain=True)
    for caller, mark in zip(pair, marks, strict=True):
        if retain:
            caller.settle()
            assert not caller.since(mark, "response/volume")
            continue
        answer = caller.next_answer("volume", mark)
        assert (answer["id"], answer["transaction"]) == (caller.box, "t")
        assert answer["data"] == {"level": 21}
        caller.settle()
        assert len(caller.since(mark, "response/volume")) == 1
        assert caller.commands(mark) == [("volume", True)]


@pytest.mark.parametrize(
    "topic",
    [
        "moodbox/group/attic/request/volume",
        "moodbox/group/request/volume",
        "moodbox/group/downstairs/x/request/volume",
        "moodbox/group/downstairs/request/volume/x",
        "moodbox/group/downstairs/volume/set/x",
        "other/group/downstairs/request/volume",
        "moodbox/three/request/volume",
    ],
)
def test_others_are_not_obeyed(pair: Pair, topic: str) -> None:
    marks = [caller.mark() for caller in pair]
    pair.first.say_at(topic, '{"level": 99}')
    for caller, mark in zip(pair, marks, strict=True):
        caller.settle()
        assert not caller.since(mark, "response/volume")
        assert not caller.commands(mark)


def test_a_response_topic_is_one_box_s_own(pair: Pair) -> None:
    marks = [caller.mark() for caller in pair]
    reply = "moodbox/one/reply/me"
    pair.first.say_at("moodbox/group/downstairs/request/search", '{"query": "a"}', reply=reply)
    until(lambda: pair.first.since(marks[0], "reply/me"), 10, "the answer of the first")
    pair.second.next_answer("search", marks[1])
    pair.first.settle()
    assert len(pair.first.since(marks[0], "reply/me")) == 1
    assert not pair.first.since(marks[0], "response/search")


def test_a_bad_group_set_is_told_by_each(pair: Pair) -> None:
    marks = [caller.mark() for caller in pair]
    pair.first.say_at("moodbox/group/downstairs/volume/set", "loud")
    for caller, mark in zip(pair, marks, strict=True):
        caller.settle()
        assert caller.commands(mark) == [("volume", False)]


def test_nobody_is_there_without_a_camera(pair: Pair) -> None:
    state = pair.first.state
    assert (state["mood"], state["presence"]) == (None, "unknown")
