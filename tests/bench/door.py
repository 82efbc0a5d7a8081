"""`python -m tests.bench.door [COUNT]`: so many inputs at the door, and no exception past it."""

from __future__ import annotations

import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edge.commands import NAMES
from tests.door import check_request, check_set, names, payloads

COUNT = 100_000


def run(count: int) -> Counter[str]:
    """How often each answer was given; raises with the input where something is wrong."""
    told: Counter[str] = Counter()
    often = settings(
        max_examples=count // 2,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )

    @often
    @given(name=names, payload=payloads)
    def requests(name: str, payload: bytes) -> None:
        answer = check_request(name, payload)
        told[answer.get("error", {}).get("code", "ok")] += 1

    @often
    @given(name=st.sampled_from(NAMES) | names, payload=payloads | st.binary(max_size=5))
    def sets(name: str, payload: bytes) -> None:
        check_set(name, payload)
        told["set"] += 1

    requests()
    sets()
    return told


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    started = time.monotonic()
    told = run(count)
    print(f"{sum(told.values())} inputs in {time.monotonic() - started:.0f} s")
    for word, times in told.most_common():
        print(f"  {times:7} {word}")


if __name__ == "__main__":
    main()
