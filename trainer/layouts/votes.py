"""The FER+ votes, read from `fer2013new.csv` and joined by row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trainer.errors import DataError
from trainer.faces import SPLITS, VOTE_COLUMNS, Broken, Faces, Split, majority
from trainer.layouts.gathering import Gathering

FILE = "fer2013new.csv"
BIGGEST = 64 << 20
ENOUGH = 50
"""Clear faces, from which on the check below says something."""
ALIKE = 0.5
"""Share of clear faces with the same label and majority: 0.72 if joined rightly, 0.2 if not."""


@dataclass(frozen=True)
class Votes:
    """A FER+ table; row i is row i of fer2013.csv."""

    name: str
    splits: NDArray[np.int64]
    """Place in SPLITS, −1 where the table names another."""
    counts: NDArray[np.int64]
    """n × 10 in the order of VOTE_COLUMNS."""


def parse_votes(name: str, content: bytes, into: Gathering) -> Votes:
    """The table; a damaged line is named and counts as no votes."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        columns = {title.strip(): title for title in reader.fieldnames or ()}
        missing = {"Usage", *VOTE_COLUMNS} - columns.keys()
        if missing:
            raise DataError(f"{name} is no FER+ table: it lacks {', '.join(sorted(missing))}")
        splits, counts = [], []
        for row, line in enumerate(reader):
            told = line[columns["Usage"]] or ""
            splits.append(SPLITS.index(told) if told in SPLITS else -1)
            cells = [line[columns[column]] or "" for column in VOTE_COLUMNS]
            if not all(cell.isdecimal() and len(cell) < 4 for cell in cells):
                into.broken.append(Broken(f"{name} row {row}", "its votes are no numbers"))
                cells = ["0"] * len(VOTE_COLUMNS)
            counts.append([int(cell) for cell in cells])
    except (UnicodeDecodeError, csv.Error) as broken:
        raise DataError(f"{name} is no FER+ table: {broken}") from broken
    table = np.array(counts, dtype=np.int64).reshape(-1, len(VOTE_COLUMNS))
    return Votes(name, np.array(splits, dtype=np.int64), table)


def join(splits: dict[Split, Faces], votes: Votes, into: Gathering) -> dict[Split, Faces]:
    """The same faces with their votes, where the row is known and of the same split."""
    if all((faces.rows < 0).all() for faces in splits.values()):
        into.notes.append(
            f"{votes.name} is not joined: it names rows of fer2013.csv,"
            " and here no row is known; with fer2013.csv itself it would be"
        )
        return splits
    joined = {split: _with_votes(split, faces, votes) for split, faces in splits.items()}
    clear = alike = 0
    for faces in joined.values():
        said = majority(faces.votes)
        clear += int((said >= 0).sum())
        alike += int((said == faces.labels).sum())
    if clear >= ENOUGH and alike < ALIKE * clear:
        into.notes.append(
            f"{votes.name} is not joined: its majority is the label of {alike / clear:.0%} only,"
            " so these are not the rows that it is about"
        )
        return splits
    every = sum(map(len, joined.values()))
    given = sum(int(faces.votes.any(axis=1).sum()) for faces in joined.values())
    if given < every:
        into.notes.append(
            f"{given:,} of {every:,} faces got votes;"
            f" {votes.name} has none for the rows of the others, or names another split for them"
        )
    return joined


def _with_votes(split: Split, faces: Faces, votes: Votes) -> Faces:
    known = (faces.rows >= 0) & (faces.rows < len(votes.splits))
    rows = np.where(known, faces.rows, 0)
    if len(votes.splits) == 0:
        return faces
    known &= votes.splits[rows] == SPLITS.index(split)
    return replace(faces, votes=np.where(known[:, None], votes.counts[rows], 0))
