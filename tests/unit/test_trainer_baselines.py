"""All systems learn, stand in one table, are kept, and say where they were cut short."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("torch", reason="torch is not installed: the trainer is not set up")
pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")
pytest.importorskip("sklearn", reason="scikit-learn is not installed: the trainer is not set up")
pytest.importorskip("skimage", reason="scikit-image is not installed: the trainer is not set up")

import numpy as np
import torch
from lightning_fabric import Fabric
from msgspec.structs import replace
from typer.testing import CliRunner

from tests.unit.test_trainer_baselines_networks import shapes_of_b0
from tests.unit.tiny_fer2013 import make
from trainer import shipping
from trainer.baselines import features, neural
from trainer.baselines.asked import Asked
from trainer.baselines.asking import as_a_file
from trainer.baselines.classical import SYSTEMS
from trainer.baselines.counting import counts_of
from trainer.baselines.measure import ms_per_face, rightness
from trainer.baselines.run import compare
from trainer.baselines.table import Row, Table, as_markdown, as_text
from trainer.catalogue import build
from trainer.checkpoint import save
from trainer.data import load
from trainer.errors import RunError
from trainer.faces import Dataset
from trainer.judge import Epoch

torch.set_num_threads(1)  # on a busy machine two are slower

CARD = Path(__file__).resolve().parents[2] / "models" / "emotion.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("data") / "set", per_mood=12)


@pytest.fixture(scope="module")
def dataset(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load(folder, cache=tmp_path_factory.mktemp("cache"))


class Told:
    """Keeps what a person would see."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.epochs: list[int] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def step(self, step: int, steps: int, loss: float) -> None:
        pass

    def epoch(self, line: Epoch) -> None:
        self.epochs.append(line.epoch)

    @contextlib.contextmanager
    def watch(self, epochs: int) -> Iterator[Told]:
        yield self


QUICK = Asked(scale=0.03, export=False)


def table_of(dataset: Dataset, run: Path, *names: str, asked: Asked = QUICK) -> tuple[Table, Told]:
    told = Told()
    return compare(dataset, run, names, None, asked, told.watch), told


def test_the_features_have_their_sizes() -> None:
    face = np.random.default_rng(1).integers(0, 255, (48, 48)).astype(np.uint8)
    assert features.hog(face).shape == (5 * 5 * 2 * 2 * 9,)
    assert features.lbp(face).shape == (6 * 6 * 59,)
    assert features.hog_lbp(face).shape == (900 + 2124,)
    shares = (features.lbp(face) ** 2).reshape(36, 59).sum(axis=1)
    assert shares == pytest.approx(np.ones(36), abs=1e-5)


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name != "pixels_knn"])
def test_the_older_systems_learn(name: str, dataset: Dataset, tmp_path: Path) -> None:
    (row,) = table_of(dataset, tmp_path, name)[0].results
    assert row.accuracy > 0.5
    assert row.trained == "all 84 faces"
    assert row.parameters >= row.multiply_adds > 0
    assert row.bytes == (tmp_path / name / "model.joblib").stat().st_size


def test_eigenfaces_need_as_many_faces_as_they_are(tmp_path: Path) -> None:
    more = load(make(tmp_path / "set", per_mood=20), cache=tmp_path / "cache")
    (row,) = table_of(more, tmp_path, "pixels_knn")[0].results
    assert row.accuracy > 0.5
    assert row.multiply_adds == 100 * 48 * 48 + 140 * 100


def test_a_finished_one_is_not_trained_again(dataset: Dataset, tmp_path: Path) -> None:
    first, told = table_of(dataset, tmp_path, "mini_xception", "hog_knn")
    assert told.epochs == [1, 2, 3]
    assert told.lines == ["mini_xception: 3 of 100 epochs", "hog_knn: learning"]
    again, silent = table_of(dataset, tmp_path, "mini_xception", "hog_knn")
    assert again == first
    assert silent.lines == []
    anew, silent = table_of(
        dataset, tmp_path, "mini_xception", "hog_knn", asked=replace(QUICK, train=False, anew=True)
    )
    assert silent.lines == []
    assert [replace(row, ms_per_face=0) for row in anew.results] == [
        replace(row, ms_per_face=0) for row in first.results
    ]
    assert [row.ms_per_face for row in anew.results] != [row.ms_per_face for row in first.results]


