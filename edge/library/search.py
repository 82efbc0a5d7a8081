"""Finds songs by the beginnings of words, whatever their accents, in Latin letters or Devanagari.

SQLite's FTS5 keeps the words; they are folded here, because its own folding knows Latin only and
takes the vowel signs of Indian scripts for blanks.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from edge.library.romanised import romanised
from edge.messages import Ranked, Track
from edge.mind.ranked import line

WORDS: Final = """
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
  title, artist, album, rest,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'", prefix = '2 3'
)"""
_WEIGHTS: Final = "10.0, 5.0, 3.0, 1.0"
_MOST_WORDS = 12
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "þ": "th",
        "ð": "d",
        **dict.fromkeys("'’`´ʼ\u200c\u200d"),
        "\u0901": "\u0902",  # chandrabindu and anusvara are written for each other
        "\u093c": None,  # so is a letter with its dot and without
    }
)
MOST: Final = 2000
"""Songs that are weighed; of a word that more of them have, the others are counted only."""
_FOUND: Final = f"""
SELECT songs.id, bm25(words, {_WEIGHTS}), songs.number
FROM words JOIN songs ON songs.number = words.rowid WHERE words MATCH ? LIMIT {MOST}"""  # noqa: S608 - the weights above
_ALL: Final = "SELECT count(*) FROM words WHERE words MATCH ?"
_INSIDE: Final = f"""
SELECT songs.id, 0.0, songs.number FROM words JOIN songs ON songs.number = words.rowid
WHERE instr(words.title || ' ' || words.artist || ' ' || words.album, ?) LIMIT {MOST}"""  # noqa: S608 - as above


def fold(text: str) -> str:
    """Small letters without accents, and each sign in one form only."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    bare = "".join(c for c in parts if not ("\u0300" <= c <= "\u036f" or "\u064b" <= c <= "\u065f"))
    return unicodedata.normalize("NFC", bare)


def words_of(
    title: str | None,
    artist: str | None,
    album_artist: str | None,
    album: str | None,
    rest: Iterable[object],
) -> tuple[str, str, str, str]:
    """What is searched of one song, column by column."""
    artists = artist or "" if album_artist in {None, artist} else f"{artist or ''} {album_artist}"
    columns = (title or "", artists, album or "", " ".join(str(one) for one in rest if one))
    folded = [fold(column) for column in columns]
    latin = [romanised(column) for column in columns if not column.isascii()]
    folded[3] = " ".join((folded[3], *filter(None, latin)))
    return folded[0], folded[1], folded[2], folded[3]


def found(database: sqlite3.Connection, query: str) -> tuple[list[tuple[str, float]], int]:
    """Ids of songs, the best first, each with 0–1: how good beside the best; how many more.

    Every word of the query must begin a word of the song; where none is found so, the query may
    stand anywhere inside, as scripts without blanks need it.
    """
    words = _words(fold(query))
    if not words:
        return [], 0
    match = " ".join(f'"{word}"*' for word in words[:_MOST_WORDS])
    rows: list[Any] = database.execute(_FOUND, (match,)).fetchall()
    beyond = 0
    if len(rows) == MOST:
        beyond = database.execute(_ALL, (match,)).fetchone()[0] - MOST
    if not rows:
        rows = database.execute(_INSIDE, (" ".join(words),)).fetchall()
    rows.sort(key=lambda row: row[1:])
    best = rows[0][1] if rows else 0.0
    return [(name, round(score / best, 3) if best else 1.0) for name, score, _ in rows], beyond


def _words(folded: str) -> list[str]:
    plain = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
    return plain.split()


def ranked(rank: int, track: Track, score: float, query: str) -> Ranked:
    """The song as lists of songs show it."""
    words = fold(query).split()
    where = [
        name
        for name in ("title", "artist", "album")
        if any(word in fold(getattr(track, name) or "") for word in words)
    ]
    reason = f"found in {' and '.join(where) or 'what else is known of it'}"
    return line(track, rank, score, reason)
