"""A broker that is killed again and again: `python -m tests.bench.broker_restarts`.

The box is a whole one, in a process of its own; somebody commands it 20 times a second, and an eye
without a camera tells faults that are numbered, whether the broker is there or not. A wire between
box and broker notes what the broker acknowledged. After each restart a newcomer asks the broker for
all that is retained.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from edge.link import Client
from edge.messages import PROTOCOL, Hello, Part, ToEye, Value
from tests.bench.wiretap import Wiretap
from tests.broker import HOST, Ear, Mosquitto, free_port, until

ROOT = Path(__file__).resolve().parents[2]
RETAINED = {"availability", "info", "state", "health"}
COMMANDS_A_SECOND = 20
FAULTS_A_SECOND = 4
AWAY_S = (0.5, 6.0)
WARM = 0.2
"""Of the time, until memory counts: what is loaded once is loaded by then."""


class Outcome(Value, frozen=True):
    """What was seen."""

    restarts: int
    crashed: bool
    numbered: int
    """Faults and recoveries that were told, each an event."""
    lost: int
    twice: int
    """Acknowledged by the broker more than once."""
    out_of_order: int
    not_marked: int
    """Of an earlier session than the one that brought them, without `replayed`."""
    back_s: list[float]
    """From each start of the broker until all that is retained was there."""
    memory_mb: list[float]
    """Resident, once a second after the warm-up."""
    commanded: int
    obeyed: int

    @property
    def grown_mb(self) -> float:
        return max(self.memory_mb) - self.memory_mb[0] if self.memory_mb else 0.0


class Rig:
    """Broker, wire, box, eye."""

    def __init__(self, folder: Path) -> None:
        # By default it throws away what it holds for a slow listener beyond 1,000 messages.
        self.broker = Mosquitto(folder, ("allow_anonymous true", "max_queued_messages 0"))
        self.tap = Wiretap(free_port(), self.broker.port)
        socket = folder / "link.sock"
        words = [f"--state={folder / 'state'}", f"--socket={socket}"]
        settings = {"mqtt.host": f'"{HOST}"', "mqtt.port": str(self.tap.port), "box.id": '"box"'}
        words += [f"--set={name}={value.strip(chr(34))}" for name, value in settings.items()]
        command = [sys.executable, "-m", "edge.cli", "box", *words]
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.box = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        self.eye = Client(
            socket,
            lambda: Hello(protocol=PROTOCOL, role="eye", pid=os.getpid()),
            ToEye,
            lambda _look: None,
        )
        self.eye.start()
        self.numbered = 0
        self.told_at: dict[str, float] = {}
        self.commanded = 0

    def fault(self) -> None:
        """One more numbered event."""
        self.numbered += 1
        text = str(self.numbered)
        self.told_at[text] = time.monotonic()
        self.eye.send(Part(part="lens", ok=self.numbered % 2 == 0, message=text))

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.box.pid}/status").read_text(encoding="utf-8")
        line = next(one for one in status.splitlines() if one.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def close(self) -> None:
        self.eye.close()
        self.box.terminate()
        self.box.wait(10)
        self.tap.close()
        self.broker.kill()


@contextlib.contextmanager
def rig(folder: Path) -> Iterator[Rig]:
    one = Rig(folder)
    try:
        until(lambda: one.eye.connected, 30, "the box")
        yield one
    finally:
        one.close()


def run(minutes: float, times: int, folder: Path) -> Outcome:
    """Kill and restart the broker so many times in this time."""
    stop, memory, back_s = threading.Event(), [], []
    began, round_s = time.monotonic(), minutes * 60 / times
    with rig(folder) as one:

        def load() -> None:
            for number in itertools.count():
                if stop.wait(1 / FAULTS_A_SECOND):
                    return
                one.fault()
                warm = time.monotonic() - began > WARM * minutes * 60
                if warm and number % FAULTS_A_SECOND == 0 and one.box.poll() is None:
                    memory.append(one.resident_mb())

        thread = threading.Thread(target=load, name="load", daemon=True)
        thread.start()
        for number in range(times):
            ends = began + (number + 1) * round_s
            stop.wait(min(random.uniform(*AWAY_S), round_s / 2))
            one.broker.start()
            one.tap.open()
            back_s.append(_newcomer(one))
            _command(one, ends)
            one.tap.close()
            one.broker.kill()
        stop.set()
        thread.join(5)
        one.broker.start()
        one.tap.open()
        until(lambda: numbers(one)[-1:] == [one.numbered], 20, "the last event")
        crashed = one.box.poll() is not None
    return _outcome(one, times, crashed, back_s, memory)


def _newcomer(one: Rig) -> float:
    """How long it takes until a stranger finds all that is retained at the new broker."""
    began = time.monotonic()
    ear = Ear(one.broker.port, "moodbox/box/+")
    with contextlib.closing(ear):
        until(
            lambda: {message.topic.rpartition("/")[2] for message in ear.messages} >= RETAINED,
            30,
            "all that is retained",
        )
        back_s = time.monotonic() - began
        state, health = (json.loads(ear.on(name)[-1].payload) for name in ("state", "health"))
        assert ear.on("availability")[-1].payload == b"online"
        assert state["schema"] == 1
        assert health["uptime_s"] >= 0
    return back_s


def _command(one: Rig, ends: float) -> None:
    """Load until then."""
    ear = Ear(one.broker.port, "nothing")
    with contextlib.closing(ear):
        while time.monotonic() < ends:
            ear.say("moodbox/box/volume/set", str(one.commanded % 101))
            one.commanded += 1
            time.sleep(1 / COMMANDS_A_SECOND)


def numbers(one: Rig) -> list[int]:
    """Of the faults and recoveries that the broker acknowledged."""
    return [
        int(carried.event["message"])
        for carried in list(one.tap.acknowledged)
        if carried.event.get("part") == "lens"
    ]


def commands(one: Rig) -> list[str]:
    """Ids of the `command` events that it acknowledged."""
    told = list(one.tap.acknowledged)
    return [carried.event["id"] for carried in told if carried.event["event_type"] == "command"]


def _outcome(
    one: Rig, times: int, crashed: bool, back_s: list[float], memory: list[float]
) -> Outcome:
    firsts = set(numbers(one))
    ids = [carried.event["id"] for carried in one.tap.acknowledged]
    unique = list(dict.fromkeys(ids))
    began: dict[int, float] = {}
    for carried in one.tap.acknowledged:
        began.setdefault(carried.session, carried.at)
    not_marked = sum(
        one.told_at[carried.event["message"]] < began[carried.session] - 2.0
        and not carried.event.get("replayed")
        for carried in one.tap.acknowledged
        if carried.event.get("part") == "lens"
    )
    return Outcome(
        restarts=times,
        crashed=crashed,
        numbered=one.numbered,
        lost=one.numbered - len(firsts),
        twice=len(ids) - len(unique),
        out_of_order=sum(a >= b for a, b in itertools.pairwise(unique)),
        not_marked=not_marked,
        back_s=[round(seconds, 2) for seconds in back_s],
        memory_mb=[round(size, 1) for size in memory],
        commanded=one.commanded,
        obeyed=len(set(commands(one))),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--times", type=int, default=50)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="restarts-"))
    try:
        seen = run(options.minutes, options.times, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    memory = seen.memory_mb
    print(f"restarts {seen.restarts}, crashed: {seen.crashed}")
    print(
        f"numbered events {seen.numbered}: lost {seen.lost}, twice {seen.twice}, "
        f"out of order {seen.out_of_order}, late without `replayed` {seen.not_marked}"
    )
    print(f"commands {seen.commanded}, answered by an event {seen.obeyed}")
    print(f"all retained after {median(seen.back_s):.2f} s, at most {max(seen.back_s):.2f} s")
    print(f"memory {memory[0]:.1f} MB, at most {max(memory):.1f}, last {memory[-1]:.1f}")


if __name__ == "__main__":
    main()
