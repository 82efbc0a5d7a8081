"""The fields of a song, by the names that each family of tags has for them, as typed values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

from edge.languages import language_code
from edge.library.hints import mood_of
from edge.library.letters import repaired
from edge.library.levels import levels, number
from edge.library.rows import Tags

LONGEST: Final = 300
"""Letters of a field; more is no title but a mistake."""
Raw = Mapping[str, Sequence[str]]
"""What a file says, by the family's own name in capitals."""

_ITUNES = "----:COM.APPLE.ITUNES:"


def _free(*names: str) -> tuple[str, ...]:
    """A field without a name of its own in ID3 and MP4."""
    return tuple(where + name for name in names for where in ("", "TXXX:", _ITUNES))


# In order: ID3, Vorbis comments and APE, MP4, ASF, RIFF INFO.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title": ("TIT2", "TITLE", "\xa9NAM", "INAM"),
        "artist": ("TPE1", "ARTIST", "\xa9ART", "AUTHOR", "WM/AUTHOR", "IART", "PERFORMER"),
        "album_artist": (
            *("TPE2", "ALBUMARTIST", "ALBUM ARTIST", "ALBUM_ARTIST", "AART", "WM/ALBUMARTIST"),
            *("TXXX:ALBUMARTIST", "TXXX:ALBUM ARTIST", "BAND", "ENSEMBLE"),
        ),
        "album": ("TALB", "ALBUM", "\xa9ALB", "WM/ALBUMTITLE", "IPRD"),
        "genre": ("TCON", "GENRE", "\xa9GEN", "GNRE", "WM/GENRE", "IGNR"),
        "language": (*("TLAN", *_free("LANGUAGE", "LANG"), "WM/LANGUAGE", "ILNG"),),
        "mood": (*_free("MOOD"), "TMOO", "WM/MOOD"),
        "number": ("TRCK", "TRACKNUMBER", "TRACK", "TRKN", "WM/TRACKNUMBER", "ITRK", "IPRT"),
        "disc": ("TPOS", "DISCNUMBER", "DISC", "DISK", "WM/PARTOFSET"),
        "compilation": ("TCMP", "COMPILATION", "CPIL", "WM/ISCOMPILATION", *_free("COMPILATION")),
        "year": (
            *("TDRC", "TYER", "TDOR", "TDRL", "DATE", "YEAR", "\xa9DAY", "WM/YEAR", "ICRD"),
            *("WM/ORIGINALRELEASEYEAR", "ORIGINALDATE", "ORIGINALYEAR"),
        ),
        "bpm": ("TBPM", *_free("BPM", "TEMPO"), "TMPO", "WM/BEATSPERMINUTE"),
        "explicit": ("RTNG", *_free("ITUNESADVISORY", "EXPLICIT"), "WM/PARENTALRATING"),
        "rg_gain": (*_free("REPLAYGAIN_TRACK_GAIN"), "RVA2:TRACK:GAIN"),
        "rg_peak": (*_free("REPLAYGAIN_TRACK_PEAK"), "RVA2:TRACK:PEAK"),
        "rg_album_gain": (*_free("REPLAYGAIN_ALBUM_GAIN"), "RVA2:ALBUM:GAIN"),
        "rg_reference": _free("REPLAYGAIN_REFERENCE_LOUDNESS"),
        "r128_gain": _free("R128_TRACK_GAIN"),
        "r128_album_gain": _free("R128_ALBUM_GAIN"),
    }
)
_PLACES: Final = MappingProxyType(
    {name: (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names)}
)
WANTED: Final = frozenset(_PLACES)
"""Every name that means something here."""
_TEXTS = ("title", "artist", "album", "album_artist", "genre")
_YES = frozenset(("1", "true", "yes", "y", "explicit", "4"))
_ANYBODY = frozenset(("various artists", "various", "va", "v.a.", "verschiedene interpreten"))
_MARKED = re.compile(r"[\[(]\s*explicit\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_SPACES = re.compile(r"\s+")
_SEVERAL = re.compile(r"[/;,|(\0]")
_N = TypeVar("_N", int, float)


def typed(raw: Raw, duration_s: float | None) -> Tags:
    """What the tags alone say; a field that says nothing sensible is null."""
    said = _said(raw)
    look = said.get
    language = _language([text for name in _NAMES["language"] for text in raw.get(name, ())])
    found = {field: look(field) for field in _TEXTS}
    given = [field for field in _TEXTS if found[field] is not None]
    texts, doubts = repaired([found[field] or "" for field in given], language)
    for field, text in zip(given, texts, strict=True):
        found[field] = cleaned(text)
    mood = mood_of(look("mood") or "")
    song, album, peak = levels(look)
    return Tags(
        **found,
        language=language,
        disc=_whole(look("disc"), 1, 99),
        number=_whole(look("number"), 1, 9999),
        compilation=_yes(look("compilation")) or (found["album_artist"] or "").lower() in _ANYBODY,
        year=_year(look("year")),
        bpm=_within(number(look("bpm")), 20.0, 400.0),
        explicit=_yes(look("explicit")) or bool(_MARKED.search(found["title"] or "")),
        loudness=song,
        album_loudness=album,
        peak_db=peak,
        mood=mood,
        mood_from="tag" if mood else None,
        duration_s=duration_s,
        doubtful=tuple(field for field, doubt in zip(given, doubts, strict=True) if doubt),
    )


def _said(raw: Raw) -> dict[str, str]:
    """By field, the first text of the best of the names that it has."""
    said: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for name, texts in raw.items():
        field, rank = _PLACES.get(name, ("", 0))
        if field and rank < ranks.get(field, 99):
            clean = next(filter(None, map(cleaned, texts)), None)
            if clean is not None:
                said[field], ranks[field] = clean, rank
    return said


def cleaned(text: str) -> str | None:
    """On one line, without control characters and without what UTF-8 cannot hold."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return (_SPACES.sub(" ", text) if "  " in text else text).strip() or None
    whole = text.partition("\0")[0].encode("utf-8", errors="replace").decode("utf-8")
    # Byte-order marks and what joins Indic letters are not printable, but may be meant.
    printable = "".join(
        c if c.isprintable() or c in "\u200c\u200d\ufeff\x80" or "\x80" <= c <= "\x9f" else " "
        for c in whole
    )
    return _SPACES.sub(" ", printable).strip()[:LONGEST] or None


def _language(texts: Sequence[str]) -> str | None:
    for text in texts:
        for word in _SEVERAL.split(text):
            if code := language_code(word):
                return code
        if len(text) % 3 == 0 and (code := language_code(text[:3])):
            return code  # ID3 writes several as `hineng`
    return None


def _whole(text: str | None, least: int, most: int) -> int | None:
    """The number of `3`, `03/12`, `A3`."""
    found = re.search(r"\d+", (text or "").partition("/")[0])
    return _within(int(found[0]), least, most) if found and len(found[0]) < 6 else None


def _within(value: _N | None, least: _N, most: _N) -> _N | None:
    return value if value is not None and least <= value <= most else None


def _year(text: str | None) -> int | None:
    found = _YEAR.search(text or "")
    return int(found[1]) if found else None


def _yes(text: str | None) -> bool:
    return (text or "").strip().lower() in _YES
