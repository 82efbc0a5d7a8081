"""Keeps a dataset that was read once as one array file outside the project."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.faces import SPLITS, Faces, Reading, Split
from trainer.layouts.stores import File, Folder

VERSION = 2
"""Raised when a layout is read otherwise than before."""


def cache_folder() -> Path:
    """Where it is kept unless told otherwise."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "moodbox-train"


def fingerprint(source: Path, votes_file: Path | None) -> str:
    """Another one as soon as any file of the data is another."""
    digest = hashlib.sha256(f"cache {VERSION}".encode())
    stores = [Folder(source) if source.is_dir() else File(source)]
    stores += [File(votes_file)] if votes_file is not None else []
    for store in stores:
        digest.update(f"\n{store.path.resolve()}\n".encode(errors="surrogateescape"))
        for entry in store.entries:
            digest.update(f"{entry.name} {entry.stamp}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()[:24]


def write(path: Path, splits: dict[Split, Faces], reading: Reading) -> None:
    """Keep a dataset; a full or locked disk is no reason to fail."""
    arrays: dict[str, NDArray[np.generic]] = {
        "reading": np.frombuffer(msgspec.json.encode(reading), dtype=np.uint8)
    }
    for split, faces in splits.items():
        arrays[f"{split}.pixels"] = faces.pixels
        arrays[f"{split}.labels"] = faces.labels
        arrays[f"{split}.votes"] = faces.votes
        arrays[f"{split}.rows"] = faces.rows
    part = path.with_suffix(f".{os.getpid()}.part.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(part, **arrays)  # packing would save 5 % and cost 4 s
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()


def kept(path: Path) -> tuple[dict[Split, Faces], Reading] | None:
    """What was kept; None where there is nothing, or something broken."""
    try:
        with np.load(path) as arrays:
            reading = msgspec.json.decode(arrays["reading"].tobytes(), type=Reading)
            splits = {
                split: Faces(
                    *(arrays[f"{split}.{part}"] for part in ("pixels", "labels", "votes", "rows"))
                )
                for split in SPLITS
                if f"{split}.pixels" in arrays
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError):
        return None
    return splits, reading
