"""What every reader of emotions holds to, on each runtime that is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.errors import ModelError
from edge.eye.emotion import RuntimeChoice, TfliteEmotionReader, installed
from edge.eye.model_card import Head
from edge.messages import MOODS, Mood
from edge.ports import EmotionReader

ROOT = Path(__file__).resolve().parents[2]
CARD = ROOT / "models" / "emotion.json"
DATA = Path(os.environ.get("MOODBOX_DATA", ROOT.parent / "shared" / "data"))
HEADS: tuple[Head, ...] = ("perceived", "fer2013")


def some_faces(count: int = 40) -> NDArray[np.uint8]:
    """Soft blotches: no faces, but pictures that spread the answers."""
    dice = np.random.default_rng(3)
    coarse = dice.integers(0, 255, (count, 6, 6), dtype=np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2)


def mean_face(mood: Mood) -> NDArray[np.uint8]:
    cv2 = pytest.importorskip("cv2", reason="opencv is not installed: no picture can be read")
    picture = cv2.imread(str(ROOT / "models" / "mean_faces" / f"{mood}.png"), cv2.IMREAD_GRAYSCALE)
    return np.asarray(picture, dtype=np.uint8)


@pytest.fixture(params=["tflite", "litert"])
def runtime(request: pytest.FixtureRequest) -> RuntimeChoice:
    if request.param not in installed():
        pytest.skip(f"the runtime {request.param} is not installed for this Python")
    chosen: RuntimeChoice = request.param
    return chosen


@pytest.fixture
def reader(runtime: RuntimeChoice) -> Iterator[TfliteEmotionReader]:
    with TfliteEmotionReader(CARD, runtime) as opened:
        yield opened


def test_probabilities_are_seven_and_sum_to_one(reader: EmotionReader) -> None:
    for face in some_faces():
        shares = reader.read(face)
        assert tuple(shares) == MOODS
        assert all(0 <= share <= 1 for share in shares.values())
        assert sum(shares.values()) == pytest.approx(1, abs=1e-9)


def test_the_same_face_is_read_the_same(reader: EmotionReader) -> None:
    face, other = some_faces(2)
    first = reader.read(face)
    reader.read(other)
    assert reader.read(face) == first


def test_light_and_contrast_of_the_room_do_not_matter(reader: EmotionReader) -> None:
    face = mean_face("happy")
    dim = (face // 3 + 20).astype(np.uint8)
    assert reader.read(dim)["happy"] == pytest.approx(reader.read(face)["happy"], abs=0.05)


def test_the_used_head_is_perceived_and_the_other_can_be_asked(
    reader: TfliteEmotionReader,
) -> None:
    faces = some_faces()
    asked = [reader.read(face, head="perceived") for face in faces]
    other = [reader.read(face, head="fer2013") for face in faces]
    assert [reader.read(face) for face in faces] == asked
    assert other != asked


def test_it_names_the_runtime_with_its_version(
    reader: EmotionReader, runtime: RuntimeChoice
) -> None:
    package = {"tflite": "tflite-runtime", "litert": "ai-edge-litert"}[runtime]
    name, version = reader.runtime.split(" ")
    assert name == package
    assert version[0].isdigit()


def test_it_refuses_what_is_no_face_picture(reader: EmotionReader) -> None:
    with pytest.raises(ValueError, match="48 × 48"):
        reader.read(np.zeros((48, 47), np.uint8))


def test_a_closed_reader_says_so(runtime: RuntimeChoice) -> None:
    opened = TfliteEmotionReader(CARD, runtime)
    opened.close()
    opened.close()
    with pytest.raises(ModelError, match="closed"):
        opened.read(some_faces(1)[0])


@pytest.mark.parametrize("mood", MOODS)
def test_each_mean_face_is_read_rightly_also_a_little_moved(
    reader: EmotionReader, mood: Mood
) -> None:
    padded = np.pad(mean_face(mood), 1, mode="edge")
    for down in range(3):
        for across in range(3):
            shares = reader.read(padded[down : down + 48, across : across + 48])
            assert max(shares, key=lambda name: shares[name]) == mood
            assert shares[mood] > 0.5


def test_auto_takes_the_faster_runtime() -> None:
    with TfliteEmotionReader(CARD) as opened, TfliteEmotionReader(CARD, "litert") as faster:
        assert opened.runtime == faster.runtime


def test_both_runtimes_answer_alike() -> None:
    if len(installed()) < 2:
        pytest.skip("only one runtime is installed for this Python")
    faces = [*some_faces(), *(mean_face(mood) for mood in MOODS)]
    with TfliteEmotionReader(CARD, "tflite") as one, TfliteEmotionReader(CARD, "litert") as two:
        for head in HEADS:
            for face in faces:
                first, second = one.read(face, head), two.read(face, head)
                # one step of an int8 logit is 0.07, and neither rounds like the other
                assert max(abs(first[mood] - second[mood]) for mood in MOODS) < 0.05


@pytest.mark.shared
def test_the_card_tells_the_truth(runtime: RuntimeChoice) -> None:
    if not DATA.is_dir():
        pytest.skip(f"FER2013 is not at {DATA}")
    pytest.importorskip("PIL", reason="pillow is not installed: FER2013 cannot be read")
    from trainer.data import load
    from trainer.evaluate import evaluate

    faces = load(DATA)["PublicTest"]
    part = faces.take(np.arange(0, len(faces), 7))
    with TfliteEmotionReader(CARD, runtime) as opened:
        card = opened.card
    heat = {head: output.temperature for head, output in card.outputs.items()}
    measured = evaluate(CARD.parent / card.model, part, "PublicTest", runtime, heat)
    for row in card.metrics:
        now = measured.of(row.head, row.truth).metric
        # three standard errors of a sample of this size
        slack = 3 * (row.accuracy * (1 - row.accuracy) / now.n) ** 0.5
        assert now.accuracy == pytest.approx(row.accuracy, abs=slack)


WITHOUT_RUNTIMES = f"""
import sys
sys.modules |= {{"ai_edge_litert.interpreter": None, "tflite_runtime.interpreter": None}}
from pathlib import Path
from edge.errors import ModelError
from edge.eye.emotion import TfliteEmotionReader
for runtime in ("auto", "tflite"):
    try:
        TfliteEmotionReader(Path({str(CARD)!r}), runtime)
    except ModelError as refused:
        print(refused)
"""


def test_a_runtime_that_is_not_there_is_named() -> None:
    asked = [sys.executable, "-W", "error", "-c", WITHOUT_RUNTIMES]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    neither, one = told.stdout.splitlines()
    assert neither.startswith("Neither ai-edge-litert nor tflite-runtime is installed")
    assert one.startswith("The runtime tflite-runtime is not installed")
    assert told.stderr == ""
