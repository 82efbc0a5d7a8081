"""FER2013's pictures and FER+ votes come together rightly, whatever the layout."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from edge.messages import MOODS

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

from tests.unit.tiny_fer2013 import make
from trainer.data import load
from trainer.errors import DataError
from trainer.faces import VOTE_COLUMNS, Faces, majority
from trainer.targets import draw_weights, trust, votes_as_shares, worth_learning


def zipped(folder: Path, to: Path) -> Path:
    with zipfile.ZipFile(to, "w") as archive:
        for path in folder.rglob("*.png"):
            archive.write(path, path.relative_to(folder).as_posix())
    return to


def test_pictures_and_votes_are_joined_by_row(tmp_path: Path) -> None:
    data = load(make(tmp_path / "set"), cache=tmp_path / "cache")
    assert {split: len(faces) for split, faces in data.splits.items()} == {
        "Training": 42,
        "PublicTest": 14,
    }
    for faces in data.splits.values():
        assert majority(faces.votes).tolist() == faces.labels.tolist()
        assert set(faces.votes.sum(axis=1).tolist()) == {10}


def test_every_layout_of_the_same_data_is_the_same_data(tmp_path: Path) -> None:
    folder = make(tmp_path / "set")
    both = tmp_path / "both"
    both.mkdir()
    zipped(folder, both / "fer2013.zip")
    (both / "fer2013new.csv").write_bytes((folder / "fer2013new.csv").read_bytes())
    lone = zipped(folder, tmp_path / "lone.zip")
    cache = tmp_path / "cache"
    hashes = {
        load(folder, cache=cache).sha256,
        load(both, cache=cache).sha256,
        load(lone, folder / "fer2013new.csv", cache).sha256,
    }
    assert len(hashes) == 1
    assert load(lone, cache=cache).sha256 not in hashes, "without votes it is other data"


def test_the_second_time_it_comes_from_the_cache(tmp_path: Path) -> None:
    folder, cache = make(tmp_path / "set"), tmp_path / "cache"
    first = load(folder, cache=cache)
    (kept,) = cache.glob("*.npz")
    written = kept.stat().st_mtime_ns
    assert load(folder, cache=cache).sha256 == first.sha256
    assert kept.stat().st_mtime_ns == written


def test_a_broken_picture_is_named_and_left_out(tmp_path: Path) -> None:
    folder = make(tmp_path / "set")
    broken = next((folder / "train" / "happy").iterdir())
    broken.write_bytes(broken.read_bytes()[:60])
    training = load(folder, cache=tmp_path / "cache")["Training"]
    assert len(training) == 41
    assert len(load(folder, cache=tmp_path / "cache").reading.broken) == 1


def test_votes_of_another_split_are_not_joined(tmp_path: Path) -> None:
    folder = make(tmp_path / "set")
    votes = folder / "fer2013new.csv"
    text = votes.read_text(encoding="utf-8").replace("PublicTest", "PrivateTest")
    votes.write_text(text, encoding="utf-8")
    data = load(folder, cache=tmp_path / "cache")
    assert not data["PublicTest"].votes.any()
    assert data["Training"].votes.any()


@pytest.mark.parametrize("name", ["nowhere", "empty", "votes"])
def test_what_is_no_dataset_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    if name == "votes":
        folder = make(tmp_path / "votes")
        (folder / "fer2013new.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        load(tmp_path / name, cache=tmp_path / "cache")
    assert "\n" not in str(refused.value)


def test_a_split_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no split PrivateTest"):
        load(make(tmp_path / "set"), cache=tmp_path / "cache")["PrivateTest"]


def faces_with(*votes: dict[str, int]) -> Faces:
    table = [[row.get(column, 0) for column in VOTE_COLUMNS] for row in votes]
    count = len(votes)
    pixels = np.arange(count, dtype=np.uint8).repeat(48 * 48).reshape(count, 48, 48)
    zeros = np.zeros(count, dtype=np.int64)
    return Faces(pixels, zeros, np.array(table, dtype=np.int64), zeros)


def test_targets_are_shares_of_the_votes_for_moods() -> None:
    faces = faces_with({"anger": 6, "fear": 2, "contempt": 2}, {"NF": 9, "anger": 1}, {})
    shares = votes_as_shares(faces.votes)
    assert shares[0].tolist() == [0.75, 0, 0.25, 0, 0, 0, 0]
    assert trust(faces.votes).tolist() == pytest.approx([0.8, 0, 0])
    nobody = faces.take(np.zeros(3, dtype=np.bool_))
    assert worth_learning(faces, nobody).tolist() == [True, False, True], "no face, not learnt"
    assert worth_learning(faces, faces.take(np.array([2]))).tolist() == [True, False, False]


def test_a_lone_vote_does_not_count_beside_others() -> None:
    shares = votes_as_shares(faces_with({"happiness": 8, "fear": 1}).votes)
    assert shares[0, MOODS.index("happy")] == 1


def test_rare_moods_are_drawn_more_often() -> None:
    common = [{"happiness": 10}] * 16
    faces = faces_with(*common, {"disgust": 10})
    labels = np.array([MOODS.index("happy")] * 16 + [MOODS.index("disgust")])
    faces = Faces(faces.pixels, labels, faces.votes, faces.rows)
    plain, mild, alike = (draw_weights(faces, balance) for balance in (0.0, 0.5, 1.0))
    assert plain[-1] == pytest.approx(1 / 17)
    assert mild[-1] == pytest.approx(1 / 5)
    assert alike[-1] == pytest.approx(1 / 2)
