"""Figures are what they say: intervals, moods, calibration, and two models side by side."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

from edge.eye.emotion import installed, softmax
from edge.messages import MOODS
from tests.unit.test_trainer_model import CARD, drawn
from trainer.errors import RunError
from trainer.evaluate import evaluate, fit_temperatures, measure
from trainer.evaluation.calibration import BINS, calibration, ece
from trainer.evaluation.comparison import compare, mcnemar
from trainer.evaluation.examine import against, in_both_runtimes
from trainer.evaluation.figures import figures, wilson
from trainer.evaluation.int8 import doubts
from trainer.evaluation.speed import DETECTOR, speed
from trainer.evaluation.subject import open_subject
from trainer.evaluation.text import told
from trainer.faces import Faces
from trainer.json_answers import as_json
from trainer.readings import write_readings
from trainer.targets import HEADS

MODEL = CARD.with_suffix(".tflite")


def sure_of(answers: np.ndarray, height: float = 4.0) -> np.ndarray:
    """Logits that name these moods."""
    return (np.eye(len(MOODS))[answers] * height).astype(np.float32)


def with_answers(wrong: int) -> tuple[Faces, np.ndarray]:
    faces = drawn(10)
    answers = faces.labels.copy()
    answers[:wrong] = (answers[:wrong] + 1) % len(MOODS)
    return faces, answers


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=1e-4)


def test_figures_of_each_mood_fit_the_confusion() -> None:
    faces, answers = with_answers(4)
    part = figures("fer2013", "fer2013", "Training", sure_of(answers), 1.0, faces)
    assert part.metric.accuracy == pytest.approx(66 / 70, abs=1e-4)
    assert part.interval[0] < part.metric.accuracy < part.interval[1]
    angry, disgust = part.by_mood[:2]
    assert (angry.n, angry.named, angry.recall, angry.precision) == (10, 6, 0.6, 1.0)
    assert (disgust.n, disgust.named) == (10, 14)
    assert disgust.precision == pytest.approx(10 / 14, abs=1e-4)
    assert disgust.f1 == pytest.approx(20 / 24, abs=1e-4)
    assert part.metric.macro_f1 == pytest.approx(np.mean([m.f1 for m in part.by_mood]), abs=1e-4)
    assert part.counts[0][1] == 4


def test_a_temperature_moves_the_calibration_and_no_answer() -> None:
    faces, answers = with_answers(7)
    cool, warm = (
        figures("fer2013", "fer2013", "Training", sure_of(answers), heat, faces)
        for heat in (0.5, 2.0)
    )
    assert cool.counts == warm.counts
    assert cool.metric.macro_f1 == warm.metric.macro_f1
    assert cool.calibration.ece != warm.calibration.ece
    assert cool.calibration.ece_raw == warm.calibration.ece_raw


def test_the_calibration_error_is_the_gap_of_confidence_and_truth() -> None:
    shares = np.full((100, len(MOODS)), 0.2 / 6)
    shares[:, 0] = 0.8
    right = np.r_[np.ones(60), np.zeros(40)]
    assert ece(shares, right) == pytest.approx(0.2)
    assert ece(shares, np.r_[np.ones(80), np.zeros(20)]) == pytest.approx(0, abs=1e-9)


def test_perceived_is_compared_with_the_share_of_votes() -> None:
    faces = drawn(10)
    votes = faces.votes.copy()
    votes[:, :7] = np.eye(7, dtype=np.int64)[faces.labels] * 6
    votes[np.arange(len(faces)), (faces.labels + 1) % 7] = 4
    torn = Faces(faces.pixels, faces.labels, votes, faces.rows)
    logits = np.log(np.eye(7)[faces.labels] * 0.6 + 1e-9 + 0.4 * np.eye(7)[(faces.labels + 1) % 7])
    told_so = calibration("ferplus", logits.astype(np.float32), 1.0, torn)
    assert told_so.compared_with == "votes"
    assert told_so.ece == pytest.approx(0, abs=1e-3)
    assert sum(one.n for one in told_so.bins) == told_so.n == len(faces)
    assert len(told_so.bins) == BINS
    assert calibration("fer2013", logits.astype(np.float32), 1.0, torn).ece == pytest.approx(0.4)


def test_luck_is_told_from_merit() -> None:
    n = 1000
    first, second = np.ones(n, bool), np.ones(n, bool)
    first[:10], second[:2] = False, False
    second[20:22] = False
    told_so = mcnemar(first, second)
    assert (told_so.only_first, told_so.only_second) == (2, 8)
    by_hand = 2 * sum(math.comb(10, k) for k in range(3)) / 2**10
    assert told_so.p == pytest.approx(by_hand)
    assert mcnemar(first, first).p == 1.0
    crowd = mcnemar(np.arange(5000) < 4000, np.arange(5000) >= 3000)
    assert 0 <= crowd.p < 1e-6, "thousands of faces overflow nothing"


def test_two_models_stand_side_by_side() -> None:
    faces, answers = with_answers(7)
    heat = dict.fromkeys(HEADS, 1.0)
    one = dict.fromkeys(HEADS, sure_of(faces.labels))
    other = dict.fromkeys(HEADS, sure_of(answers))
    both = compare(("a", "b"), one, other, faces, (heat, heat))
    assert not both.bit_for_bit
    for pair in both.heads:
        assert pair.accuracy == (1.0, 0.9)
        assert pair.same_answers == 0.9
        assert pair.by_mood[0].recall == (1.0, 0.3)
        assert pair.logit_difference["largest"] == pytest.approx(4)
        assert pair.mcnemar.only_first == 7
    same = compare(("a", "a"), one, one, faces, (heat, heat))
    assert same.bit_for_bit
    assert not doubts(same)
    complaints = doubts(both)
    assert len(complaints) == 4
    assert "loses 10.0 points" in complaints[0]
    assert "--finetune" in complaints[0]


def test_a_card_brings_its_temperatures_and_a_bare_file_has_them_fitted() -> None:
    faces = drawn(3)
    card = json.loads(CARD.read_text(encoding="utf-8"))
    carded, bare = evaluate(CARD, faces, "Training"), evaluate(MODEL, faces, "Training")
    assert carded.temperature_from == "card"
    assert carded.temperature["perceived"] == card["outputs"]["perceived"]["temperature"]
    assert bare.temperature_from == "fitted on Training"
    assert bare.temperature == bare.temperature_fitted == carded.temperature_fitted
    assert [part.counts for part in bare.figures] == [part.counts for part in carded.figures]
    assert carded.sha256 == card["sha256"]


def test_both_runtimes_are_compared_on_the_same_file() -> None:
    if len(installed()) < 2:
        pytest.skip("only one runtime is installed for this Python")
    faces = drawn(2)
    subject = open_subject(CARD)
    logits = subject.logits(faces.pixels)
    measured = measure(subject, logits, faces, "Training")
    both = in_both_runtimes(measured, subject, faces)
    assert both.first.startswith("ai-edge-litert ")
    assert both.second.startswith("tflite-runtime ")
    itself = against(measured, subject, logits, MODEL, faces)
    assert itself.bit_for_bit
    assert all(pair.same_answers == 1 and pair.mcnemar.p == 1 for pair in itself.heads)


def test_faces_without_votes_are_measured_against_the_labels_alone() -> None:
    faces = drawn(2)
    silent = Faces(faces.pixels, faces.labels, faces.votes * 0, faces.rows)
    measured = evaluate(CARD, silent, "Training")
    assert {part.metric.truth for part in measured.figures} == {"fer2013"}
    assert "perceived against FER2013's label" in told(measured)


@pytest.mark.parametrize("name", ["none.tflite", "model.onnx", "words.tflite", "words.pt"])
def test_what_is_no_model_is_named(tmp_path: Path, name: str) -> None:
    from edge.errors import MoodboxError

    if name.endswith(".pt"):
        pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
    path = tmp_path / name
    if not name.startswith("none"):
        path.write_bytes(b"these are words and no model")
    with pytest.raises(MoodboxError):
        open_subject(path)


def test_a_folder_without_a_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no model at .*best\.pt"):
        open_subject(tmp_path)


def test_the_json_keeps_its_keys() -> None:
    about = json.loads(as_json(evaluate(CARD, drawn(2), "Training")))
    assert about["schema"] == 1
    assert {"model", "runtime", "split", "temperature", "figures", "robustness"} <= about.keys()
    assert about["robustness"] is None
    row = about["figures"][0]
    assert set(row["metric"]) == {"head", "truth", "split", "n", "accuracy", "macro_f1", "ece"}
    assert set(row["by_mood"][0]) == {"mood", "n", "named", "precision", "recall", "f1"}


def test_readings_are_small_whole_and_the_same_bytes_again(tmp_path: Path) -> None:
    faces = drawn(4)
    paths = tmp_path / "one.npz", tmp_path / "two.npz"
    for path in paths:
        write_readings(CARD, faces, "PublicTest", path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    subject = open_subject(CARD)
    logits = subject.logits(faces.pixels)
    with np.load(paths[0]) as kept:
        assert str(kept["model_sha256"]) == subject.sha256
        assert tuple(kept["moods"]) == MOODS
        assert str(kept["split"]) == "PublicTest"
        for head in HEADS:
            assert kept[head].dtype == np.float16
            assert subject.temperatures is not None
            wanted = softmax(logits[head], subject.temperatures[head])
            assert np.abs(kept[head] - wanted).max() < 1e-3
        for name, truth in (("labels", faces.labels), ("votes", faces.votes), ("rows", faces.rows)):
            assert np.array_equal(kept[name], truth)
        assert kept["votes"].shape[1] == len(kept["vote_columns"])


def test_readings_need_a_card(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is no card"):
        write_readings(MODEL, drawn(1), "PublicTest", tmp_path / "readings.npz")


def test_the_fitted_temperatures_are_those_of_the_heads_that_there_are() -> None:
    faces, answers = with_answers(7)
    assert set(fit_temperatures({"fer2013": sure_of(answers)}, faces)) == {"fer2013"}


def test_the_speed_is_told_beside_a_detection() -> None:
    models = CARD.parent
    if not (models / DETECTOR).exists():
        pytest.skip("the face detector is not fetched; deploy/setup does it")
    pytest.importorskip("mediapipe", reason="mediapipe is not installed")
    measured = speed(MODEL, models, rounds=5)
    assert measured.faces_found == 1
    assert len(measured.emotion) == len(installed())
    for timing in measured.emotion:
        for other in measured.detection:
            wanted = timing.cpu_ms / other.cpu_ms
            assert measured.ratios[timing.what][other.what] == pytest.approx(wanted, abs=1e-3)
    assert all(one.cpu_ms > 0 for one in (*measured.emotion, *measured.detection))


def test_without_a_detector_the_speed_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="deploy/setup fetches it"):
        speed(MODEL, tmp_path)
