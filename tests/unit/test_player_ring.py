"""The ring: what goes in comes out, once, in order, and silence where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from edge.player.ring import Ring
from edge.ports import Samples


def ramp(first: int, count: int) -> Samples:
    return np.repeat(np.arange(first, first + count, dtype=np.float32), 2).reshape(-1, 2)


def test_all_samples_pass_once_and_in_order_around_the_edge() -> None:
    ring, out = Ring(100), np.empty((0, 2), np.float32)
    sent = 0
    for size in (70, 31, 99, 1, 64, 100, 37):
        ring.write(ramp(sent, size))
        sent += size
        while ring.waiting():
            piece = np.empty((min(23, ring.waiting()), 2), np.float32)
            ring.fill(piece)
            out = np.vstack([out, piece])
    assert np.array_equal(out, ramp(0, sent))


def test_too_little_sound_is_followed_by_silence_and_counted_only_where_sound_is_due() -> None:
    ring, target = Ring(10), np.full((8, 2), 9.0, np.float32)
    ring.fill(target)
    assert not target.any()
    assert ring.gaps == 0
    ring.write(ramp(1, 3))
    ring.expected = True
    ring.fill(target)
    assert target[:, 0].tolist() == [1, 2, 3, 0, 0, 0, 0, 0]
    assert ring.gaps == 1


def test_room_and_waiting_add_up_and_overfilling_is_refused() -> None:
    ring = Ring(10)
    ring.write(ramp(0, 6))
    assert (ring.waiting(), ring.room()) == (6, 4)
    with pytest.raises(ValueError, match="room"):
        ring.write(ramp(0, 5))
