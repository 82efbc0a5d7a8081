"""Finds and reads FER2013's pictures and FER+ votes in the layouts that people have."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from edge.messages import MOODS, Mood
from trainer.errors import DataError
from trainer.faces import SPLITS, VOTE_COLUMNS, Faces, Split

_FOLDER_SPLITS: dict[str, Split] = {
    "train": "Training",
    "test": "PublicTest",
    "validation": "PublicTest",
}
_MOOD_FOLDERS: dict[str, Mood] = {
    **{mood: mood for mood in MOODS},
    "anger": "angry",
    "disgusted": "disgust",
    "fearful": "fear",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprise",
}
_STEM = re.compile(r"(Training|PublicTest|PrivateTest)_(\d+)$")
_PICTURES = {".webp", ".png", ".jpg", ".jpeg"}
_LAYOUT = (
    "expected a folder or zip with train/<emotion>/*.webp and test/<emotion>/*.webp,"
    " or a folder that holds fer2013.zip and fer2013new.csv"
)


def locate(source: Path, ferplus: Path | None) -> tuple[Path, Path | None]:
    """Where the pictures are, and the votes if there are any."""
    if not source.exists():
        raise DataError(f"there is nothing at {source}")
    pictures = source
    if source.is_dir() and not any((source / name).is_dir() for name in _FOLDER_SPLITS):
        zips = sorted(source.glob("*.zip"))
        if not zips:
            raise DataError(f"{source} has no layout that is known here: {_LAYOUT}")
        pictures = zips[0]
    if ferplus is None:
        folder = pictures if pictures.is_dir() else pictures.parent
        beside = folder / "fer2013new.csv"
        return pictures, beside if beside.exists() else None
    if not ferplus.exists():
        raise DataError(f"there are no FER+ votes at {ferplus}")
    return pictures, ferplus


def _pictures_in(source: Path) -> Iterator[tuple[str, bytes]]:
    """Name inside the dataset and bytes of every picture, in the order of names."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.suffix.lower() in _PICTURES:
                yield path.relative_to(source).as_posix(), path.read_bytes()
        return
    try:
        with zipfile.ZipFile(source) as archive:
            for name in sorted(archive.namelist()):
                if Path(name).suffix.lower() in _PICTURES:
                    yield name, archive.read(name)
    except zipfile.BadZipFile as broken:
        raise DataError(f"{source} is not a whole zip file: {broken}") from broken


def read(source: Path, votes_file: Path | None) -> dict[Split, Faces]:
    """Every split that the pictures hold; unreadable ones are named and left out."""
    table = [] if votes_file is None else _read_votes(votes_file)
    found: dict[Split, list[tuple[NDArray[np.uint8], int, list[int], int]]] = {}
    unreadable: list[str] = []
    for name, data in _pictures_in(source):
        placed = _place(name)
        if placed is None:
            continue
        split, label, row = placed
        pixels = _decode(data)
        if pixels is None:
            unreadable.append(name)
            continue
        votes = [0] * len(VOTE_COLUMNS)
        if 0 <= row < len(table) and table[row][0] == split:
            votes = table[row][1]
        found.setdefault(split, []).append((pixels, label, votes, row))
    if not found:
        raise DataError(f"{source} has no layout that is known here: {_LAYOUT}")
    return {
        split: Faces(
            np.stack([entry[0] for entry in found[split]]),
            np.array([entry[1] for entry in found[split]], dtype=np.int64),
            np.array([entry[2] for entry in found[split]], dtype=np.int64),
            np.array([entry[3] for entry in found[split]], dtype=np.int64),
            tuple(unreadable),
        )
        for split in SPLITS
        if split in found
    }


def _place(name: str) -> tuple[Split, int, int] | None:
    """Split, label and row that a picture's name tells."""
    parts = Path(name).parts
    if len(parts) < 2 or parts[-2].lower() not in _MOOD_FOLDERS:
        return None
    label = MOODS.index(_MOOD_FOLDERS[parts[-2].lower()])
    match = _STEM.match(Path(name).stem)
    if match:
        return cast(Split, match[1]), label, int(match[2])
    for part in parts[:-2]:
        if part.lower() in _FOLDER_SPLITS:
            return _FOLDER_SPLITS[part.lower()], label, -1
    return None


def _decode(data: bytes) -> NDArray[np.uint8] | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError):
        return None
    if grey.size != (48, 48):
        grey = grey.resize((48, 48), Image.Resampling.BILINEAR)
    return np.asarray(grey, dtype=np.uint8)


def _read_votes(path: Path) -> list[tuple[str, list[int]]]:
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = {"Usage", *VOTE_COLUMNS} - set(reader.fieldnames or ())
        if missing:
            raise DataError(f"{path} is no FER+ table: it lacks {', '.join(sorted(missing))}")
        return [(line["Usage"], [int(line[column]) for column in VOTE_COLUMNS]) for line in reader]
