"""What a scan need not read again: the files that the library has, each with size and change time.

The scan's child reads it from library.db by itself: 100,000 files are too much to be handed over by
the one loop that has the music to think of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from edge.library.opening import opened_to_read
from edge.library.rows import Job, Known

_PATIENCE_S = 5.0
_TABLES = ("files", "playlists")


def known_below(database: sqlite3.Connection, starts: Sequence[str]) -> Known:
    """Of these files, and of those in these folders."""
    known: Known = {}
    for start in starts:
        for table in _TABLES:
            rows = database.execute(
                f"SELECT path, size, mtime_ns FROM {table}"  # noqa: S608 - one of two of ours
                " WHERE path = ?1 OR (path > ?1 || '/' AND path < ?1 || '0')",
                (start.rstrip("/"),),
            )
            known.update({path: (size, mtime_ns) for path, size, mtime_ns in rows})
    return known


def known_for(job: Job) -> Known:
    """What this scan may pass over, and what it may miss."""
    if job.library is None:
        known = job.known
    else:
        with closing(opened_to_read(Path(job.library), _PATIENCE_S)) as database:
            known = known_below(database, [place.start for place in job.places])
    return dict.fromkeys(known, (-1, -1)) if job.full else known
