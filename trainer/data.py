"""FER2013 with its FER+ votes, read once and kept as one compressed array file.

Accepted: a folder or zip of `train|test/<emotion>/<Training|PublicTest>_<row>.webp`, with the
votes in `fer2013new.csv` given or lying beside; or a folder that holds both files.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.faces import SPLITS, Dataset, Faces, Split
from trainer.layouts import locate, read


def load(source: Path, ferplus: Path | None = None, cache: Path | None = None) -> Dataset:
    """The dataset at `source`; the second time from a cache outside the project."""
    pictures, votes_file = locate(source, ferplus)
    kept = (cache or _cache_folder()) / f"{_fingerprint(pictures, votes_file)}.npz"
    if not kept.exists():
        _write_cache(kept, read(pictures, votes_file))
    return _read_cache(kept)


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "moodbox-train"


def _fingerprint(pictures: Path, votes_file: Path | None) -> str:
    listed = sorted(pictures.rglob("*")) if pictures.is_dir() else [pictures]
    if votes_file is not None:
        listed.append(votes_file)
    digest = hashlib.sha256(b"cache 1")
    for path in listed:
        about = path.stat()
        digest.update(f"{path.resolve()} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def _write_cache(path: Path, splits: dict[Split, Faces]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.generic]] = {}
    for split, faces in splits.items():
        arrays[f"{split}.pixels"] = faces.pixels
        arrays[f"{split}.labels"] = faces.labels
        arrays[f"{split}.votes"] = faces.votes
        arrays[f"{split}.rows"] = faces.rows
        arrays["unreadable"] = np.array(faces.unreadable, dtype=np.str_)
    part = path.with_suffix(f".{os.getpid()}.part.npz")
    np.savez_compressed(part, **arrays)
    part.replace(path)


def _read_cache(path: Path) -> Dataset:
    splits: dict[Split, Faces] = {}
    digest = hashlib.sha256()
    with np.load(path) as kept:
        unreadable = tuple(str(name) for name in kept["unreadable"])
        for split in SPLITS:
            if f"{split}.pixels" not in kept:
                continue
            rows, labels = kept[f"{split}.rows"], kept[f"{split}.labels"]
            order = np.lexsort((labels, rows))
            pixels, votes = kept[f"{split}.pixels"][order], kept[f"{split}.votes"][order]
            faces = Faces(pixels, labels[order], votes, rows[order], unreadable)
            splits[split] = faces
            for array in (faces.pixels, faces.labels, faces.votes):
                digest.update(split.encode() + np.ascontiguousarray(array).tobytes())
    return Dataset(splits, digest.hexdigest())
