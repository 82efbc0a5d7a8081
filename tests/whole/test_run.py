"""`moodbox run` in a terminal: one at a time, and gone when it is told to go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.link import answers
from tests.whole.foreign import ROOT, alive, children, until

pytestmark = pytest.mark.whole


def start(state: Path) -> subprocess.Popen[str]:
    places = [f"--state={state}", f"--socket={state / 'link.sock'}"]
    return subprocess.Popen(
        [sys.executable, "-m", "edge.cli", "run", *places, "--set=camera.source=demo"],
        cwd=ROOT,
        env={**os.environ, "SDL_AUDIODRIVER": "dummy"},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with start(tmp_path) as one:
        try:
            until(lambda: answers(tmp_path / "link.sock"), 20, "a box that answers")
            yield one
        finally:
            one.kill()


def test_a_second_one_is_refused_in_a_sentence(
    running: subprocess.Popen[str], tmp_path: Path
) -> None:
    with start(tmp_path) as second:
        _, said = second.communicate(timeout=20)
    assert second.returncode == 1
    assert said == f"Moodbox is running already: a box answers on {tmp_path / 'link.sock'}.\n"
    assert running.poll() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_with_all_its_processes(
    running: subprocess.Popen[str], number: signal.Signals
) -> None:
    until(lambda: len(children(running.pid)) == 3, 20, "three processes")
    pids = children(running.pid)
    running.send_signal(number)
    assert running.wait(5) == 0
    assert not [pid for pid in pids if alive(pid)]
