"""`moodbox bench eye` measures what it says, and says it in the form of every bench."""

from __future__ import annotations

import pytest

from edge.bench.eye import STAGES, rows
from edge.eye.emotion import installed
from tests.parts.tools import lines, moodbox, needs_detector


@needs_detector
def test_every_runtime_is_measured_beside_the_bare_calls() -> None:
    done = moodbox("bench", "eye", "--seconds", "1", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (answer,) = lines(done.stdout)
    assert (answer["schema"], answer["bench"]) == (1, "eye")
    assert answer["machine"]["cores"] >= 1
    results = {row["name"]: row for row in answer["results"]}
    for row in results.values():
        assert list(row) == ["name", "value", "unit", "n", "p50", "p95", "reference", "ratio"]
    for runtime in installed():
        for stage in STAGES:
            row = results[f"{stage}, {runtime}"]
            assert row["n"] >= 30
            assert 0 < row["p50"] <= row["p95"]
            assert row["value"] == row["p50"]
        look = results[f"look, {runtime}"]
        pair = results[look["reference"]]
        assert look["ratio"] == pytest.approx(look["value"] / pair["value"], abs=0.01)
        assert 50 < results[f"memory, {runtime}"]["value"] < 400


def test_ratios_compare_like_with_like() -> None:
    times = {stage: [1.0] for stage in STAGES} | {
        "detect": [3.0, 3.3, 9.0],
        "bare detect": [3.0],
        "look": [6.0],
    }
    measured = {"times_ms": times, "memory_mb": 130.0, "core": 0}
    found = {row.name: row for row in rows("litert", measured)}
    assert found["detect, litert"].ratio == pytest.approx(1.1)
    assert found["detect, litert"].p95 == 9.0
    assert found["look, litert"].ratio == pytest.approx(1.5)
    assert found["look, litert"].reference == "bare pair, litert"
    assert found["bare pair, litert"].value == 4.0
    assert found["cut, litert"].ratio is None


@needs_detector
def test_a_model_that_is_not_there_is_told() -> None:
    done = moodbox("bench", "eye", "--models", "/nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no model card at /nowhere/emotion.json")
