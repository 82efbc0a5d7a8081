"""Pauses that fade: their shape, what breaks into them, and that nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

from edge.player.mixer import Mixer
from tests.unit.test_player_mixer import HELD, RATE, Tone, heard, mixer, steps


def test_a_pause_fades_as_long_as_it_is_asked_to_and_as_a_stop_does() -> None:
    fades = []
    for end in (Mixer.pause, Mixer.stop):
        one = mixer()
        one.play(Tone(0.5, 10_000))
        heard(one, 300)
        end(one, 2.0)
        fades.append(heard(one, 5000)[HELD : 2000 + HELD, 0])
    assert np.allclose(fades[0], 0.5 * np.cos(np.arange(1, 2001) * np.pi / 4000), atol=1e-4)
    assert np.allclose(*fades, atol=1e-6)


def test_a_song_comes_back_up_out_of_its_fade_without_a_gap() -> None:
    one = mixer()
    one.play(Tone(0.5, 10_000))
    before = heard(one, 300)
    one.pause(2.0)
    down = heard(one, 1200 + HELD)
    assert down[-1, 0] == pytest.approx(0.5 * np.cos(0.3 * np.pi), abs=1e-3)
    one.resume(1.0)
    up = heard(one, 1500)
    assert steps(np.concatenate([before, down, up])) < 0.001
    assert up[HELD:, 0].min() >= down[-1, 0] - 0.004
    assert np.allclose(up[1000 + HELD :], 0.5)
    assert one.position_s() == pytest.approx(3.0 + HELD / RATE)


def test_a_second_pause_cuts_the_first_ones_fade_short() -> None:
    one = mixer()
    one.play(Tone(0.5, 10_000))
    heard(one, 300)
    one.pause(5.0)
    fading = heard(one, 1000)
    one.pause()
    rest = heard(one, 5000)
    assert 20 <= len(rest) <= 100
    assert steps(np.concatenate([fading, rest])) < 0.03


def test_another_song_in_the_middle_of_a_pause_lets_all_before_it_end() -> None:
    one = mixer()
    first, second = Tone(0.2, 100_000), Tone(0.2, 100_000)
    one.play(first)
    sound = [heard(one, 300)]
    one.play(second, fade_s=4.0)
    sound.append(heard(one, 1000))
    one.pause(3.0)
    sound.append(heard(one, 1000))
    one.play(Tone(0.2, 100_000), fade_s=0.5)
    sound.append(heard(one, 4000))
    assert steps(np.concatenate(sound)) < 0.005
    assert first.closed
    assert second.closed
    assert np.allclose(sound[-1][-500:], 0.2)
