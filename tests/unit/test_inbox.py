"""box's inbox under a crowd: commands wait outside, and what the processes tell still fits."""

from __future__ import annotations

import threading
import time

import pytest

from edge.inbox import Inbox
from edge.messages import Command, FilesChanged, Tick
from tests.waiting import until


def test_a_crowd_of_commands_leaves_room_for_what_the_processes_tell(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox = Inbox()
    taken: list[object] = []

    def crowd() -> None:
        for number in range(700):
            inbox.wait(Command(name="volume", value=number % 101))

    thread = threading.Thread(target=crowd, name="crowd")
    thread.start()
    until(lambda: inbox.depth >= 500, 5, "the crowd")
    for _ in range(400):
        inbox.put(FilesChanged(folders=("a",)))
    assert not caplog.text
    while thread.is_alive() or inbox.depth:
        taken.append(inbox.get(0.05))
    commands = [one for one in taken if isinstance(one, Command)]
    assert [one.value for one in commands] == [number % 101 for number in range(700)]
    assert sum(isinstance(one, FilesChanged) for one in taken) == 400


def test_a_crowd_that_nobody_takes_in_is_not_waited_for_for_ever() -> None:
    inbox = Inbox()
    for _ in range(500):
        inbox.put(Tick())
    began = time.monotonic()
    inbox.wait(Command(name="next"))
    assert time.monotonic() - began < 5.0
    assert inbox.depth == 501


def test_what_does_not_fit_is_said_seldom(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()
    for _ in range(3000):
        inbox.put(Tick())
    assert inbox.depth == 1000
    assert len(caplog.records) == 1
    assert "a Tick was dropped" in caplog.text
