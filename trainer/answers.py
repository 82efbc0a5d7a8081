"""A teacher's answers to the training faces, kept small so that anybody can distil from them.

One file per teacher: float16 logits of ten looks at each face, averaged, in the order of the
dataset's Training split, for each head.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from edge.eye.emotion import softmax
from trainer.archive import write_arrays
from trainer.checkpoint import logits_of
from trainer.errors import RunError
from trainer.faces import Dataset
from trainer.networks import HEADS, Network
from trainer.targets import Targets

SHIFTS = ((0, 0), (-3, -3), (-3, 3), (3, -3), (3, 3))
"""In pixels, right and down; with the mirrored faces these are ten looks."""


def ten_looks(
    network: Network, pixels: NDArray[np.uint8], told: Callable[[int, int], None] | None = None
) -> tuple[NDArray[np.float32], ...]:
    """The logarithm of the mean probabilities over ten crops, for each head."""
    total: list[NDArray[np.float64]] = [np.zeros((len(pixels), 7)) for _ in network.heads]
    # Kept as float16, so nothing is lost by it; elsewhere bfloat16 is slower than float32.
    quick = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    looks = [(shift, mirror) for shift in SHIFTS for mirror in (False, True)]
    for number, (shift, mirror) in enumerate(looks):
        seen = _moved(pixels, *shift)
        seen = np.ascontiguousarray(seen[:, :, ::-1]) if mirror else seen
        with torch.autocast("cpu", torch.bfloat16, enabled=quick):
            given = logits_of(network, seen)
        for place, logits in enumerate(given):
            total[place] += softmax(logits, 1.0) / len(looks)
        if told is not None:
            told(number + 1, len(looks))
    return tuple(np.log(mean + 1e-7).astype(np.float32) for mean in total)


def _moved(pixels: NDArray[np.uint8], right: int, down: int) -> NDArray[np.uint8]:
    faces = torch.from_numpy(pixels).unsqueeze(1).float()
    padded = F.pad(faces, (3, 3, 3, 3), mode="replicate").squeeze(1)
    top, left = 3 - down, 3 - right
    moved: NDArray[np.uint8] = padded[:, top : top + 48, left : left + 48].byte().numpy()
    return moved


def write_answers(
    network: Network,
    dataset: Dataset,
    path: Path,
    told: Callable[[int, int], None] | None = None,
) -> None:
    """Ask a two-headed teacher about every training face."""
    if network.heads != HEADS:
        raise RunError("only a network with both heads can teach")
    perceived, fer2013 = ten_looks(network, dataset["Training"].pixels, told)
    arrays = {
        "perceived": perceived.astype(np.float16),
        "fer2013": fer2013.astype(np.float16),
        "data_sha256": np.array(dataset.sha256),
    }
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
