"""The bench of moods: its words are the ones that were defined, and its sessions what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge.bench.plot import Curve, Point, plot
from edge.bench.simple_ways import simple_ways
from edge.bench.spells import BLIND, NOBODY, SPELL_S, TROUBLES, Faces, session, with_blends
from edge.bench.steadiness import steadiness
from edge.bench.trials import CHUNK, MOODBOX, Outcome, Trial, best_tuning, sum_up, watch
from edge.errors import ModelError
from edge.messages import MOODS
from edge.mind.mood import Temper

RATE = 4.0
LOOKS = round(SPELL_S * RATE)
HAPPY, SAD = MOODS.index("happy"), MOODS.index("sad")


def clear_faces(each: int = 16) -> Faces:
    """Made up; read rightly three times of four."""
    dice = np.random.default_rng(3)
    rows = []
    for mood in range(len(MOODS)):
        for number in range(each):
            reading = dice.dirichlet(np.full(len(MOODS), 0.3)) * 0.3
            reading[mood if number // 2 % 4 else (mood + 1) % len(MOODS)] += 0.7
            rows.append(reading / reading.sum())
    places = np.arange(each * len(MOODS)).reshape(len(MOODS), each)
    return Faces(np.array(rows), tuple(places))


def of(*stretches: tuple[int, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """One spell's answers: so many seconds of each."""
    answers = [mood for mood, seconds in stretches for _ in range(round(seconds * RATE))]
    assert len(answers) == LOOKS
    return np.array([answers])


def judged(*stretches: tuple[int, float]) -> tuple[float, float, float]:
    one = steadiness(of(*stretches), np.array([HAPPY]), RATE)
    return one.median_s, one.switches_per_h, one.right


def test_settled_is_the_moment_from_which_the_answer_stays_right_for_five_seconds() -> None:
    assert judged((SAD, 3), (HAPPY, 57)) == (3, 0, 1)
    assert judged((SAD, 3), (HAPPY, 4.75), (SAD, 1), (HAPPY, 51.25))[0] == 8.75
    assert judged((HAPPY, 60)) == (0, 0, 1)


def test_a_change_after_settling_is_a_false_switch_and_so_is_the_way_back() -> None:
    settled, switches, right = judged((HAPPY, 40), (SAD, 6), (HAPPY, 14))
    assert settled == 0
    assert switches == pytest.approx(2 * 60)
    assert right == pytest.approx(0.9)


def test_a_spell_that_never_settles_counts_whole() -> None:
    one = steadiness(of((SAD, 60)), np.array([HAPPY]), RATE)
    assert (one.median_s, one.never) == (SPELL_S, 1)


def test_a_session_holds_each_face_and_changes_its_mood() -> None:
    faces, dice = clear_faces(), np.random.default_rng(1)
    one = session(faces, 8.0, 2.0, dice)
    assert all(a != b for a, b in zip(one.moods, one.moods[1:], strict=False))
    for number, mood in enumerate(one.moods):
        looks = one.looks[number * 480 : (number + 1) * 480]
        assert set(looks.tolist()) <= set(faces.of_mood[mood].tolist())
        assert (looks.reshape(30, 16) == looks.reshape(30, 16)[:, :1]).all()


def test_troubles_are_what_they_are_called() -> None:
    faces, dice = clear_faces(), np.random.default_rng(1)
    shown = with_blends(faces, dice)
    plain = session(shown, 8.0, 1.0, dice)
    blended = TROUBLES["blends"](shown, plain, dice)
    assert (blended.looks >= len(faces.readings)).all()
    assert np.allclose(shown.readings.sum(axis=1), 1)
    hidden = TROUBLES["occlusions"](shown, plain, dice).looks
    assert 0.1 < (hidden == NOBODY).mean() < 0.3
    away = TROUBLES["drop-outs"](shown, plain, dice).looks
    assert 0.05 < (away == BLIND).mean() < 0.25
    grimaced = TROUBLES["grimaces"](shown, plain, dice).looks != plain.looks
    assert 0 < grimaced.mean() < 0.2
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], grimaced, [0]]))))[::2]
    assert runs.max() < 8


def test_faces_that_teach_are_not_those_that_are_shown() -> None:
    faces = clear_faces()
    shown, known = faces.half(0), faces.half(1)
    for mine, theirs in zip(shown.of_mood, known.of_mood, strict=True):
        assert not set(mine.tolist()) & set(theirs.tolist())
    assert sum(map(sum, known.confusion())) == len(faces.readings) // 2


def outcome() -> Outcome:
    trial = Trial("a trial", RATE, 1.0, tuning=True)
    faces = clear_faces()
    return sum_up(trial, [watch(faces, Temper(), trial, chunk) for chunk in range(2)])


def test_the_box_settles_and_stays_where_the_simple_ways_flicker() -> None:
    one = outcome()
    ours = one.ways[MOODBOX]
    assert ours.spells == 2 * 3 * CHUNK
    assert ours.median_s < 6
    assert ours.right > 0.97
    for name, way in one.ways.items():
        assert name == MOODBOX or way.switches_per_h > 10 * ours.switches_per_h + 50
    for name in one.tuned:
        best = best_tuning(one, name)
        assert best is None or best[1].median_s > ours.median_s
    assert one.update_us < 1000


def test_the_simple_ways_keep_their_answer_while_nobody_is_seen() -> None:
    readings = np.eye(len(MOODS))
    looks = np.array([[HAPPY] * 20 + [NOBODY] * 20 + [SAD] * 20])
    for way in simple_ways(8.0):
        answers = way.usual(readings, looks)
        assert (answers[0, 5:40] == HAPPY).all()
        assert answers[0, -1] == SAD


def test_the_majority_counts_the_last_ten() -> None:
    readings = np.eye(len(MOODS))
    looks = np.array([[HAPPY] * 20 + [SAD] * 20])
    answers = simple_ways(8.0)[1].usual(readings, looks)[0]
    assert answers[24] == HAPPY
    assert answers[26] == SAD


def test_the_picture_is_drawn() -> None:
    curve = Curve("a & b", (Point(700, 1, "0 s"), Point(0, 6, "6 s")))
    drawn = plot(Point(0.1, 2.5, "moodbox"), [curve])
    assert drawn.startswith("<svg")
    assert "a &amp; b" in drawn
    assert drawn.count("<circle") == 3


def test_a_file_without_readings_is_one_sentence(tmp_path: Path) -> None:
    from edge.bench.spells import faces_in

    (tmp_path / "readings.npz").write_bytes(b"no readings")
    with pytest.raises(ModelError, match="holds no readings"):
        faces_in(tmp_path / "readings.npz")
    with pytest.raises(ModelError, match="holds no readings"):
        faces_in(tmp_path / "none.npz")
