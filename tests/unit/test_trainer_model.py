"""Figures are what they say, and a network becomes an int8 file that answers alike."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

from edge.eye.emotion import Network, TfliteEmotionReader, softmax
from edge.eye.face_image import normalise
from edge.messages import MOODS
from tests.unit.tiny_fer2013 import make, shape_of
from trainer.answers import write_answers
from trainer.data import load
from trainer.errors import DataError
from trainer.evaluate import Logits, evaluate, fit_temperatures
from trainer.faces import VOTE_COLUMNS, Faces
from trainer.meanfaces import ALIKE, choose, mean_face
from trainer.targets import HEADS

CARD = Path(__file__).resolve().parents[2] / "models" / "emotion.json"


def drawn(per_mood: int, seed: int = 1) -> Faces:
    """Faces of the tiny dataset without its files."""
    dice = np.random.default_rng(seed)
    labels = np.arange(len(MOODS)).repeat(per_mood)
    pixels = np.stack([shape_of(int(label), dice) for label in labels])
    votes = np.zeros((len(labels), len(VOTE_COLUMNS)), dtype=np.int64)
    votes[np.arange(len(labels)), labels] = 10
    return Faces(pixels, labels, votes, np.arange(len(labels)))


def test_the_fitted_temperature_undoes_overconfidence() -> None:
    dice = np.random.default_rng(2)
    honest = dice.normal(0, 2, (4000, len(MOODS))).astype(np.float32)
    chance = softmax(honest)
    labels = np.array([dice.choice(len(MOODS), p=row) for row in chance])
    base = drawn(1)
    faces = Faces(
        base.pixels[labels], labels, np.eye(10, dtype=np.int64)[labels] * 10, labels.copy()
    )
    boasting: Logits = {"perceived": honest * 3, "fer2013": honest / 2}
    heat = fit_temperatures(boasting, faces)
    assert heat["perceived"] == pytest.approx(3, rel=0.06)
    assert heat["fer2013"] == pytest.approx(0.5, rel=0.06)


def test_figures_of_the_shipped_model_agree_with_one_another() -> None:
    card = json.loads(CARD.read_text(encoding="utf-8"))
    faces = drawn(3)
    measured = evaluate(CARD.with_suffix(".tflite"), faces, "Training")
    assert len(measured.figures) == len(HEADS) * 2
    for part in measured.figures:
        counts = np.array(part.counts)
        assert counts.sum() == part.metric.n == len(faces)
        assert part.metric.accuracy == pytest.approx(counts.trace() / counts.sum(), abs=1e-4)
        assert part.recall == pytest.approx(counts.diagonal() / counts.sum(axis=1), abs=1e-4)
    used = np.array(card["confusion"]["counts"])
    row = next(
        row
        for row in card["metrics"]
        if row["head"] == card["used"] and row["truth"] == card["confusion"]["truth"]
    )
    assert used.sum() == row["n"]
    assert row["accuracy"] == pytest.approx(used.trace() / used.sum(), abs=1e-4)


def test_nobody_is_averaged_twice() -> None:
    faces = drawn(8)
    doubled = faces.take(np.arange(len(faces)).repeat(2))
    chosen = choose(doubled, np.ones(len(doubled)), "happy")
    pictures = normalise(doubled.pixels[chosen]).reshape(len(chosen), -1)
    likeness = np.corrcoef(pictures) - np.eye(len(chosen))
    assert len(chosen) >= 1
    assert likeness.max(initial=-1) < ALIKE
    assert set(doubled.labels[chosen]) == {MOODS.index("happy")}


def test_a_mean_face_has_full_contrast_whatever_the_light() -> None:
    dim = (drawn(6).pixels // 4).astype(np.uint8)
    mean = mean_face(dim)
    assert mean.dtype == np.uint8
    assert mean.std() > 40


def test_a_network_becomes_an_int8_file_with_its_card(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
    pytest.importorskip("litert_torch", reason="litert-torch is not installed: no .tflite is made")
    from trainer.card import write_card
    from trainer.checkpoint import load_network, logits_of
    from trainer.fit import Run
    from trainer.quantize import calibration_faces, export_float, quantize
    from trainer.recipes import named
    from trainer.shipping import Asked, make_int8

    data = load(make(tmp_path / "set", per_mood=8, public=6), cache=tmp_path / "cache")
    run = Run(tmp_path / "run", named("tiny"), 1, data)
    run.fit(lambda *_: None, lambda _: None, until=1)
    network = load_network(tmp_path / "run" / "best.pt")
    floating, small = tmp_path / "float.tflite", tmp_path / "emotion.tflite"
    export_float(network, floating)
    faces = data["PublicTest"]
    quantize(floating, calibration_faces(data["Training"], 28, seed=1), small)
    assert small.stat().st_size < floating.stat().st_size
    truth = logits_of(network, faces.pixels)
    for path, slack in ((floating, 1e-4), (small, 0.1)):
        asked = Network(path.read_bytes())
        answers = [asked.logits(normalise(face)) for face in faces.pixels]
        for head in range(len(HEADS)):
            got = np.stack([answer[head] for answer in answers])
            reach = float(np.ptp(truth[head]))
            assert np.abs(got - truth[head]).mean() <= slack * reach
    assert Network(small.read_bytes()).inputs[0]["dtype"] is np.int8
    write_card(small, tmp_path / "run", faces, tmp_path / "emotion.json")
    with TfliteEmotionReader(tmp_path / "emotion.json") as reader:
        assert reader.card.made_by.recipe == "tiny"
        assert sum(reader.read(faces.pixels[0]).values()) == pytest.approx(1)
    tuned = tmp_path / "tuned.tflite"
    best = tmp_path / "run" / "best.pt"
    floating, both = make_int8(best, data, tuned, Asked(faces=28, finetune=1, seed=1))
    assert floating.name == "best-finetuned.tflite"
    assert [pair.head for pair in both.heads] == list(HEADS)
    assert (both.first, both.second) == ("run/best.pt", "tuned.tflite")
    assert all(pair.same_answers > 0.5 for pair in both.heads)
    assert Network(tuned.read_bytes()).inputs[0]["dtype"] is np.int8


def test_mean_faces_need_votes(tmp_path: Path) -> None:
    from trainer.meanfaces import make as make_mean_faces

    data = load(make(tmp_path / "set"), cache=tmp_path / "cache")
    faces = data["Training"]
    silent = Faces(faces.pixels, faces.labels, faces.votes * 0, faces.rows)
    mute = replace(data, splits={"Training": silent})
    with pytest.raises(DataError, match="need the FER"):
        make_mean_faces(mute, [], CARD, tmp_path)


def test_mean_faces_are_made_from_the_teachers_answers(tmp_path: Path) -> None:
    from trainer.meanfaces import make as make_mean_faces

    data = load(make(tmp_path / "set", per_mood=24), cache=tmp_path / "cache")
    sure = np.eye(7, dtype=np.float32)[data["Training"].labels] * 5
    write_answers([sure, sure], data, tmp_path / "answers.npz")
    made = make_mean_faces(data, [tmp_path / "answers.npz"], CARD, tmp_path / "out")
    assert [face.mood for face in made] == list(MOODS)
    for face in made:
        assert set(data["Training"].labels[list(face.rows)]) == {MOODS.index(face.mood)}
        assert (tmp_path / "out" / f"{face.mood}.png").is_file()
