"""How quick the box answers over MQTT, beside a bare client's round trip through the same broker.

    python -m tests.bench.mqtt [trips] [delays] [crowd] [traffic] [--turns 1000] [--seconds 60]

A real mosquitto, and the whole box, which plays and watches meanwhile. `trips`: requests in turns
with the bare round trip, by a client with paho's own network thread as nearly everybody writes it,
and by one without threads, whose bare round trip is quicker. `delays`: the same where client or
broker let small packets wait (Nagle). `crowd`: two hundred requests a second. `traffic`: what it
says by itself. `--json` as every bench. Ends with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from edge.bench.report import Report, Result, machine
from tests.bench import crowd, round_trips, traffic
from tests.bench.asking import Asker, UsualAsker, listen
from tests.bench.home import PLAIN, QUICK, Home, home

Told = tuple[list[Result], list[str]]
_DELAYED_TURNS = 50


@contextmanager
def _home(lines: tuple[str, ...] = QUICK) -> Iterator[Home]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, home(Path(folder), lines) as here:
        yield here


def trips(words: argparse.Namespace) -> Told:
    results: list[Result] = []
    missed: list[str] = []
    kinds: tuple[tuple[str, type[Asker | UsualAsker]], ...] = (
        ("", UsualAsker),
        (", client without threads", Asker),
    )
    with _home() as here:
        for client, kind in kinds:
            for qos in (1, 0):
                with closing(kind(here.broker.port, *round_trips.TOPICS)) as asker:
                    times = round_trips.measure(asker, words.turns, qos)
                beside = f", QoS {qos}{client}"
                results += list(round_trips.told(times, beside))
                missed += [f"{one}{beside}" for one in round_trips.missed(times)]
    return results, missed


def delays(_words: argparse.Namespace) -> Told:
    """Where they come from is seen by who has to change for them to go: never the box.

    Two small packets in a row to somebody who says nothing meanwhile: whoever sends them without
    TCP_NODELAY keeps the second one until the first is acknowledged, for up to 40 ms.
    """
    results: list[Result] = []
    for lines, no_delay, qos, beside in (
        (QUICK, True, 1, ", nobody delays"),
        (QUICK, False, 1, ", the client delays"),
        (PLAIN, True, 1, ", the broker delays"),
        (PLAIN, True, 0, ", the broker delays, QoS 0"),
    ):
        with _home(lines) as here:
            topics = round_trips.TOPICS
            with listen(here.broker.port, *topics, no_delay=no_delay) as asker:
                times = round_trips.measure(asker, _DELAYED_TURNS, qos, ("settings.get", "volume"))
            results += list(round_trips.told(times, beside))
    return results, []


def many(words: argparse.Namespace) -> Told:
    with _home() as here:
        return crowd.measure(here, words.seconds)


def says(words: argparse.Namespace) -> Told:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        home(Path(folder), QUICK, traffic.AS_AT_HOME) as here,
    ):
        return list(traffic.measure(here, words.seconds)), []


PARTS: dict[str, Callable[[argparse.Namespace], Told]] = {
    "trips": trips,
    "delays": delays,
    "crowd": many,
    "traffic": says,
}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    asked.add_argument("--turns", type=int, default=1000, help="of every kind of round trip")
    asked.add_argument("--seconds", type=float, default=60.0, help="of crowd and traffic")
    asked.add_argument("--json", action="store_true")
    words = asked.parse_args()
    results: list[Result] = []
    missed: list[str] = []
    for part in words.parts or PARTS:
        of_part, not_kept = PARTS[part](words)
        results += of_part
        missed += not_kept
        if not words.json:
            show(of_part)
    if words.json:
        report = Report(bench="mqtt", machine=machine(), results=results)
        print(msgspec.json.encode(report).decode())
    else:
        print(f"load average {machine()['load']}")
    for one in missed:
        print(f"MISSED: {one}", file=sys.stderr)
    return 1 if missed else 0


def show(results: list[Result]) -> None:
    for one in results:
        beside = f"  {one.ratio:.2f} x" if one.ratio is not None else ""
        print(f"{one.name:50} {one.value:10.2f} {one.unit}{beside}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
