"""The `log` topic: what is told there, how, and never more than ten lines a minute."""

from __future__ import annotations

import pytest

from tests.waiting import until
from tests.whole.caller import Caller

pytestmark = pytest.mark.whole


def lines(caller: Caller, mark: int) -> list[dict[str, str]]:
    return [message.json for message in caller.since(mark, "log")]


def test_a_bad_value_is_told(caller: Caller) -> None:
    mark = caller.mark()
    caller.set("volume", "loud")
    until(lambda: lines(caller, mark), 10, "a line")
    (line,) = lines(caller, mark)
    assert set(line) == {"level", "message", "part"}
    assert line["level"] == "warning"
    assert "volume" in line["message"]
    (message,) = caller.since(mark, "log")
    assert (message.qos, message.retain) == (0, False)


@pytest.mark.parametrize(("topic", "word"), [("brightness/set", "brightness"), ("like/set", "")])
def test_what_cannot_be_done_is_told(caller: Caller, topic: str, word: str) -> None:
    if topic.startswith("like"):
        caller.data("stop")
    mark = caller.mark()
    caller.say(topic, "1")
    until(lambda: lines(caller, mark), 10, "a line")
    assert lines(caller, mark)[0]["level"] == "warning"
    assert word in lines(caller, mark)[0]["message"]


def test_a_retained_command_is_told_once(caller: Caller) -> None:
    mark = caller.mark()
    caller.say("policy/set", "calm", retain=True)
    caller.settle()
    caller.say("policy/set", "calm", retain=True)
    caller.settle()
    caller.say("policy/set", "", retain=True)
    caller.settle()
    assert [line["level"] for line in lines(caller, mark)] == ["warning"]
    assert "policy/set" in lines(caller, mark)[0]["message"]
    assert caller.state["policy"] == "match"


def test_a_refused_request_is_not_told(caller: Caller) -> None:
    mark = caller.mark()
    caller.refused("volume", level=101)
    caller.settle()
    assert not lines(caller, mark)


def test_ten_lines_a_minute_and_no_more(caller: Caller) -> None:
    for number in range(40):
        caller.set("volume", f"loud {number}")
    caller.settle()
    assert len(lines(caller, 0)) == 10
    assert len(caller.commands(0)) >= 40
