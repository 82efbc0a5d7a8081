"""The films that can be recommended: a folder with Kodi's .nfo files, CSV files, or our own list.

They are shown, never played. A film is a `Track` without a path, so that what chooses songs ranks
films too. Whatever cannot be read costs that file or row, and is named.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

from edge.languages import language_code
from edge.messages import MOODS, Mood, Track

SHIPPED = Path(__file__).with_name("films.csv")
LARGEST = 1 << 20
"""Bytes of a file with films; an .nfo has some kilobytes."""
MOST = 100_000
_VIDEO = {".mkv", ".mp4", ".avi", ".m4v", ".mov", ".mpg", ".mpeg", ".webm", ".wmv", ".ts"}
_NAMED = re.compile(r"(?P<title>.+?)[ ._]*[(\[]?(?P<year>(?:19|20)\d\d)[)\]]?(?:[ ._].*)?$")
_GENRES: tuple[tuple[str, Mood], ...] = (
    ("horror", "fear"),
    ("comedy", "happy"),
    ("musical", "happy"),
    ("family", "happy"),
    ("animation", "happy"),
    ("romance", "happy"),
    ("thriller", "fear"),
    ("mystery", "surprise"),
    ("fantasy", "surprise"),
    ("science fiction", "surprise"),
    ("sci-fi", "surprise"),
    ("adventure", "surprise"),
    ("tragedy", "sad"),
    ("war", "angry"),
    ("action", "angry"),
    ("crime", "angry"),
    ("drama", "sad"),
    ("documentary", "neutral"),
)
"""What a genre hints at; the first that a film has counts."""
_COLUMNS = {
    "name": "title",
    "film": "title",
    "movie": "title",
    "genres": "genre",
    "lang": "language",
    "languages": "language",
    "emotion": "mood",
}


class Films(msgspec.Struct, frozen=True):
    """What was found."""

    films: tuple[Track, ...]
    troubles: tuple[str, ...] = ()
    """One sentence for each file or row that was left out."""


def read_films(paths: Iterable[Path]) -> Films:
    """All films of these folders and CSV files; one that is named twice is taken once."""
    films: dict[str, Track] = {}
    troubles: list[str] = []
    for path in paths:
        for found in _films(path):
            if isinstance(found, str):
                troubles.append(found)
            elif len(films) < MOST:
                films.setdefault(found.id, found)
    return Films(tuple(films.values()), tuple(troubles))


def _films(path: Path) -> Iterator[Track | str]:
    try:
        if path.is_dir():
            yield from _folder(path)
        elif path.suffix.lower() == ".nfo":
            yield _nfo(path)
        else:
            yield from _csv(path)
    except (OSError, ValueError) as error:
        yield f"{path} is left out: {getattr(error, 'strerror', None) or error}"


def _folder(folder: Path) -> Iterator[Track | str]:
    """Every .nfo and CSV below, and the films of which there is only the video."""
    for path in sorted(folder.rglob("*")):
        if path.name.startswith(".") or not path.is_file():
            continue
        suffix = path.suffix.lower()
        if suffix in {".nfo", ".csv"}:
            yield from _films(path)
        elif suffix in _VIDEO and not _has_nfo(path):
            yield _from_name(path)


def _has_nfo(video: Path) -> bool:
    return video.with_suffix(".nfo").exists() or video.with_name("movie.nfo").exists()


def _from_name(video: Path) -> Track:
    """Title and year as people write them: `Sholay (1975).mkv`."""
    named = _NAMED.match(video.stem)
    title = named["title"] if named else video.stem
    return _film({"title": re.sub(r"[._]+", " ", title), "year": named["year"] if named else ""})


def _nfo(path: Path) -> Track:
    """What Kodi keeps beside a film."""
    text = _text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it declares entities, which Kodi's files never do")
    start, end = text.find("<movie"), text.rfind("</movie>")
    if start < 0 or end < 0:
        raise ValueError("it holds no <movie>")
    try:
        # Kodi allows an address after the XML; entities were refused above.
        movie = ET.fromstring(text[start : end + len("</movie>")])  # noqa: S314
    except ET.ParseError as error:
        raise ValueError(f"it is no XML ({error})") from None
    premiered = (movie.findtext("premiered") or "")[:4]
    return _film(
        {
            "title": movie.findtext("title") or movie.findtext("originaltitle") or "",
            "year": movie.findtext("year") or premiered,
            "genre": "/".join(one.text for one in movie.findall("genre") if one.text),
            "language": movie.findtext("language")
            or movie.findtext("fileinfo/streamdetails/audio/language")
            or "",
            "mood": next((one.text or "" for one in movie.findall("tag") if _mood(one.text)), ""),
        }
    )


def _csv(path: Path) -> Iterator[Track | str]:
    """A row a film; the first row names the columns, in any order and case."""
    text = _text(path)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    names = [
        _COLUMNS.get(name, name) for name in (one.strip().casefold() for one in next(rows, []))
    ]
    if "title" not in names:
        raise ValueError("its first line names no column `title`")
    for row in rows:
        fields = dict(zip(names, row, strict=False))
        if not any(row):
            continue
        try:
            yield _film(fields)
        except ValueError as error:
            yield f"{path}, line {rows.line_num} is left out: {error}"


def _film(fields: Mapping[str, str]) -> Track:
    title = " ".join(fields.get("title", "").split())
    if not title:
        raise ValueError("it has no title")
    digits = re.match(r"\d{4}", fields.get("year", "").strip())
    year = int(digits[0]) if digits else None
    genre = fields.get("genre", "").strip() or None
    said = _mood(fields.get("mood"))
    return Track(
        id=_id(title, year),
        path="",
        title=title,
        genre=genre,
        language=language_code(fields.get("language", "")),
        year=year,
        mood=said or _hinted(genre),
        mood_from="tag" if said else "genre",
        valence=_coordinate(fields.get("valence")),
        arousal=_coordinate(fields.get("arousal")),
    )


def _id(title: str, year: int | None) -> str:
    """The same wherever its file stands."""
    return "film-" + hashlib.sha256(f"{title.casefold()}\0{year}".encode()).hexdigest()[:19]


def _mood(text: str | None) -> Mood | None:
    word = (text or "").strip().casefold()
    return next((mood for mood in MOODS if mood == word), None)


def _hinted(genre: str | None) -> Mood | None:
    named = (genre or "").casefold()
    return next((mood for word, mood in _GENRES if word in named), None)


def _coordinate(text: str | None) -> float | None:
    try:
        value = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return value if -1.0 <= value <= 1.0 else None


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    for encoding in (
        "utf-8-sig",
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252",
    ):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
