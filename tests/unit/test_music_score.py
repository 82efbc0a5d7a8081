"""The short text in which pieces are written."""

from __future__ import annotations

import pytest

from music.score import Hit, Tone, read_motif, read_pattern


def test_a_motif_is_read() -> None:
    assert read_motif("0:1 r:.5 2#:.25 -3b:2") == (
        Tone(0, 0, 1, False),
        Tone(None, 0, 0.5, False),
        Tone(2, 1, 0.25, False),
        Tone(-3, -1, 2, False),
    )
    assert read_motif("=7:4") == (Tone(7, 0, 4, True),)


def test_a_pattern_is_read_bar_by_bar() -> None:
    text = "X--.|..x-"
    assert read_pattern(text, 0, 4) == (Hit("X", 0, 3),)
    assert read_pattern(text, 1, 4) == (Hit("x", 2, 2),)
    assert read_pattern(text, 2, 4) == read_pattern(text, 0, 4)


def test_a_short_pattern_fills_the_bar() -> None:
    assert [hit.step for hit in read_pattern("x.", 0, 8)] == [0, 2, 4, 6]


def test_a_pattern_that_does_not_fill_the_bar_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fill"):
        read_pattern("x..", 0, 16)
