"""Many boxes on one mosquitto: what they cost, how quick they are, and what is full first.

    python -m tests.bench.fleet [--boxes 50 100 200 500 1000] [--seconds 60] [--every 5] [--json]

Boxes of the real session code (`tests/bench/living_rooms.py`), fifty a process, each with a change
of its state every so many seconds. Everything runs on this machine, so the boxes and who watches
them take processor from the broker too: the figures say whose is how much.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import msgspec

from edge.bench.report import Report, Result, machine, quantile
from edge.mqtt.uplink import ANNOUNCE_S
from tests.bench.fleet_watch import Watch
from tests.bench.home import ROOT, cpu_s, memory_mb
from tests.broker import Mosquitto

EACH = 50
"""Boxes in a process."""
SIZES = (50, 100, 200, 500, 1000)
LINES = (
    "allow_anonymous true",
    "set_tcp_nodelay true",
    "max_connections -1",
    "max_queued_messages 0",
)
_FILES_A_BOX, _FILES_BESIDE = 1, 200
_WITHIN_S = 60.0
_LEVELS = (12, 77)


class Fleet:
    """A broker, the boxes' processes, and who watches them."""

    def __init__(
        self, broker: Mosquitto, bare_mb: float, crews: Sequence[subprocess.Popen[bytes]]
    ) -> None:
        self.broker, self.bare_mb, self._crews = broker, bare_mb, crews

    @property
    def pids(self) -> list[int]:
        return [crew.pid for crew in self._crews]

    def boxes_cpu_s(self) -> float:
        return sum(cpu_s(pid) for pid in self.pids)

    def boxes_mb(self) -> float:
        return sum(memory_mb(pid) for pid in self.pids)


def permit(boxes: int) -> None:
    """As many open files as the broker needs; it inherits the limit."""
    wanted = boxes * _FILES_A_BOX + _FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            sys.exit(f"{boxes} boxes need {wanted} open files; allow them: ulimit -Hn {wanted}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def fleet(
    folder: Path, boxes: int, every_s: float, announce_s: float = ANNOUNCE_S
) -> Iterator[tuple[Fleet, Watch]]:
    """Until left; everything has ended then."""
    permit(boxes)
    broker = Mosquitto(folder, LINES)
    with ExitStack() as stack:
        broker.start()
        stack.callback(broker.kill)
        watch = Watch(broker.port, boxes)
        stack.callback(watch.close)
        bare_mb = memory_mb(broker.pid)
        crews: list[subprocess.Popen[bytes]] = []
        stack.callback(_end, crews)
        for first in range(0, boxes, EACH):
            words = (broker.port, first, min(EACH, boxes - first), every_s, announce_s)
            crews.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.bench.living_rooms", *map(str, words)],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                )
            )
        yield Fleet(broker, bare_mb, crews), watch


def _end(crews: Sequence[subprocess.Popen[bytes]]) -> None:
    for crew in crews:
        assert crew.stdin
        crew.stdin.close()
    deadline = time.monotonic() + 20
    for crew in crews:
        try:
            crew.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            crew.kill()
            crew.wait(10)


def measure(boxes: int, seconds: float, every_s: float) -> Iterator[Result]:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as place,
        fleet(Path(place), boxes, every_s) as (here, watch),
    ):
        took = watch.until(lambda: watch.announced, _WITHIN_S, "all announced")
        yield _result(boxes, "all announced after their start", took, "s", boxes)
        yield from _steady(boxes, seconds, here, watch)
        yield from _memory(boxes, here)
        yield from _group(boxes, watch)
        yield from _restart(boxes, here, watch)


