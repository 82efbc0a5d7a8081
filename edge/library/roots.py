"""The library's folders: those of the configuration, and those that `library scan PATH` took in."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence

import msgspec

from edge.library.rows import Place


class Roots:
    """None of them stands within another; whoever calls holds the transaction."""

    def __init__(
        self, database: sqlite3.Connection, given: Sequence[str], starter: Sequence[str]
    ) -> None:
        """`starter` are the folders where there are no others."""
        self._database = database
        self._given = tuple(given)
        self._starter = tuple(starter)
        self.all: tuple[str, ...] = ()
        self._look()

    def encoded(self) -> str:
        """As a JSON list, for a statement."""
        return msgspec.json.encode(self.all).decode()

    def places(self, paths: Sequence[str]) -> list[Place]:
        """Where these paths stand; one outside all folders is a folder of its own."""
        places = []
        starts = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - links keep their names
        for start in dict.fromkeys(starts):
            if any(start.startswith(f"{other.rstrip('/')}/") for other in starts):
                continue
            root = next((r for r in self.all if start == r or start.startswith(f"{r}/")), start)
            places.append(Place(root=root, start=start))
        return places

    def join(self, paths: Sequence[str], *, leave: bool) -> None:
        """Take folders outside the library into it, or out of it again."""
        if leave:
            each = [(os.path.abspath(path),) for path in paths]  # noqa: PTH100 - links are kept
            self._database.executemany("DELETE FROM roots WHERE path = ?", each)
        else:
            new = [(p.start,) for p in self.places(paths) if p.root == p.start]
            self._database.executemany("INSERT OR IGNORE INTO roots VALUES (?)", new)
        self._look()

    def _look(self) -> None:
        joined = [path for (path,) in self._database.execute("SELECT path FROM roots")]
        wanted = list(dict.fromkeys((*self._given, *joined))) or list(self._starter)
        self.all = tuple(
            root for root in wanted if not any(root.startswith(f"{other}/") for other in wanted)
        )

    def settle(self) -> None:
        """Files keep with the folder that holds them now."""
        for root in self.all:
            for table in ("files", "playlists"):
                self._database.execute(
                    f"UPDATE {table} SET root = ?1"  # noqa: S608 - one of two names of ours
                    " WHERE path > ?1 || '/' AND path < ?1 || '0' AND root <> ?1",
                    (root,),
                )
