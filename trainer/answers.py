"""A teacher's answers to the training faces, kept small so that anybody can distil from them.

One file per teacher: float16 logits of ten looks at each face, averaged, in the order of the
dataset's Training split, for each head.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import softmax
from trainer.archive import write_arrays
from trainer.errors import RunError
from trainer.faces import Dataset
from trainer.targets import HEADS, Targets


def write_answers(logits: Sequence[NDArray[np.float32]], dataset: Dataset, path: Path) -> None:
    """Keep what a two-headed teacher says of every training face."""
    if len(logits) != len(HEADS):
        raise RunError("only a network with both heads can teach")
    arrays: dict[str, NDArray[np.generic]] = {"data_sha256": np.array(dataset.sha256)}
    arrays |= {head: given.astype(np.float16) for head, given in zip(HEADS, logits, strict=True)}
    write_arrays(path, arrays)


def read_answers(
    files: Sequence[Path], dataset: Dataset, heat: float = 1.0
) -> tuple[Targets, tuple[str, ...]]:
    """The mean of all teachers' shares at this temperature, and the hashes of the files."""
    means = {head: np.zeros((len(dataset["Training"]), 7)) for head in HEADS}
    hashes = []
    for path in files:
        try:
            content = path.read_bytes()
            with np.load(io.BytesIO(content)) as kept:
                if str(kept["data_sha256"]) != dataset.sha256:
                    raise RunError(f"{path} answers about another dataset than this one")
                for head in HEADS:
                    means[head] += softmax(kept[head].astype(np.float32), heat) / len(files)
        except OSError as missing:
            raise RunError(f"the answers {path} cannot be read: {missing.strerror}") from missing
        except (ValueError, KeyError, zipfile.BadZipFile) as broken:
            raise RunError(f"{path} holds no teacher's answers: {broken}") from broken
        hashes.append(hashlib.sha256(content).hexdigest())
    shares = {head: mean.astype(np.float32) for head, mean in means.items()}
    return Targets(**shares), tuple(sorted(hashes))
