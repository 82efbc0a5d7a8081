"""What is broken is named and left out; what is no dataset is refused in one sentence."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")

from PIL import Image

from tests.unit import tiny_layouts as layouts
from tests.unit.tiny_fer2013 import drawn, write_votes
from trainer.data import load
from trainer.errors import DataError
from trainer.faces import Dataset

FACES = drawn(per_mood=2, public=1)
GOOD = layouts.png(FACES[0].pixels)


def read(source: Path, ferplus: Path | None = None) -> Dataset:
    return load(source, ferplus, cache=source.parent / "cache")


def reasons(dataset: Dataset) -> dict[str, str]:
    return {broken.name: broken.reason for broken in dataset.reading.broken}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda line: line.replace(" ", "", 1), "2303 pixels instead of 2304"),
        (lambda line: line.replace(",Training", " 7,Training"), "2305 pixels instead of 2304"),
        (lambda line: line.replace(" ", " x", 1), "pixels hold 'x', which is no number"),
        (lambda line: line.replace(" ", " 256 ", 1).replace(" ", "", 1), "beyond 255"),
        (lambda line: line.replace(" ", " -1 ", 1), "pixels hold '-', which is no number"),
        (lambda line: line.replace(" ", f" {10**30} ", 1), "2305 pixels"),
        (lambda line: "7" + line[1:], "emotion '7' is none of 0 to 6"),
        (lambda line: "happy" + line[1:], "emotion 'happy' is none of 0 to 6"),
        (lambda line: "9" * 5000 + line[1:], "emotion '99999999999999999999' is none"),
        (lambda line: line.replace("Training", "Test"), "Usage 'Test' is none of Training, "),
        (lambda line: line.rpartition(",")[0], "2 columns instead of 3"),
        (lambda line: "3,,Training", "0 pixels instead of 2304"),
        (lambda line: line.replace(" ", " " * 70_000, 1), "a line of 64 KiB or more"),
    ],
)
def test_a_broken_row_is_named_and_the_others_keep_theirs(
    change: Callable[[str], str], reason: str, tmp_path: Path
) -> None:
    table = layouts.fer2013_csv(FACES, tmp_path / "fer2013.csv")
    lines = table.read_text(encoding="utf-8").splitlines()
    lines[4] = change(lines[4])
    table.write_text("\r\n".join([*lines[:2], "", *lines[2:]]), encoding="utf-8-sig")
    data = read(table)
    found = reasons(data)
    assert set(found) == {"fer2013.csv row 3"}
    assert reason in found["fer2013.csv row 3"]
    assert data["Training"].rows.tolist() == [row for row in range(14) if row != 3]


def bomb(side: int) -> bytes:
    """A PNG that claims a huge picture in a few bytes."""
    held = io.BytesIO()
    Image.new("1", (8, 8)).save(held, "PNG")
    data = bytearray(held.getvalue())
    data[16:24] = side.to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def wide(width: int, height: int) -> bytes:
    held = io.BytesIO()
    Image.new("L", (width, height)).save(held, "PNG")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"no picture at all", "it is no picture"),
        (GOOD[: len(GOOD) // 2], "it is damaged: "),
        (GOOD[:20], "it is "),
        (wide(5000, 10), "5000 × 10 pixels are too many"),
        (bomb(9_000), "9000 × 9000 pixels are too many"),
        (bomb(12_000), "it has too many pixels"),
        (bomb(60_000), "it has too many pixels"),
        (GOOD + bytes(9 << 20), "9 MiB are too many for one picture"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_broken_picture_is_named_and_left_out(
    content: bytes, reason: str, packed: bool, tmp_path: Path
) -> None:
    files = layouts.by_row(FACES) | {"train/happy/Training_3.png": content}
    if packed:
        data = read(layouts.zipped(files, tmp_path / "a.zip"))
    else:
        data = read(layouts.unpacked(files, tmp_path / "set"))
    (told,) = reasons(data).items()
    assert told[0] == "train/happy/Training_3.png"
    assert reason in told[1]
    assert len(data["Training"]) == 13


def test_a_picture_that_is_damaged_inside_the_zip_is_named(tmp_path: Path) -> None:
    packed = layouts.zipped(layouts.by_row(FACES), tmp_path / "a.zip")
    content = bytearray(packed.read_bytes())
    place = content.index(b"train/happy/Training_3.png")
    content[place + 200] ^= 255
    packed.write_bytes(bytes(content))
    (told,) = reasons(read(packed)).items()
    assert told[0] == "train/happy/Training_3.png"
    assert "CRC" in told[1]


def test_other_sizes_and_colours_are_made_ours_and_counted(tmp_path: Path) -> None:
    files = layouts.by_row(FACES)
    held = io.BytesIO()
    Image.new("RGB", (200, 200), (250, 40, 40)).save(held, "JPEG")
    files["train/happy/Training_3.png"] = held.getvalue()
    grey = np.repeat(FACES[4].pixels[..., None], 3, axis=2)
    files[f"train/{FACES[4].mood}/Training_4.png"] = layouts.png(grey)
    data = read(layouts.unpacked(files, tmp_path / "set"))
    assert (data.reading.resized, data.reading.coloured) == (1, 1)
    assert data["Training"].pixels[3].std() < 1
    assert np.array_equal(data["Training"].pixels[4], FACES[4].pixels)


def test_a_damaged_line_of_votes_is_named_and_counts_as_none(tmp_path: Path) -> None:
    table = layouts.fer2013_csv(FACES, tmp_path / "fer2013.csv")
    votes = write_votes(FACES, tmp_path / "fer2013new.csv")
    lines = votes.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace(",2,", ",two,")
    votes.write_text("\n".join(lines), encoding="utf-8")
    data = read(table)
    assert reasons(data) == {"fer2013new.csv row 2": "its votes are no numbers"}
    assert data["Training"].votes.sum(axis=1).tolist() == [10, 10, 0, *[10] * 11]


def truncated(path: Path) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def locked_zip(path: Path) -> Path:
    """Its entries claim to need a password."""
    layouts.zipped(layouts.by_row(FACES), path)
    content = bytearray(path.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + flag] |= 1
            place = content.find(mark, place + 4)
    return written(path, bytes(content))


def folder_with(at: Path, **files: bytes) -> Path:
    at.mkdir()
    for name, content in files.items():
        (at / name.replace("_", ".")).write_bytes(content)
    return at


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing": (lambda at: at / "no", "there is nothing at"),
    "empty folder": (lambda at: folder_with(at / "set"), "is empty"),
    "one picture": (lambda at: written(at / "face.png", GOOD), "is one picture, no dataset"),
    "votes alone": (lambda at: write_votes(FACES, at / "fer2013new.csv"), "the FER+ votes alone"),
    "text": (lambda at: written(at / "x.txt", b"hello"), "no layout that is known here"),
    "folder of text": (lambda at: folder_with(at / "set", x_txt=b""), "no layout that is known"),
    "another table": (lambda at: written(at / "x.csv", b"a,b\n1,2\n"), "no layout that is known"),
    "an empty table": (lambda at: written(at / "x.csv", b""), "no layout that is known here"),
    "a table's head": (
        lambda at: written(at / "fer2013.csv", b"emotion,pixels,Usage\n"),
        "holds no face",
    ),
    "zeros": (
        lambda at: written(at / "fer2013.csv", b"emotion,pixels,Usage\n0,0,Training\n"),
        "1 broken, the first fer2013.csv row 0: 1 pixels instead of 2304",
    ),
    "pictures without split": (
        lambda at: layouts.unpacked({"happy/1.png": GOOD}, at / "set"),
        "nothing that tells train from test",
    ),
    "cut zip": (
        lambda at: truncated(layouts.zipped(layouts.by_row(FACES), at / "a.zip")),
        "a.zip is not a whole zip file",
    ),
    "folder of cut zip": (
        lambda at: truncated(layouts.zipped(layouts.by_row(FACES), at / "a.zip")).parent,
        "a.zip is not a whole zip file",
    ),
    "cut tar.gz": (
        lambda at: truncated(layouts.challenge_tar(FACES, at / "a.tar.gz")),
        "a.tar.gz is not a whole tar file",
    ),
    "no tar": (lambda at: written(at / "a.tgz", b"x" * 2000), "a.tgz is not a whole tar file"),
    "zip with a password": (lambda at: locked_zip(at / "a.zip"), "password required"),
}


@pytest.mark.parametrize("form", BAD)
def test_what_is_no_dataset_is_refused_in_a_sentence(form: str, tmp_path: Path) -> None:
    make, sentence = BAD[form]
    (tmp_path / "data").mkdir()
    with pytest.raises(DataError) as refused:
        load(make(tmp_path / "data"), cache=tmp_path / "cache")
    told = str(refused.value)
    assert sentence in told
    assert "\n" not in told
    if "no layout" in told or "nothing that tells" in told:
        assert "icml_face_data.csv" in told
        assert "train/<emotion>/*.jpg" in told
    assert not (tmp_path / "cache").exists()


def test_a_table_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("fer2013.csv", "emotion,pixels,Usage\n")
    content = packed.read_bytes()
    claimed = content.rindex(b"PK\x01\x02") + 24
    big = (1 << 31).to_bytes(4, "little")
    packed.write_bytes(content[:claimed] + big + content[claimed + 4 :])
    with pytest.raises(DataError, match=r"has 2.0 GiB: more than FER2013 is"):
        read(packed)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b'Usage,"a\n'])
def test_votes_of_another_form_are_refused(content: bytes, tmp_path: Path) -> None:
    table = layouts.fer2013_csv(FACES, tmp_path / "fer2013.csv")
    with pytest.raises(DataError, match="is no FER\\+ table"):
        read(table, written(tmp_path / "votes.csv", content))
    with pytest.raises(DataError, match="there are no FER\\+ votes at"):
        read(table, tmp_path / "no.csv")
