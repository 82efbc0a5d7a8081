"""Opens library.db and history.db: to write, to read beside a writer, and when damaged."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from edge.errors import LibraryError
from edge.library.schema import VERSION, make_current

_log = logging.getLogger("moodbox.library")


def opened_to_read(path: Path, patience_s: float) -> sqlite3.Connection:
    """LibraryError where there is nothing to read."""
    try:
        database = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=patience_s
        )
        version = database.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise LibraryError(
            f"There is no library in {path} to search ({error}): `moodbox library scan` makes it."
        ) from error
    if version != VERSION:
        database.close()
        raise LibraryError(f"{path} is of version {version}: `moodbox library scan` brings it up.")
    return database


def made(database: sqlite3.Connection) -> None:
    """The library's tables, and whether they can be read."""
    make_current(database)
    database.execute("SELECT count(*) FROM opinions").fetchone()


def opened(
    path: Path, patience_s: float, make: Callable[[sqlite3.Connection], None] = made
) -> sqlite3.Connection:
    """The file, made current; one in memory where it cannot be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _connected(str(path), patience_s, make)
    except (OSError, sqlite3.OperationalError) as error:
        # Locked, read-only or full: the file itself may be sound, and is left alone.
        _log.error("%s cannot be used (%s); nothing of it is kept", path, error)
        return _connected(":memory:", patience_s, make)
    except sqlite3.DatabaseError as error:
        aside = path.with_name(f"{path.name}.damaged")
        _log.error("%s is damaged (%s); it is kept as %s and begun anew", path, error, aside)
        path.replace(aside)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        return _connected(str(path), patience_s, make)


@contextlib.contextmanager
def writing(database: sqlite3.Connection, what: str) -> Iterator[None]:
    """One transaction; a full or read-only disk costs the memory, not the music."""
    try:
        with database:
            yield
    except sqlite3.OperationalError as error:
        _log.error("%s cannot be written (%s)", what, error)


def _connected(
    path: str, patience_s: float, make: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    # One thread at a time uses it, but the one that closes it may be another than the loop's.
    database = sqlite3.connect(path, timeout=patience_s, check_same_thread=False)
    try:
        # With WAL, NORMAL loses at most the last moments at a pulled plug, and spares the card.
        database.execute("PRAGMA synchronous = NORMAL")
        # A scan writes fast; with the usual 1000 pages it would wait for the card all the time.
        database.execute("PRAGMA wal_autocheckpoint = 4000")
        # Looking through 100,000 songs with the usual 2 MB asks the kernel for each page.
        database.execute("PRAGMA cache_size = -8000")
        make(database)
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.close()
        raise
    return database
