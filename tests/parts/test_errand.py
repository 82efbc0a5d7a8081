"""A child that hangs, crashes or complains costs a sentence and not more."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from edge.errand import ErrandError, ask

BAD = "tests.parts.bad_errands"


@pytest.mark.parametrize("way", ["hang", "deaf"])
def test_one_that_hangs_is_not_waited_for(way: str) -> None:
    began = time.monotonic()
    with pytest.raises(ErrandError, match="no answer within 3 s"):
        ask(f"{BAD}:{way}", within_s=3)
    assert time.monotonic() - began < 10


def test_one_that_crashes_is_told() -> None:
    with pytest.raises(ErrandError, match="crashed \\(SIGSEGV\\)"):
        ask(f"{BAD}:crash")
    with pytest.raises(ErrandError, match="gone for good"):
        ask(f"{BAD}:leave")


def test_what_it_found_wrong_is_told_in_its_words() -> None:
    with pytest.raises(ErrandError, match=r"^The camera is not there\.$"):
        ask(f"{BAD}:refuse")


def test_a_library_may_talk_before_the_answer() -> None:
    assert "socket_filter" in ask(f"{BAD}:chatter")


def test_the_child_has_no_network_and_we_keep_ours() -> None:
    assert ask(f"{BAD}:network") == "refused"
    assert ask(f"{BAD}:network", isolated=False) == "open"
    socket.socket(socket.AF_INET).close()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_nothing_is_left_open() -> None:
    before = open_files()
    ask("edge.errands_eye:isolation")
    assert open_files() == before