def _steady(boxes: int, seconds: float, here: Fleet, watch: Watch) -> Iterator[Result]:
    watch.until(lambda: watch.unanswered == 0, 10, "no answers outstanding")
    tally = watch.fresh()
    began, machine_before = time.perf_counter(), _busy()
    before = (cpu_s(here.broker.pid), here.boxes_cpu_s(), time.process_time())
    while (took := time.perf_counter() - began) < seconds:
        watch.ask()
        watch.listen(0.01)
    after = (cpu_s(here.broker.pid), here.boxes_cpu_s(), time.process_time())
    busy, whole = (now - then for now, then in zip(_busy(), machine_before, strict=True))
    yield _result(boxes, "states and events", tally.messages / took, "a second", tally.messages)
    yield _result(boxes, "bytes of them", tally.bytes / tally.messages, "bytes", tally.messages)
    for name, values in (
        ("state on its way", tally.state_s),
        ("request to response", tally.answer_s),
        ("bare round trip", tally.echo_s),
    ):
        for share in (0.5, 0.99):
            late = 1000 * quantile(values, share)
            yield _result(boxes, f"{name}, p{100 * share:.0f}", late, "ms", len(values))
    watch.until(lambda: watch.unanswered == 0, 10, "every request answered")
    names = ("mosquitto", "all boxes", "who watches")
    for who, now, then in zip(names, after, before, strict=True):
        yield _result(boxes, f"processor of {who}", 100 * (now - then) / took, "% of a core")
    cores = os.cpu_count() or 1
    yield _result(boxes, f"processor of all {cores} cores", 100 * busy / whole, "%")


def _memory(boxes: int, here: Fleet) -> Iterator[Result]:
    a_box = 1024 * (memory_mb(here.broker.pid) - here.bare_mb) / boxes
    yield _result(boxes, "mosquitto's memory", memory_mb(here.broker.pid), "MiB")
    yield _result(boxes, "of it for a box", a_box, "KiB", boxes)
    yield _result(boxes, "memory of a simulated box", here.boxes_mb() / boxes, "MiB", boxes)


def _group(boxes: int, watch: Watch) -> Iterator[Result]:
    for level in _LEVELS:
        began = time.perf_counter()
        watch.command(level)
        watch.until(lambda: len(watch.obeyed) == boxes, 20, "all obeyed")
        obeyed = time.perf_counter() - began
        watch.until(partial(watch.all_show, level), 20, "all show it")
        shown = time.perf_counter() - began
    yield _result(
        boxes, "one message to all, the last has obeyed after", 1000 * obeyed, "ms", boxes
    )
    yield _result(boxes, "and shows it after", 1000 * shown, "ms", boxes)


def _restart(boxes: int, here: Fleet, watch: Watch) -> Iterator[Result]:
    here.broker.kill()
    here.broker.start()
    watch.again()
    took = watch.until(lambda: len(watch.online) == boxes, _WITHIN_S, "all back")
    yield _result(boxes, "after a restart of the broker, all connected", took, "s", boxes)
    took += watch.until(lambda: watch.announced, _WITHIN_S, "all announced again")
    yield _result(boxes, "and all announced", took, "s", boxes)


def _busy() -> tuple[float, float]:
    """Ticks of all cores so far: busy ones, and all."""
    line = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    ticks = [int(word) for word in line.split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def _result(boxes: int, name: str, value: float, unit: str, n: int | None = None) -> Result:
    return Result(name=f"{boxes} boxes: {name}", value=round(value, 2), unit=unit, n=n)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--boxes", type=int, nargs="+", default=list(SIZES))
    asked.add_argument("--seconds", type=float, default=60.0, help="of what is measured steadily")
    asked.add_argument("--every", type=float, default=5.0, help="seconds from change to change")
    asked.add_argument("--json", action="store_true")
    words = asked.parse_args()
    results: list[Result] = []
    for boxes in words.boxes:
        for one in measure(boxes, words.seconds, words.every):
            results.append(one)
            if not words.json:
                print(f"{one.name:62} {one.value:10.2f} {one.unit}", flush=True)
    if words.json:
        report = Report(bench="fleet", machine=machine(), results=results)
        print(msgspec.json.encode(report).decode())
    else:
        print(f"load average {machine()['load']}")


if __name__ == "__main__":
    main()
