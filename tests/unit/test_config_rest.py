"""rest.json is private, survives power cuts, and is of use to the model that made it only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.config import rest
from edge.messages import MOODS, Mood

FACE: dict[Mood, float] = {**dict.fromkeys(MOODS, 0.02), "sad": 0.53, "neutral": 0.37}
KEPT = rest.kept("abc", 1_700_000_000.1234, 10.04, FACE)


def test_what_is_kept_is_found_again_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rest.json"
    rest.save(path, KEPT)
    assert rest.read(path, "abc") == (KEPT, None)
    assert KEPT.probabilities == FACE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["rest.json"]
    assert set(json.loads(path.read_text())) == {
        "schema",
        "model",
        "wall",
        "seconds",
        "probabilities",
    }


def test_a_draft_that_a_power_cut_left_lends_nobody_its_mode(tmp_path: Path) -> None:
    draft = tmp_path / "rest.json.new"
    draft.write_text("half")
    draft.chmod(0o644)
    rest.save(tmp_path / "rest.json", KEPT)
    assert (tmp_path / "rest.json").stat().st_mode & 0o777 == 0o600


def test_forgetting_needs_nothing_to_forget(tmp_path: Path) -> None:
    path = tmp_path / "rest.json"
    rest.forget(path)
    rest.save(path, KEPT)
    rest.forget(path)
    assert not path.exists()
    assert rest.read(path, "abc") == (None, None)
    rest.forget(tmp_path / "not" / "there.json")


def test_another_models_numbers_are_ignored_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "rest.json"
    rest.save(path, KEPT)
    for model in ("def", None):
        found, warning = rest.read(path, model)
        assert found is None
        assert warning is not None
        assert "another emotion model" in warning
        assert "moodbox calibrate" in warning


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x00\x00\x00",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"{}",
        json.dumps({"schema": 1, "model": "abc", "wall": 1, "seconds": 10}).encode(),
        json.dumps(
            {"schema": 2, "model": "abc", "wall": 1, "seconds": 10, "probabilities": FACE}
        ).encode(),
        json.dumps(
            {"schema": 1, "model": "abc", "wall": 1, "seconds": -1, "probabilities": FACE}
        ).encode(),
        json.dumps(
            {"schema": 1, "model": "abc", "wall": 1, "seconds": 1, "probabilities": {"sad": 1.0}}
        ).encode(),
    ],
)
def test_damage_is_ignored_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rest.json"
    path.write_bytes(content)
    found, warning = rest.read(path, "abc")
    assert found is None
    assert warning is not None
    assert "damaged" in warning
    assert "calibrate" in warning


def test_a_place_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    found, warning = rest.read(tmp_path, "abc")
    assert found is None
    assert warning is not None
    assert "cannot be read" in warning


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sad": 0.9}, "sum to one"),
        ({"sad": 1.2, "neutral": -0.3}, "from 0 to 1"),
        ({"sad": float("nan")}, "from 0 to 1"),
        ({"happy": 0.55, "sad": 0.0}, "laughs"),
        ({"surprise": 0.55, "sad": 0.0}, "startled"),
    ],
)
def test_what_is_no_face_at_rest_is_refused(change: dict[Mood, float], sentence: str) -> None:
    problem = rest.wrong({**FACE, **change})
    assert problem is not None
    assert sentence in problem


def test_a_face_at_rest_may_look_sad_or_cross_or_smile_a_little() -> None:
    assert rest.wrong(FACE) is None
    assert rest.wrong({**FACE, "angry": 0.53, "sad": 0.02}) is None
    assert rest.wrong({**FACE, "happy": 0.37, "neutral": 0.02}) is None
    assert rest.wrong({mood: share for mood, share in FACE.items() if mood != "fear"}) is not None


def test_numbers_are_rounded_and_still_a_face(tmp_path: Path) -> None:
    shares: Any = dict.fromkeys(MOODS, 1 / 7)
    kept = replace(KEPT, probabilities=rest.kept("abc", 0, 10, shares).probabilities)
    rest.save(tmp_path / "rest.json", kept)
    assert rest.read(tmp_path / "rest.json", "abc") == (kept, None)
