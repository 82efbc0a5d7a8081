"""Requests beside a bare client's round trip, in turns, so that other load hits both alike."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from edge.bench.report import Result, quantile
from edge.messages import Value
from tests.bench.asking import Asker, UsualAsker
from tests.bench.home import BOX

REQUESTS: Mapping[str, bytes] = {
    "settings.get": b"{}",
    "volume": b'{"level":40}',
    "search": b'{"query":"rain"}',
    "recommend": b"{}",
}
"""Something read, something set, the database, and what costs the mind most."""
P50_X, P99_X, P99_MS = 3.0, 5.0, 25.0
"""What is to be reached: in times of the bare round trip's own p50 and p99, and in ms."""
ECHO = "bench/echo"
ROOT = f"moodbox/{BOX}"
TOPICS = (f"{ROOT}/response/+", ECHO)
_WARM = 20
_PAUSE_S = 0.003


class Times(Value, frozen=True):
    """Round trips of one kind, in seconds."""

    name: str
    seconds: tuple[float, ...]

    def ms(self, share: float) -> float:
        return 1000 * quantile(self.seconds, share)


def measure(
    asker: Asker | UsualAsker, turns: int, qos: int, names: Sequence[str] = ()
) -> list[Times]:
    """The bare round trip first, then each request; before each request there is a bare one.

    The bare message is as long as the request, and goes to a topic that its sender listens to.
    """
    chosen = {name: REQUESTS[name] for name in names or REQUESTS}
    bare: list[float] = []
    asked: dict[str, list[float]] = {name: [] for name in chosen}
    for turn in range(turns + _WARM):
        for name, payload in chosen.items():
            echo = asker.round_trip(ECHO, payload, ECHO, qos)
            time.sleep(_PAUSE_S)
            answer = asker.round_trip(
                f"{ROOT}/request/{name}", payload, f"{ROOT}/response/{name}", qos
            )
            time.sleep(_PAUSE_S)
            if turn >= _WARM:
                bare.append(echo)
                asked[name].append(answer)
    return [
        Times(name="bare", seconds=tuple(bare)),
        *(Times(name=name, seconds=tuple(seconds)) for name, seconds in asked.items()),
    ]


def told(times: Sequence[Times], beside: str) -> Iterator[Result]:
    """p50 and p99 of each, in ms and in times of the bare one's."""
    bare = times[0]
    for one in times:
        for share in (0.5, 0.99):
            of = f"p{share * 100:.0f}{beside}"
            value, base = one.ms(share), bare.ms(share)
            yield Result(
                name=f"{one.name} {of}",
                value=round(value, 3),
                unit="ms",
                n=len(one.seconds),
                reference=None if one is bare else f"bare {of}",
                ratio=None if one is bare else round(value / base, 2),
            )


def missed(times: Sequence[Times]) -> list[str]:
    """Which bounds are not kept."""
    bare = times[0]
    found = []
    for one in times[1:]:
        p50_x, p99_x = one.ms(0.5) / bare.ms(0.5), one.ms(0.99) / bare.ms(0.99)
        if p50_x > P50_X:
            found.append(f"{one.name}: p50 {p50_x:.2f} x the bare one, not {P50_X:g}")
        if p99_x > P99_X:
            found.append(f"{one.name}: p99 {p99_x:.2f} x the bare one, not {P99_X:g}")
        if one.ms(0.99) > P99_MS:
            found.append(f"{one.name}: p99 {one.ms(0.99):.1f} ms, not {P99_MS:g}")
    return found
