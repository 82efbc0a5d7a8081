"""Finds which layout a path holds: whole tables first, then pictures, then what archives hold."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.errors import DataError
from trainer.layouts.pictures import SUFFIXES, PictureSet, lack_split, picture_sets
from trainer.layouts.stores import Entry, File, Store, is_archive, open_store
from trainer.layouts.tables import Table, table_in
from trainer.layouts.votes import FILE

ACCEPTED = (
    "fer2013.csv or icml_face_data.csv (columns emotion, pixels, Usage),"
    " train/<emotion>/*.jpg with test/<emotion>/*.jpg or with validation/<emotion>/*.jpg;"
    " each as it is, in a folder, in a .zip or in a .tar.gz;"
    f" and beside it {FILE} for the FER+ votes"
)
_ORDER = (
    "a table with every split comes first, then pictures, then archives, then other tables;"
    " of pictures the most, then the outermost"
)


@dataclass(frozen=True)
class Layout:
    """What is to be read of a store: tables, or else pictures."""

    tables: tuple[Table, ...] = ()
    pictures: PictureSet | None = None
    aside: tuple[str, ...] = ()
    """What else lies there and is not read."""
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether an archive beside it could hold nothing better."""
        return self.pictures is not None or any(table.whole for table in self.tables)

    def named(self, store: Store) -> str:
        """In words."""
        if self.pictures is not None:
            return _root(store, self.pictures)
        names = " and ".join(table.entry.name for table in self.tables)
        return names if store.path.name == names else f"{names} in {_name(store)}"


@contextlib.contextmanager
def found(source: Path) -> Iterator[tuple[Store, Store, Layout]]:
    """The store at `source`, the one to read (an archive inside it, or the same), and what."""
    with contextlib.ExitStack() as stack:
        outer = stack.enter_context(open_store(source))
        layout = layout_in(outer)
        archives = _archives(outer) if source.is_dir() else []
        if layout is not None and layout.whole:
            yield outer, outer, _telling(outer, layout, [entry.name for entry in archives])
            return
        refused: list[str] = []
        for entry in archives:
            inner = _opened(stack, Path(entry.key), refused)
            inside = None if inner is None else layout_in(inner)
            if inner is None or inside is None or (layout is not None and not inside.whole):
                continue
            others = [other.name for other in archives if other is not entry]
            others += [] if layout is None else [table.entry.name for table in layout.tables]
            yield outer, inner, _telling(inner, inside, others, refused)
            return
        if layout is None:
            raise DataError(refused[0] if refused else _unknown(outer))
        yield outer, outer, _telling(outer, layout, [], refused)


def layout_in(store: Store) -> Layout | None:
    """The best of what lies directly in a store, archives in it not looked into."""
    given = [table_in(store, entry) for entry in store.entries if entry.parts[-1].endswith(".csv")]
    tables = sorted((table for table in given if table is not None), key=lambda table: table.rank)
    sets = picture_sets(store.entries)
    names = [table.entry.name for table in tables]
    if tables and tables[0].whole:
        return Layout((tables[0],), None, (*names[1:], *(_root(store, one) for one in sets)))
    if sets:
        return Layout((), sets[0], (*(_root(store, one) for one in sets[1:]), *names))
    labelled = [table for table in tables if table.emotion >= 0]
    home = labelled[0].entry.parts[:-1] if labelled else ()
    taken = tuple(table for table in labelled if table.entry.parts[:-1] == home)
    if not taken:
        return None
    aside = tuple(table.entry.name for table in labelled if table not in taken)
    blind = [table.entry.name for table in tables if table.emotion < 0]
    return Layout(taken, None, aside, tuple(f"{name} has no labels: left aside" for name in blind))


def _archives(folder: Store) -> list[Entry]:
    """Those named after the dataset first."""
    every = [entry for entry in folder.entries if is_archive(entry.name)]
    return sorted(every, key=lambda one: ("fer" not in one.parts[-1], len(one.parts), one.name))


def _opened(stack: contextlib.ExitStack, path: Path, refused: list[str]) -> Store | None:
    try:
        return stack.enter_context(open_store(path))
    except DataError as broken:
        refused.append(str(broken))
        return None


def _telling(
    store: Store, layout: Layout, others: Sequence[str], refused: Sequence[str] = ()
) -> Layout:
    """The layout with a note about what it was preferred to."""
    aside = (*layout.aside, *others)
    notes = [*layout.notes, *refused]
    if aside:
        left = ", ".join(aside[:8]) + (f" and {len(aside) - 8} more" if len(aside) > 8 else "")
        notes.append(f"{layout.named(store)} was taken, as {_ORDER}; left aside: {left}")
    return Layout(layout.tables, layout.pictures, aside, tuple(notes))


def _root(store: Store, pictures: PictureSet) -> str:
    inside = f"{pictures.root}/ of " if pictures.root else ""
    return f"the pictures in {inside}{_name(store)}"


def _name(store: Store) -> str:
    return store.path.absolute().name


def _unknown(store: Store) -> str:
    names = [entry.parts[-1] for entry in store.entries]
    if not names:
        return f"{store.path} is empty; known are: {ACCEPTED}"
    if set(names) == {FILE}:
        return f"{store.path} holds the FER+ votes alone; the faces are needed too: {ACCEPTED}"
    if isinstance(store, File) and names[0].endswith(SUFFIXES):
        return f"{store.path} is one picture, no dataset; known are: {ACCEPTED}"
    if lack_split(store.entries):
        return (
            f"{store.path} has folders of moods and nothing that tells train from test;"
            f" known are: {ACCEPTED}"
        )
    return f"{store.path} has no layout that is known here; known are: {ACCEPTED}"