def test_a_killed_one_goes_on(dataset: Dataset, tmp_path: Path) -> None:
    here = tmp_path / "mini_xception"
    fabric = Fabric(accelerator="cpu", devices=1)
    plan = neural.new_plan("mini_xception", here, dataset, QUICK, fabric)
    training = neural.begin("mini_xception", plan, here, dataset, QUICK, fabric)
    training.fit(lambda *_: None, lambda _: None, until=1)
    stands, silent = table_of(
        dataset, tmp_path, "mini_xception", "hog_knn", asked=Asked(train=False, export=False)
    )
    assert [(row.trained, row.shortened) for row in stands.results] == [("1 of 100 epochs", True)]
    assert silent.epochs == []
    ended, told = table_of(dataset, tmp_path, "mini_xception")
    assert told.epochs == [2, 3]
    assert told.lines == ["mini_xception: 3 of 100 epochs, going on after 1"]
    assert ended.results[0].trained == "3 of 100 epochs"


def test_a_network_is_timed_as_a_file_that_the_device_s_library_runs(tmp_path: Path) -> None:
    pytest.importorskip("litert_torch", reason="litert-torch is not installed")
    network, path = build("mini_xception").eval(), tmp_path / "float.tflite"
    size, answer, runtime = as_a_file(network, path)
    assert size == path.stat().st_size > 4 * 56_000
    assert runtime.startswith("ai-edge-litert")
    face = np.random.default_rng(1).integers(0, 256, (48, 48), np.uint8)
    with torch.no_grad():
        (wanted,) = network(torch.from_numpy(face).float().view(1, 1, 48, 48))
    np.testing.assert_allclose(np.ravel(answer(face)), np.ravel(wanted), atol=1e-3)


def test_no_network_of_grey_levels_is_shipped(dataset: Dataset, tmp_path: Path) -> None:
    best = tmp_path / "best.pt"
    about = {"recipe": {"network": "mini_xception"}}
    save(best, {"about": about, "average": build("mini_xception").state_dict()})
    asked = shipping.Asked(faces=7, finetune=0, seed=1)
    with pytest.raises(RunError, match="takes grey levels as they are"):
        shipping.make_int8(best, dataset, tmp_path / "out.tflite", asked)


def test_other_data_is_not_mixed_in(dataset: Dataset, tmp_path: Path) -> None:
    table_of(dataset, tmp_path, "hog_knn")
    other = Dataset(dataset.splits, "another")
    with pytest.raises(RunError, match="about other data"):
        table_of(other, tmp_path, "hog_knn")


def test_the_user_s_weights_are_where_it_begins(dataset: Dataset, tmp_path: Path) -> None:
    file, other = tmp_path / "b0.pth", tmp_path / "other.pth"
    given = shapes_of_b0(1000)
    torch.save(given, file)
    torch.save(shapes_of_b0(7), other)
    name, fabric = "efficientnet_b0", Fabric(accelerator="cpu", devices=1)
    asked = Asked(weights={name: file})
    plan = neural.new_plan(name, tmp_path / name, dataset, asked, fabric)
    assert neural.plan_in(tmp_path / name) == plan
    training = neural.begin(name, plan, tmp_path / name, dataset, asked, fabric)
    for network in (training.network.module, training.average):
        assert torch.equal(network.features[0][0].weight, given["features.0.0.weight"])
    for wrong, sentence in (
        (Asked(), "give it with --weights"),
        (Asked(weights={name: other}), "begun with other weights"),
        (Asked(weights={name: tmp_path / "none"}), "cannot be read"),
    ):
        with pytest.raises(RunError, match=sentence):
            neural.begin(name, plan, tmp_path / name, dataset, wrong, fabric)


def test_weights_that_do_not_fit_are_told_before_anything_is_trained(
    dataset: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "b0.pth").write_bytes(b"no tensors")
    asked = Asked(weights={"efficientnet_b0": tmp_path / "b0.pth"})
    with pytest.raises(RunError, match="cannot be read"):
        table_of(dataset, tmp_path / "run", "hog_knn", asked=asked)
    assert not (tmp_path / "run").exists()


