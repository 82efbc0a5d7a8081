"""Scales, chords and voice leading."""

from __future__ import annotations

import pytest

from music.theory import SCALES, chord, lead, semitones, tonic


def test_a_key_names_its_tonic() -> None:
    assert [tonic(key) for key in ("C", "F#", "Bb", "B")] == [48, 54, 58, 59]


def test_degrees_run_on_through_the_octaves() -> None:
    assert [semitones(SCALES["minor"], d) for d in (-1, 0, 2, 7, 9)] == [-2, 0, 3, 12, 15]


@pytest.mark.parametrize(
    ("token", "tones"),
    [
        ("1", (0, 3, 7)),
        ("5", (7, 10, 14)),
        ("5M7", (7, 11, 14, 17)),
        ("4s4", (5, 10, 12)),
        ("6p", (8, 15, 20)),
        ("17", (0, 3, 7, 10)),
    ],
)
def test_a_token_is_a_chord(token: str, tones: tuple[int, ...]) -> None:
    assert chord(token, SCALES["minor"]).tones == tones


@pytest.mark.parametrize("token", ["", "9", "1x", "M5"])
def test_nonsense_is_no_chord(token: str) -> None:
    with pytest.raises(ValueError, match="chord"):
        chord(token, SCALES["major"])


def test_chords_move_as_little_as_they_can() -> None:
    c, a, f = (48, 52, 55), (57, 60, 64), (53, 57, 60)
    first = lead(c, None, 60)
    second = lead(a, first, 60)
    third = lead(f, second, 60)
    assert len(set(first) & set(second)) == 2, "C and A minor share two notes"
    assert len(set(second) & set(third)) == 2, "A minor and F share two notes"
    assert abs(sum(third) / 3 - 60) < 6
