"""The doctor's report for a request: in time, whatever a check does, and one look at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from edge.diagnosing import Diagnosing
from edge.messages import Answer
from edge.upkeep.doctor import Check
from tests.waiting import until


def good(name: str) -> Check:
    return Check(name=name, status="ok", message="It works.")


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a slow check waits for."""
    one = threading.Event()
    yield one
    one.set()


def told(diagnosing: Diagnosing, times: int = 1) -> list[Answer]:
    answers: list[Answer] = []
    for _ in range(times):
        diagnosing.ask(answers.append)
    until(lambda: len(answers) == times, 10, "the answers")
    return answers


def data(answer: Answer) -> dict[str, Any]:
    assert answer.data is not None
    return answer.data


def test_it_tells_every_check() -> None:
    questions = [("a", lambda: good("a")), ("b", lambda: good("b"))]
    (answer,) = told(Diagnosing(lambda: questions))
    assert [check.name for check in data(answer)["checks"]] == ["a", "b"]
    assert (data(answer)["schema"], data(answer)["ok"]) == (1, True)


def test_what_takes_too_long_is_skipped(gate: threading.Event) -> None:
    def slow() -> Check:
        gate.wait(20)
        return good("slow")

    started = time.monotonic()
    (answer,) = told(Diagnosing(lambda: [("slow", slow), ("quick", lambda: good("quick"))], 0.3))
    assert time.monotonic() - started < 5
    assert {check.name: check.status for check in data(answer)["checks"]} == {
        "slow": "skip",
        "quick": "ok",
    }


def test_many_who_ask_get_one_look() -> None:
    looks: list[int] = []

    def look() -> Check:
        looks.append(1)
        return good("a")

    answers = told(Diagnosing(lambda: [("a", look)]), 20)
    assert len(looks) == 1
    assert len({id(answer) for answer in answers}) == 1


def test_a_check_that_breaks_is_a_failed_check() -> None:
    def broken() -> Check:
        raise RuntimeError("it broke")

    (answer,) = told(Diagnosing(lambda: [("broken", broken), ("a", lambda: good("a"))]))
    assert [check.status for check in data(answer)["checks"]] == ["fail", "ok"]
    assert data(answer)["ok"] is False


def test_questions_that_break_are_internal() -> None:
    def none() -> list[Any]:
        raise RuntimeError("no questions")

    (answer,) = told(Diagnosing(none))
    assert answer.problem is not None
    assert answer.problem.code == "internal"
