"""The table of the peers says what was measured."""

from __future__ import annotations

import math

from tests.bench.peers import OURS, compared


def test_the_peers_are_compared_in_frames_a_second() -> None:
    ours, slow, blind = compared(
        {
            OURS: {"ms": [1.0, 2.0, 3.0], "found": 3, "tried": 3},
            "slow": {"ms": [20.0, 60.0], "found": 2, "tried": 3},
            "blind": {"ms": [], "found": 0, "tried": 3},
        }
    )
    assert (ours.mean_ms, ours.frames_per_s, ours.times_slower) == (2, 500, 1)
    assert (slow.mean_ms, slow.median_ms, slow.times_slower, slow.found) == (40, 40, 20, 2)
    assert math.isnan(blind.frames_per_s)
