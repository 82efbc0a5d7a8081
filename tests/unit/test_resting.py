"""box's face at rest: checked at the door, kept for the model in use, and told honestly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.config import rest
from edge.messages import MOODS, Mood, Now, Rest, RestKept
from edge.resting import Resting

FACE: dict[Mood, float] = {**dict.fromkeys(MOODS, 0.02), "sad": 0.53, "neutral": 0.37}
NOW = Now(at=5.0, wall=1_700_000_000.0)
LEARNED = Rest(probabilities=FACE, seconds=10.0)


def test_what_is_kept_is_told_now_and_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "rest.json"
    one = Resting(path, "abc")
    assert one.probabilities is None
    assert one.refusal(LEARNED) is None
    one.keep(LEARNED, NOW)
    told = one.told()
    assert told == RestKept(
        path=str(path), probabilities=FACE, seconds=10.0, wall=NOW.wall, model="abc"
    )
    assert Resting(path, "abc").told() == told
    assert Resting(path, "abc").probabilities == FACE
    one.keep(Rest(probabilities=None), NOW)
    assert one.told() == RestKept(path=str(path))
    assert Resting(path, "abc").probabilities is None


@pytest.mark.parametrize(
    "shares",
    [
        {},
        {"sad": 1.0},
        {**FACE, "sad": 5.0},
        {**FACE, "sad": -0.1},
        {**FACE, "sad": float("inf")},
        {**FACE, "sad": 0.1},
    ],
)
def test_what_is_no_face_at_rest_is_refused_at_the_door(tmp_path: Path, shares: Any) -> None:
    problem = Resting(tmp_path / "rest.json", "abc").refusal(Rest(probabilities=shares))
    assert problem is not None
    assert problem.endswith(".")


def test_without_a_model_nothing_is_learned_and_forgetting_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "rest.json"
    rest.save(path, rest.kept("abc", 0, 10, FACE))
    one = Resting(path, None)
    assert one.refusal(LEARNED) is not None
    assert one.refusal(Rest(probabilities=None)) is None
    one.keep(Rest(probabilities=None), NOW)
    assert not path.exists()


def test_a_disk_that_refuses_is_told_once_and_is_no_crash(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("where the folder should be")
    one = Resting(blocked / "rest.json", "abc")
    one.keep(LEARNED, NOW)
    told = one.told()
    assert told.problem is not None
    assert "could not be changed" in told.problem
    assert told.probabilities is None
    assert one.told().problem is None
