"""FER2013 as a table: `fer2013.csv`, `icml_face_data.csv`, and `train.csv` without Usage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.messages import MOODS
from trainer.errors import DataError
from trainer.faces import SPLITS, Broken, Split
from trainer.layouts.gathering import Gathering
from trainer.layouts.stores import FAILURES, Entry, Store, UnreadableError, reason

SIDE = 48
LONGEST_LINE = 1 << 16
"""Bytes; a face takes 9,300 at most."""
BIGGEST_TABLE = 1 << 30
"""Bytes; fer2013.csv has 301 million. Packed, a bigger one is a trap."""
MOST_BROKEN = 50_000
"""More than FER2013 has rows: this is something else."""
_KNOWN: dict[str, Split] = {split.lower(): split for split in SPLITS}
_EMOTIONS = tuple(str(label).encode() for label in range(len(MOODS)))
_QUOTES = b' "\t\r\n'
_EVERY = 512
"""Rows between two moves of the bar."""


@dataclass(frozen=True)
class Table:
    """Where a table's columns stand; −1 where there is none."""

    entry: Entry
    pixels: int
    emotion: int
    usage: int

    @property
    def whole(self) -> bool:
        """Whether it tells label and split of every face, and so its rows are FER2013's."""
        return self.emotion >= 0 and self.usage >= 0

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """The better, the smaller: whole ones, the well-known names, the outermost."""
        known = ("fer2013.csv", "icml_face_data.csv", "train.csv")
        name = self.entry.parts[-1]
        place = known.index(name) if name in known else len(known)
        return not self.whole, place, len(self.entry.parts), self.entry.name


def table_in(store: Store, entry: Entry) -> Table | None:
    """The table at `entry` if its first line names pixels; columns in any order and case."""
    try:
        with store.open(entry) as file:
            first = file.readline(4096)
    except PermissionError as refused:
        raise DataError(f"{entry.name} in {store.path} is locked: {refused.strerror}") from refused
    except FAILURES:
        return None
    plain = first.decode("utf-8-sig", errors="replace").lower().split(",")
    names = [name.strip(' "\t\r\n') for name in plain]
    if "pixels" not in names:
        return None
    place = {name: number for number, name in enumerate(names)}
    return Table(entry, place["pixels"], place.get("emotion", -1), place.get("usage", -1))


def read_table(store: Store, table: Table, into: Gathering) -> None:
    """Every good row; the others are named. Without Usage, the file's name tells the split."""
    name, size = table.entry.name, table.entry.size
    if size > BIGGEST_TABLE:
        raise DataError(f"{name} in {store.path} has {size / 2**30:.1f} GiB: more than FER2013 is")
    done = 0
    for row, line in enumerate(_lines(store, table.entry)):
        done += len(line)
        if row % _EVERY == 0:
            into.told(done, size)
        try:
            split, label, pixels = _face(table, line)
        except UnreadableError as broken:
            into.broken.append(Broken(f"{name} row {row}", str(broken)))
            if len(into.broken) > MOST_BROKEN:
                raise DataError(f"{name} is broken all over: row {row}: {broken}") from broken
            continue
        into.add(split, label, row if _rows_count(table) else -1, f"{row}", pixels)
    into.told(size, size)


def _rows_count(table: Table) -> bool:
    """Whether the place in this table is the row in fer2013.csv, as in its training part."""
    return table.whole or _split_of(table) == "Training"


def _split_of(table: Table) -> Split:
    name = table.entry.parts[-1]
    return "PublicTest" if "test" in name or "val" in name else "Training"


def _lines(store: Store, entry: Entry) -> Iterator[bytes]:
    """The lines after the first, empty ones not counted."""
    try:
        with store.open(entry) as file:
            file.readline(LONGEST_LINE)
            while line := file.readline(LONGEST_LINE):
                rest = line
                while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(LONGEST_LINE)
                if not line.isspace():
                    yield line
    except FAILURES as broken:
        raise DataError(f"{entry.name} in {store.path} is damaged: {reason(broken)}") from broken


def _face(table: Table, line: bytes) -> tuple[Split, int, NDArray[np.uint8]]:
    if len(line) >= LONGEST_LINE:
        raise UnreadableError(f"a line of {LONGEST_LINE >> 10} KiB or more")
    cells = line.split(b",")
    last = max(table.pixels, table.emotion, table.usage)
    if len(cells) <= last:
        raise UnreadableError(f"{len(cells)} columns instead of {last + 1}")
    emotion = cells[table.emotion].strip(_QUOTES)
    if emotion not in _EMOTIONS:
        raise UnreadableError(f"emotion {_shown(emotion)} is none of 0 to {len(MOODS) - 1}")
    split = _split_of(table)
    if table.usage >= 0:
        usage = cells[table.usage].strip(_QUOTES).decode("ascii", errors="replace")
        if usage.lower() not in _KNOWN:
            raise UnreadableError(f"Usage {usage[:20]!r} is none of {', '.join(SPLITS)}")
        split = _KNOWN[usage.lower()]
    return split, _EMOTIONS.index(emotion), _pixels(cells[table.pixels].strip(_QUOTES))


def _pixels(text: bytes) -> NDArray[np.uint8]:
    stray = text.translate(None, b"0123456789 ")
    if stray:
        raise UnreadableError(f"pixels hold {_shown(stray)}, which is no number")
    # Text goes through fromstring at 40 µs a face; split() and int() take 200.
    values = np.fromstring(text.decode("ascii"), dtype=np.int64, sep=" ")
    if len(values) != SIDE * SIDE:
        raise UnreadableError(f"{len(values)} pixels instead of {SIDE * SIDE}")
    if values.max() > 255:
        raise UnreadableError(f"a pixel of {values.max()}, beyond 255")
    return values.astype(np.uint8).reshape(SIDE, SIDE)


def _shown(cell: bytes) -> str:
    return repr(cell[:20].decode("ascii", errors="replace"))
