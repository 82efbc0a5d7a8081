"""FER2013's pictures and FER+ votes come together rightly, and are kept for the next time."""

from __future__ import annotations

import os
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


def test_pictures_and_votes_are_joined_by_row(tmp_path: Path) -> None:
    data = load(make(tmp_path / "set"), cache=tmp_path / "cache")
    assert {split: len(faces) for split, faces in data.splits.items()} == {
        "Training": 42,
        "PublicTest": 14,
    }
    for faces in data.splits.values():
        assert majority(faces.votes).tolist() == faces.labels.tolist()
        assert set(faces.votes.sum(axis=1).tolist()) == {10}


def test_the_second_time_it_comes_from_the_cache(tmp_path: Path) -> None:
    folder, cache = make(tmp_path / "set"), tmp_path / "cache"
    (folder / "train" / "happy" / "Training_00003.png").write_bytes(b"broken")
    first = load(folder, cache=cache)
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    again = load(folder, cache=cache)
    assert kept.stat().st_mtime_ns == written
    assert again.sha256 == first.sha256
    assert again.reading == first.reading
    assert again.reading.broken[0].name == "train/happy/Training_00003.png"
    for split, faces in first.splits.items():
        assert np.array_equal(again[split].rows, faces.rows)


@pytest.mark.parametrize("content", [b"", b"no array file", b"PK\x05\x06" + bytes(18), None])
def test_a_broken_cache_is_made_anew(content: bytes | None, tmp_path: Path) -> None:
    folder, cache = make(tmp_path / "set"), tmp_path / "cache"
    first = load(folder, cache=cache)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    middle = len(whole) // 2
    kept.write_bytes(whole[:middle] + b"xx" + whole[middle + 2 :] if content is None else content)
    assert load(folder, cache=cache).sha256 == first.sha256
    assert kept.read_bytes() == whole


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    folder, cache = make(tmp_path / "set"), tmp_path / "cache"
    hashes = [load(folder, cache=cache).sha256]
    one, other = sorted((folder / "train" / "happy").iterdir())[:2]
    about = one.stat()
    one.write_bytes(other.read_bytes())
    os.utime(one, ns=(about.st_atime_ns, about.st_mtime_ns))
    hashes.append(load(folder, cache=cache).sha256)
    other.unlink()
    hashes.append(load(folder, cache=cache).sha256)
    votes = folder / "fer2013new.csv"
    votes.write_text(votes.read_text(encoding="utf-8").replace(",8,", ",7,"), encoding="utf-8")
    hashes.append(load(folder, cache=cache).sha256)
    votes.rename(tmp_path / "fer2013new.csv")
    assert load(folder, cache=cache).sha256 == hashes[-1], "the votes lie beside now"
    (tmp_path / "fer2013new.csv").unlink()
    hashes.append(load(folder, cache=cache).sha256)
    assert len(set(hashes)) == 5


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    folder = make(tmp_path / "set")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert len(load(folder, cache=tmp_path / "file")["Training"]) == 42


def test_what_lies_in_the_working_folder_has_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make(tmp_path / "set"))
    assert load(Path(), cache=tmp_path / "cache").reading.taken == "the pictures in set"


def test_votes_of_another_split_are_not_joined(tmp_path: Path) -> None:
    folder = make(tmp_path / "set")
    votes = folder / "fer2013new.csv"
    text = votes.read_text(encoding="utf-8").replace("PublicTest", "PrivateTest")
    votes.write_text(text, encoding="utf-8")
    data = load(folder, cache=tmp_path / "cache")
    assert not data["PublicTest"].votes.any()
    assert any(note.startswith("42 of 56 faces got votes") for note in data.reading.notes)
    assert data["Training"].votes.any()


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
