"""Every form in which people have FER2013 is read, and the same data is the same in all of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

from tests.unit import tiny_layouts as layouts
from tests.unit.tiny_fer2013 import Drawn, drawn, write_votes
from trainer.data import load
from trainer.errors import DataError
from trainer.faces import Dataset

FACES = drawn(per_mood=3, public=2, private=1)


def read(source: Path, ferplus: Path | None = None) -> Dataset:
    return load(source, ferplus, cache=source.parent / "cache")


def sizes(dataset: Dataset) -> dict[str, int]:
    return {split: len(faces) for split, faces in dataset.splits.items()}


WITH_ROWS: dict[str, Callable[[list[Drawn], Path], Path]] = {
    "fer2013.csv": lambda faces, at: layouts.fer2013_csv(faces, at / "fer2013.csv"),
    "icml_face_data.csv": lambda faces, at: layouts.icml_csv(faces, at / "icml_face_data.csv"),
    "folder of csv": lambda faces, at: layouts.fer2013_csv(faces, at / "fer2013.csv").parent,
    "tar.gz of csv": lambda faces, at: layouts.challenge_tar(faces, at / "fer2013.tar.gz"),
    "folder of tar.gz": lambda faces, at: (
        layouts.challenge_tar(faces, at / "fer2013.tar.gz").parent
    ),
    "zip of csv": lambda faces, at: layouts.zipped(
        {"FER2013/fer2013.csv": layouts.fer2013_csv(faces, at / "x.csv").read_bytes()},
        at / "archive.zip",
    ),
    "folder": lambda faces, at: layouts.unpacked(layouts.by_row(faces), at / "set"),
    "deep folder": lambda faces, at: (
        layouts.unpacked(layouts.by_row(faces), at / "set/down/here") and at / "set"
    ),
    "zip": lambda faces, at: layouts.zipped(layouts.by_row(faces), at / "a.zip"),
    "folder of zip": lambda faces, at: layouts.zipped(layouts.by_row(faces), at / "a.zip").parent,
    "tar.gz": lambda faces, at: layouts.tarred(layouts.by_row(faces), at / "a.tgz"),
    "zip from Windows": lambda faces, at: layouts.zipped(
        {f"Data\\{n.replace('/', chr(92))}": b for n, b in layouts.by_row(faces).items()},
        at / "a.zip",
    ),
    "zip from a Mac": lambda faces, at: layouts.zipped(
        {
            **layouts.by_row(faces),
            **{f"__MACOSX/{n}": b"x" for n in layouts.by_row(faces)},
            "train/happy/._Training_3.png": b"x",
        },
        at / "a.zip",
    ),
    "shouted names": lambda faces, at: layouts.unpacked(
        {n.upper(): b for n, b in layouts.by_row(faces).items()}, at / "SET"
    ),
    "numbered moods": lambda faces, at: layouts.unpacked(
        {
            f"train/{face.label}/{face.split}_{face.row}.png": layouts.png(face.pixels)
            for face in faces
        },
        at / "set",
    ),
}


@pytest.mark.parametrize("form", WITH_ROWS)
def test_every_form_is_the_same_data(form: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    votes = write_votes(FACES, tmp_path / "fer2013new.csv")
    data = read(WITH_ROWS[form](FACES, tmp_path / "data"), votes)
    assert sizes(data) == {"Training": 21, "PublicTest": 14, "PrivateTest": 7}
    for split, faces in data.splits.items():
        mine = [face for face in FACES if face.split == split]
        assert faces.rows.tolist() == [face.row for face in mine]
        assert faces.labels.tolist() == [face.label for face in mine]
        assert np.array_equal(faces.pixels, np.stack([face.pixels for face in mine]))
        assert set(faces.votes.sum(axis=1)) == {10}
    plain = layouts.fer2013_csv(FACES, tmp_path / "plain.csv")
    assert data.sha256 == read(plain, votes).sha256
    assert data.reading.broken == ()


@pytest.mark.parametrize(
    ("form", "counts"),
    [
        (layouts.msambare, {"Training": 21, "PublicTest": 14, "PrivateTest": 7}),
        (layouts.jonathanoheix, {"Training": 21, "PublicTest": 21}),
        (layouts.ananthu017, {"Training": 21, "PublicTest": 21}),
    ],
    ids=["msambare", "jonathanoheix", "ananthu017"],
)
def test_forms_without_rows(
    form: Callable[[list[Drawn]], dict[str, bytes]], counts: dict[str, int], tmp_path: Path
) -> None:
    votes = write_votes(FACES, tmp_path / "fer2013new.csv")
    files = form(FACES)
    folder = read(layouts.unpacked(files, tmp_path / "set"), votes)
    for other in (
        read(layouts.zipped(files, tmp_path / "a.zip"), votes),
        read(layouts.tarred(dict(reversed(files.items())), tmp_path / "a.tar.gz"), votes),
    ):
        assert other.sha256 == folder.sha256
    assert sizes(folder) == counts
    assert all((faces.rows == -1).all() for faces in folder.splits.values())
    assert not any(faces.votes.any() for faces in folder.splits.values())
    assert any("fer2013new.csv is not joined" in note for note in folder.reading.notes)
    wanted = sorted(face.pixels.tobytes() + bytes([face.label]) for face in FACES)
    found = sorted(
        pixels.tobytes() + bytes([label])
        for faces in folder.splits.values()
        for pixels, label in zip(faces.pixels, faces.labels.tolist(), strict=True)
    )
    assert found == wanted


def test_what_stands_twice_in_one_download_is_read_once(tmp_path: Path) -> None:
    data = read(layouts.zipped(layouts.jonathanoheix(FACES), tmp_path / "a.zip"))
    assert data.reading.taken == "the pictures in images/ of a.zip"
    assert any("left aside: the pictures in images/images/" in n for n in data.reading.notes)


def test_train_csv_is_read_and_test_csv_left_aside(tmp_path: Path) -> None:
    votes = write_votes(FACES, tmp_path / "fer2013new.csv")
    data = read(layouts.train_and_test_csv(FACES, tmp_path / "set"), votes)
    assert sizes(data) == {"Training": 21}
    assert data["Training"].votes.any(), "train.csv is the first rows of fer2013.csv"
    assert "test.csv has no labels: left aside" in data.reading.notes
    with pytest.raises(DataError, match="no layout that is known"):
        read(tmp_path / "set" / "test.csv")


def test_beside_validation_test_is_the_one_that_judges(tmp_path: Path) -> None:
    files = {}
    for face in FACES:
        part = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}[face.split]
        files[f"{part}/{face.mood}/{face.row}.png"] = layouts.png(face.pixels)
    data = read(layouts.unpacked(files, tmp_path / "set"))
    assert sizes(data) == {"Training": 21, "PublicTest": 14, "PrivateTest": 7}


def test_the_better_of_several_is_taken_and_the_others_named(tmp_path: Path) -> None:
    home = tmp_path / "set"
    layouts.unpacked(layouts.by_row(FACES), home)
    layouts.zipped(layouts.by_row(FACES), home / "a.zip")
    layouts.train_and_test_csv(FACES, home)
    pictures = read(home)
    assert pictures.reading.taken == "the pictures in set"
    layouts.icml_csv(FACES, home / "icml_face_data.csv")
    table = read(home)
    assert table.reading.taken == "icml_face_data.csv in set"
    (told,) = (note for note in table.reading.notes if "was taken" in note)
    assert all(name in told for name in ("train.csv", "the pictures in set", "a.zip"))
    assert table.sha256 == pictures.sha256


def test_a_whole_archive_is_better_than_half_a_table(tmp_path: Path) -> None:
    home = layouts.train_and_test_csv(FACES, tmp_path / "set")
    (home / "broken-fer.zip").write_bytes(b"PK\x03\x04 and no more")
    layouts.challenge_tar(FACES, home / "fer2013.tar.gz")
    data = read(home)
    assert data.reading.taken == "fer2013/fer2013.csv in fer2013.tar.gz"
    assert any("not a whole zip file" in note for note in data.reading.notes)


def test_votes_are_found_inside_and_beside(tmp_path: Path) -> None:
    named = write_votes(FACES, tmp_path / "FER2013New.csv")
    zipped = layouts.zipped(layouts.by_row(FACES), tmp_path / "a.zip")
    beside = read(zipped)
    assert beside["Training"].votes.any()
    files = {**layouts.by_row(FACES), "fer/fer2013new.csv": named.read_bytes()}
    named.unlink()
    assert read(layouts.zipped(files, tmp_path / "b.zip")).sha256 == beside.sha256
    assert read(layouts.unpacked(files, tmp_path / "set")).sha256 == beside.sha256
    bare = read(zipped)
    assert not bare["Training"].votes.any()
    assert any("no FER+ votes" in note for note in bare.reading.notes)


def test_votes_about_other_rows_are_not_joined(tmp_path: Path) -> None:
    many = drawn(per_mood=20, public=1)
    votes = write_votes(many, tmp_path / "fer2013new.csv")
    shifted = [Drawn(face.row, face.split, (face.label + 1) % 7, face.pixels) for face in many]
    data = read(layouts.fer2013_csv(shifted, tmp_path / "fer2013.csv"), votes)
    assert not data["Training"].votes.any()
    assert any("not the rows that it is about" in note for note in data.reading.notes)
    same = read(layouts.fer2013_csv(many, tmp_path / "same.csv"), votes)
    assert same["Training"].votes.any()


def test_links_are_followed_and_do_not_go_round(tmp_path: Path) -> None:
    real = layouts.unpacked(layouts.by_row(FACES), tmp_path / "elsewhere")
    home = tmp_path / "set"
    home.mkdir()
    for part in ("train", "test"):
        (home / part).symlink_to(real / part)
    (home / "again").symlink_to(home)
    assert sizes(read(home)) == {"Training": 21, "PublicTest": 14, "PrivateTest": 7}


def test_strange_folders_are_told_and_other_numberings_refused(tmp_path: Path) -> None:
    home = layouts.unpacked(layouts.by_row(FACES), tmp_path / "set")
    layouts.unpacked({"train/contempt/1.png": layouts.png(FACES[0].pixels)}, home)
    told = "'contempt' names no mood: 1 of the pictures left aside"
    assert told in read(home).reading.notes
    numbered = {f"train/{n}/{n}.png": layouts.png(FACES[n].pixels) for n in range(1, 8)}
    with pytest.raises(DataError, match="another dataset's order"):
        read(layouts.unpacked(numbered, tmp_path / "raf"))


@pytest.mark.shared
def test_the_shared_data_keeps_its_order_and_hash(tmp_path: Path) -> None:
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    shared = Path(os.environ.get("MOODBOX_DATA", beside))
    if not shared.is_dir():
        pytest.skip(f"there is no {shared}")
    data = load(shared, cache=tmp_path)
    wanted = "72ebfe40ce4891b10b854e67bcc74fe3c7969c91db2af61f9cd662401986565e"
    assert data.sha256 == wanted, "teachers' answers are kept in this order"
