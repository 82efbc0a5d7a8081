"""Which songs box has still to be told of: all of them when it starts, and then what changes.

All of 100,000 songs at once would hold its loop up for seconds, so it asks for a few at a time.
Their ids are hashes: in the order of the ids the first few are a fair sample of all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from itertools import islice

_NEXT = """
SELECT DISTINCT id FROM files
WHERE id > ?1 AND root IN (SELECT value FROM json_each(?2)) AND away = 0 ORDER BY id LIMIT ?3
"""


class Untold:
    """Each id once, however often it changes before it is asked for."""

    def __init__(self, database: sqlite3.Connection, roots: Callable[[], str]) -> None:
        """`roots`: the library's folders as a JSON list."""
        self._database = database
        self._roots = roots
        self._changed: dict[str, None] = {}
        self._after: str | None = ""
        """All songs up to this id were told; None: all of them."""

    @property
    def any(self) -> bool:
        """There is something to tell."""
        return bool(self._changed) or self._after is not None

    def add(self, ids: Iterable[str]) -> None:
        self._changed.update(dict.fromkeys(ids))

    def take(self, most: int) -> list[str]:
        """The next ones; changes first, for they are what somebody waits for."""
        ids = list(islice(self._changed, most))
        for name in ids:
            del self._changed[name]
        if not ids and self._after is not None:
            rows = self._database.execute(_NEXT, (self._after, self._roots(), most))
            ids = [name for (name,) in rows]
            self._after = ids[-1] if len(ids) == most else None
        return ids