def test_minutes_are_kept(dataset: Dataset, tmp_path: Path) -> None:
    asked = Asked(minutes=0.01, export=False)
    (row,) = table_of(dataset, tmp_path, "mini_xception", asked=asked)[0].results
    assert row.shortened
    assert row.trained.endswith("of 100 epochs")


ROW = Row(
    name="mini_xception",
    what="mini-Xception, 64 px",
    trained="12 of 100 epochs",
    shortened=True,
    start="from scratch",
    train_s=5400.0,
    parameters=56_951,
    multiply_adds=10_163_392,
    bytes=264_072,
    form="float32",
    accuracy=0.58,
    macro_f1=0.51,
    ms_per_face=0.43,
    timed_in="ai-edge-litert 2.3.0",
)
TABLE = Table(
    split="PublicTest",
    faces=3589,
    data_sha256="0",
    results=(msgspec.structs.replace(ROW, name="whole", shortened=False), ROW),
)


def test_the_table_marks_what_was_shortened() -> None:
    lines = as_text(TABLE).splitlines()
    assert lines[1].startswith("whole   ")
    assert lines[2].split() == (
        [
            "mini_xception",
            "*",
            "56,951",
            "10.2",
            "M",
            "0.26",
            "MB",
            "float32",
            "58.0%",
            "0.510",
            "0.43",
        ]
    )
    assert len({len(line) for line in lines[:3]}) == 1, "columns stand below one another"
    assert lines[-1] == (
        "mini_xception * shortened: mini-Xception, 64 px; trained from scratch,"
        " 12 of 100 epochs in 1.5 h; timed in ai-edge-litert 2.3.0."
    )


def test_the_table_as_markdown() -> None:
    lines = as_markdown(TABLE).splitlines()
    assert len({line.count("|") for line in lines[:4]}) == 1
    assert lines[3].startswith("| mini_xception * | 56,951 | 10.2 M | 0.26 MB float32 | 58.0% |")
    assert lines[-1].startswith("- mini_xception * shortened:")


def test_rightness_counts_moods_alike() -> None:
    labels = np.array([0, 0, 0, 1])
    assert rightness(labels, np.array([0, 0, 0, 0])) == (0.75, round(6 / 7 / 7, 4))


def test_the_first_face_is_not_timed_and_the_median_is_told() -> None:
    asked: list[int] = []
    taken = ms_per_face(lambda face: asked.append(int(face[0, 0])), np.zeros((5, 48, 48), np.uint8))
    assert len(asked) == 6
    assert 0 <= taken < 1000


def test_the_shipped_model_is_counted_in_its_own_file() -> None:
    weights, multiply_adds = counts_of(CARD.with_suffix(".tflite").read_bytes())
    size = CARD.with_suffix(".tflite").stat().st_size
    assert 0.7 * size < weights < size, "int8: a byte each, and little else"
    assert 10_000_000 < multiply_adds < 120_000_000


def test_the_command_answers_json_with_our_own_row(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.commands import app

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = ["baselines", str(folder), "--run", str(tmp_path / "run"), "--card", str(CARD)]
    told = CliRunner().invoke(app, [*asked, "--only", "hog_svm", "--json"])
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert answer["schema"] == 1
    assert answer["split"] == "PublicTest"
    ours = next(row for row in answer["results"] if row["name"] == "moodbox")
    assert ours["form"] == "int8"
    assert {row["name"] for row in answer["results"]} == {"moodbox", "hog_svm"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--only", "resnet"), "resnet is none of"),
        (("--weights", "b0.pth"), "is not NAME=FILE"),
        (("--weights", "four_convs=x"), "is not NAME=FILE"),
        (("--precision", "half"), "half is none of"),
    ],
)
def test_wrong_use_is_told(folder: Path, asked: tuple[str, ...], sentence: str) -> None:
    from trainer.commands import app

    told = CliRunner().invoke(app, ["baselines", str(folder), *asked])
    assert told.exit_code == 2
    assert sentence in " ".join(told.stderr.replace("│", " ").split())
