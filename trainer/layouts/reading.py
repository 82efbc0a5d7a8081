"""Reads whatever layout a path holds into splits of faces, with the FER+ votes."""

from __future__ import annotations

from pathlib import Path

from trainer.errors import DataError
from trainer.faces import Faces, Reading, Split
from trainer.layouts.choice import ACCEPTED, found
from trainer.layouts.gathering import Gathering, Told
from trainer.layouts.pictures import read_pictures
from trainer.layouts.stores import Entry, File, Store, UnreadableError, read_whole
from trainer.layouts.tables import read_table
from trainer.layouts.votes import BIGGEST, FILE, join, parse_votes


def read(
    source: Path, ferplus: Path | None, told: Told | None = None
) -> tuple[dict[Split, Faces], Reading]:
    """All faces at `source` and what there is to say about them."""
    into = Gathering(told)
    with found(source) as (outer, store, layout):
        into.notes += [*outer.troubles, *layout.notes]
        for table in layout.tables:
            read_table(store, table, into)
        if layout.pictures is not None:
            read_pictures(store, layout.pictures, into)
        taken = layout.named(store)
        if not len(into):
            raise DataError(_nothing_good(taken, into))
        splits = into.splits()
        votes = _votes(ferplus, (outer, store), source)
        if votes is None:
            into.notes.append(f"no FER+ votes: give {FILE} with --ferplus, or lay it beside")
        else:
            where, entry = votes
            table_of_votes = parse_votes(entry.name, _content(where, entry), into)
            splits = join(splits, table_of_votes, into)
    reading = Reading(taken, tuple(into.notes), tuple(into.broken), into.resized, into.coloured)
    return splits, reading


def votes_beside(source: Path, ferplus: Path | None) -> Path | None:
    """The file of votes that was given, or else lies in the same folder as `source`."""
    home = source.absolute().parent if ferplus is None else ferplus
    within = [path for path in sorted(home.glob("*.csv")) if path.name.lower() == FILE]
    if ferplus is None or within:
        return within[0] if within else None
    if not ferplus.is_file():
        raise DataError(f"there are no FER+ votes at {ferplus}")
    return ferplus


def _votes(
    ferplus: Path | None, stores: tuple[Store, ...], source: Path
) -> tuple[Store, Entry] | None:
    """What was given, else the outermost inside, else what lies beside."""
    if ferplus is None:
        for store in stores:
            within = [entry for entry in store.entries if entry.parts[-1] == FILE]
            if within:
                return store, min(within, key=lambda entry: (len(entry.parts), entry.name))
    beside = votes_beside(source, ferplus)
    if beside is None:
        return None
    file = File(beside)
    return file, file.entries[0]


def _content(store: Store, entry: Entry) -> bytes:
    try:
        return read_whole(store, entry, BIGGEST)
    except UnreadableError as reason:
        raise DataError(f"the FER+ votes in {entry.name} cannot be read: {reason}") from reason


def _nothing_good(taken: str, into: Gathering) -> str:
    if not into.broken:
        return f"{taken} holds no face; known are: {ACCEPTED}"
    first = into.broken[0]
    return (
        f"nothing in {taken} can be read: {len(into.broken)} broken,"
        f" the first {first.name}: {first.reason}"
    )
