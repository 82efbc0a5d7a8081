"""The tiny dataset in each form in which people have FER2013, named as Kaggle names them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.unit.tiny_fer2013 import Drawn

OF_ANANTHU = {"disgust": "disgusted", "fear": "fearful", "surprise": "surprised"}


def png(pixels: NDArray[np.uint8]) -> bytes:
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "PNG")
    return held.getvalue()


def text_of(face: Drawn) -> str:
    return " ".join(map(str, face.pixels.reshape(-1).tolist()))


def fer2013_csv(faces: list[Drawn], path: Path) -> Path:
    """The challenge's whole table."""
    lines = [f"{face.label},{text_of(face)},{face.split}" for face in faces]
    path.write_text("\n".join(["emotion,pixels,Usage", *lines]) + "\n", encoding="utf-8")
    return path


def icml_csv(faces: list[Drawn], path: Path) -> Path:
    """The same as Kaggle serves it today: another order, blanks in the head."""
    lines = [f"{face.label},{face.split},{text_of(face)}" for face in faces]
    path.write_text("\n".join(["emotion, Usage, pixels", *lines]) + "\n", encoding="utf-8")
    return path


def train_and_test_csv(faces: list[Drawn], folder: Path) -> Path:
    """The challenge's first two tables: quoted pixels, no Usage, no labels in test.csv."""
    folder.mkdir(exist_ok=True)
    training = [face for face in faces if face.split == "Training"]
    others = [face for face in faces if face.split != "Training"]
    lines = ["emotion,pixels", *(f'{face.label},"{text_of(face)}"' for face in training)]
    (folder / "train.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["pixels", *(f'"{text_of(face)}"' for face in others)]
    (folder / "test.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def challenge_tar(faces: list[Drawn], path: Path) -> Path:
    """fer2013.tar.gz as the challenge packs it."""
    table = fer2013_csv(faces, path.with_name("packed.csv"))
    with tarfile.open(path, "w:gz") as archive:
        for name in ("README", "fer2013.bib"):
            about = tarfile.TarInfo(f"fer2013/{name}")
            about.size = 4
            archive.addfile(about, io.BytesIO(b"text"))
        archive.add(table, "fer2013/fer2013.csv")
    table.unlink()
    return path


def by_row(faces: list[Drawn]) -> dict[str, bytes]:
    """train|test/<emotion>/<split>_<row>.png"""
    parts = {"Training": "train", "PublicTest": "test", "PrivateTest": "test"}
    return {
        f"{parts[face.split]}/{face.mood}/{face.split}_{face.row}.png": png(face.pixels)
        for face in faces
    }


def msambare(faces: list[Drawn]) -> dict[str, bytes]:
    """The same, but with numbers of its own that are no rows."""
    return {
        name.replace(f"_{face.row}.", f"_{(face.row * 7919 + 104729) * 613 % 99999989}."): data
        for (name, data), face in zip(by_row(faces).items(), faces, strict=True)
    }


def jonathanoheix(faces: list[Drawn]) -> dict[str, bytes]:
    """images/train|validation/<emotion>/<n>.png, and all of it once more one folder deeper."""
    numbers: Counter[tuple[str, str]] = Counter()
    files = {}
    for face in faces:
        part = "train" if face.split == "Training" else "validation"
        place = f"{part}/{face.mood}/{numbers[part, face.mood]}.png"
        files[f"images/{place}"] = files[f"images/images/{place}"] = png(face.pixels)
        numbers[part, face.mood] += 1
    return files


def ananthu017(faces: list[Drawn]) -> dict[str, bytes]:
    """train|test/<angry, disgusted, fearful …>/im<n>.png"""
    numbers: Counter[tuple[str, str]] = Counter()
    files = {}
    for face in faces:
        part = "train" if face.split == "Training" else "test"
        folder = OF_ANANTHU.get(face.mood, face.mood)
        files[f"{part}/{folder}/im{numbers[part, face.mood]}.png"] = png(face.pixels)
        numbers[part, face.mood] += 1
    return files


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def zipped(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(files: dict[str, bytes], path: Path) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return path
