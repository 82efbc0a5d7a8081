"""Finds faces that stand in a dataset more than once, pixel for pixel."""

from __future__ import annotations

import hashlib
from itertools import combinations

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.faces import Dataset, Faces


class Within(msgspec.Struct, frozen=True, kw_only=True):
    """Copies inside one split."""

    pictures: int
    """Different pictures that stand more than once in it."""
    spare: int
    """Faces that could go without losing a picture."""
    under_other_labels: int


class Across(msgspec.Struct, frozen=True, kw_only=True):
    """Copies from one split to another."""

    first: str
    second: str
    pictures: int
    """Different pictures that stand in both."""
    faces_of_first: int
    """Faces of the first split whose pixels stand in the second."""
    under_other_labels: int
    """Of the pictures, those whose labels in the two differ."""


class Copies(msgspec.Struct, frozen=True, kw_only=True):
    """How far exact copies spoil a dataset. A blank face is a copy of another blank one."""

    pictures: int
    """Different pictures that stand more than once, in whichever splits."""
    faces: int
    """All faces that show one of them."""
    under_other_labels: int
    """Of the pictures, those that stand under more than one label."""
    within: dict[str, Within]
    across: tuple[Across, ...]


Labels = dict[bytes, list[int]]
"""The labels of all faces with the same pixels."""


def count_copies(dataset: Dataset) -> Copies:
    """Compare every face with every other."""
    of_split = {split: _labels(faces) for split, faces in dataset.splits.items()}
    everywhere: Labels = {}
    for labels in of_split.values():
        for key, found in labels.items():
            everywhere.setdefault(key, []).extend(found)
    double = [found for found in everywhere.values() if len(found) > 1]
    return Copies(
        pictures=len(double),
        faces=sum(map(len, double)),
        under_other_labels=sum(len(set(found)) > 1 for found in double),
        within={split: _within(labels) for split, labels in of_split.items()},
        across=tuple(
            _across(first, of_split[first], second, of_split[second])
            for first, second in combinations(of_split, 2)
        ),
    )


def _labels(faces: Faces) -> Labels:
    found: Labels = {}
    for pixels, label in zip(faces.pixels, faces.labels.tolist(), strict=True):
        found.setdefault(_key(pixels), []).append(label)
    return found


def _key(pixels: NDArray[np.uint8]) -> bytes:
    return hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()


def _within(labels: Labels) -> Within:
    double = [found for found in labels.values() if len(found) > 1]
    return Within(
        pictures=len(double),
        spare=sum(len(found) - 1 for found in double),
        under_other_labels=sum(len(set(found)) > 1 for found in double),
    )


def _across(first: str, one: Labels, second: str, other: Labels) -> Across:
    shared = one.keys() & other.keys()
    return Across(
        first=first,
        second=second,
        pictures=len(shared),
        faces_of_first=sum(len(one[key]) for key in shared),
        under_other_labels=sum(len({*one[key], *other[key]}) > 1 for key in shared),
    )
