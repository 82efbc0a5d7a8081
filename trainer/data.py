"""FER2013 with its FER+ votes, in whatever form it lies there; read once, then from a cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from trainer import data_cache
from trainer.bar import counted
from trainer.errors import DataError
from trainer.faces import SPLITS, Dataset, Faces, Reading, Split
from trainer.layouts.reading import read, votes_beside


def load(source: Path, ferplus: Path | None = None, cache: Path | None = None) -> Dataset:
    """The dataset at `source`; the second time from a cache outside the project."""
    if not source.exists():
        raise DataError(f"there is nothing at {source}")
    name = data_cache.fingerprint(source, votes_beside(source, ferplus))
    path = (cache or data_cache.cache_folder()) / f"{name}.npz"
    known = data_cache.kept(path)
    if known is not None:
        return _dataset(*known)
    with counted(f"reads {source.name or source}") as told:
        splits, reading = read(source, ferplus, told)
    data_cache.write(path, splits, reading)
    return _dataset(splits, reading)


def _dataset(splits: dict[Split, Faces], reading: Reading) -> Dataset:
    digest = hashlib.sha256()
    for split in SPLITS:
        if split in splits:
            faces = splits[split]
            for array in (faces.pixels, faces.labels, faces.votes):
                digest.update(split.encode() + np.ascontiguousarray(array).tobytes())
    return Dataset(splits, digest.hexdigest(), reading)
