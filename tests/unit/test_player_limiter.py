"""The limiter: nothing above the ceiling, no step in its gain, and no touch where all fits."""

from __future__ import annotations

import numpy as np
import pytest

from edge.player.limiter import CEILING, Limiter
from edge.ports import Samples

RATE = 48_000


def limited(sound: Samples, block: int) -> Samples:
    one = Limiter(RATE)
    parts = [one.pass_on(sound[at : at + block]) for at in range(0, len(sound), block)]
    return np.concatenate([*parts, one.flush()])


def loud(seconds: float = 0.5) -> Samples:
    dice = np.random.default_rng(1)
    envelope = np.repeat(dice.uniform(0.0, 3.0, round(seconds * 100)), RATE // 100)
    return (dice.normal(0.0, 0.6, (len(envelope), 2)) * envelope[:, None]).astype(np.float32)


@pytest.mark.parametrize("block", [1, 100, 239, 240, 1024, 100_000])
def test_nothing_is_above_the_ceiling_and_nothing_gets_lost(block: int) -> None:
    sound = loud(0.1 if block == 1 else 0.5)
    out = limited(sound, block)
    assert len(out) == len(sound)
    assert np.abs(out).max() <= CEILING + 1e-6
    assert np.allclose(out, limited(sound, 4096), atol=1e-5)


def test_what_fits_passes_bit_by_bit() -> None:
    sound = loud()
    sound *= np.float32(0.97) / np.abs(sound).max()
    assert np.array_equal(limited(sound, 1024), sound)


@pytest.mark.parametrize("frames", [0, 1, 100, 239, 240, 500])
def test_the_shortest_sounds_come_out_whole(frames: int) -> None:
    sound = np.full((frames, 2), 1.6, np.float32)
    out = limited(sound, 64)
    assert len(out) == frames
    assert np.all(np.abs(out) <= CEILING + 1e-6)


def test_it_turns_down_before_the_loud_part_and_comes_back_slowly() -> None:
    sound = np.full((RATE, 2), 0.5, np.float32)
    sound[RATE // 4 : RATE // 4 + 2000] = 1.6
    gain = limited(sound, 1024)[:, 0] / sound[:, 0]
    before, after = gain[: RATE // 4], gain[RATE // 4 + 2000 :]
    assert before[0] == 1.0
    assert before[-1] == pytest.approx(CEILING / 1.6, abs=0.01)
    assert np.abs(np.diff(gain)).max() < 0.002
    assert (after[2400] < 0.95) & (after[-1] == 1.0)


def test_both_sides_keep_their_balance() -> None:
    sound = loud()
    sound[:, 1] = sound[:, 0] * 0.25
    out = limited(sound, 1024)
    assert np.allclose(out[:, 1], out[:, 0] * 0.25, atol=1e-6)
