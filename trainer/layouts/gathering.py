"""Collects faces while a layout is read, and puts them in the one order that all layouts share."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trainer.faces import SPLITS, VOTE_COLUMNS, Broken, Faces, Split

Told = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


class Gathering:
    """Faces, and what was wrong with the others."""

    def __init__(self, told: Told | None = None) -> None:
        self.told: Told = told or (lambda _done, _of: None)
        self.notes: list[str] = []
        self.broken: list[Broken] = []
        self.resized = 0
        self.coloured = 0
        self._faces: dict[Split, list[tuple[int, int, str, NDArray[np.uint8]]]] = {}

    def add(self, split: Split, label: int, row: int, name: str, pixels: NDArray[np.uint8]) -> None:
        """One face; `row` is −1 where fer2013.csv's is not known, and then the name orders it."""
        self._faces.setdefault(split, []).append((row, label, name, pixels))

    def __len__(self) -> int:
        return sum(map(len, self._faces.values()))

    def splits(self) -> dict[Split, Faces]:
        """By row where it is known, else by label and name; votes are still zero."""
        done: dict[Split, Faces] = {}
        for split in SPLITS:
            if split not in self._faces:
                continue
            found = sorted(self._faces[split], key=lambda face: (face[0], face[1], _order(face[2])))
            done[split] = Faces(
                pixels=np.stack([pixels for *_, pixels in found]),
                labels=np.array([label for _, label, *_ in found], dtype=np.int64),
                votes=np.zeros((len(found), len(VOTE_COLUMNS)), dtype=np.int64),
                rows=np.array([row for row, *_ in found], dtype=np.int64),
            )
        return done


def _order(name: str) -> tuple[list[tuple[int, str]], str]:
    """9.jpg before 10.jpg."""
    runs = re.findall(r"\d+|\D+", name.lower())
    return [(int(run), "") if run.isdecimal() else (-1, run) for run in runs], name
