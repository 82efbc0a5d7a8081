"""What a music file says about itself, in its tags, its name and the folders it stands in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import mutagen

from edge.languages import language_code
from edge.library.rows import Tags
from edge.messages import MOODS, Mood

SUFFIXES: Final = frozenset(
    f".{kind}"
    for kind in (
        *("mp3", "flac", "ogg", "oga", "opus", "m4a", "m4b", "aac"),
        *("wav", "aiff", "aif", "aifc", "wma", "ape", "mpc", "wv"),
    )
)
"""Endings of music files; `.mp4` and `.ogv` are mostly films."""
LONGEST = 300
"""Letters of a field; more is no title but a mistake."""

# One name for a field in each family of tags: ID3, Vorbis comments and APE, MP4, ASF.
_NAMES: Final = MappingProxyType(
    {
        "title": ("TIT2", "title", "\xa9nam", "Title"),
        "artist": ("TPE1", "artist", "\xa9ART", "Author", "TPE2", "albumartist", "aART"),
        "album": ("TALB", "album", "\xa9alb", "WM/AlbumTitle"),
        "genre": ("TCON", "genre", "\xa9gen", "WM/Genre"),
        "language": ("TLAN", "language", "----:com.apple.iTunes:LANGUAGE", "WM/Language"),
        "mood": ("TXXX:MOOD", "TMOO", "mood", "----:com.apple.iTunes:MOOD", "WM/Mood"),
    }
)
_MOOD_WORDS: Final[Mapping[str, Mood]] = MappingProxyType(
    {
        **{mood: mood for mood in MOODS},
        "anger": "angry",
        "aggressive": "angry",
        "disgusted": "disgust",
        "fearful": "fear",
        "scary": "fear",
        "joy": "happy",
        "joyful": "happy",
        "cheerful": "happy",
        "happiness": "happy",
        "sadness": "sad",
        "melancholy": "sad",
        "melancholic": "sad",
        "surprised": "surprise",
    }
)
# `01 - `, `1. `, `02_`, `1-05 `; but `99 Luftballons` keeps its number.
_TRACK_NUMBER = re.compile(r"^(?:\d{1,2}-)?(?:\d{1,3}\s*[-._)]+\s*|0\d\s+)(?=\S)")
_SPACES = re.compile(r"\s+")


def read_tags(path: Path, root: Path) -> Tags:
    """Everything that is known of the song; what is broken or missing is null or guessed."""
    file = _opened(path)
    fields = {name: _first_text(file, keys) for name, keys in _NAMES.items()}
    title, artist = fields["title"], fields["artist"]
    if title is None:
        name_artist, title = from_name(path.stem)
        artist = artist or name_artist
    mood, mood_from = folder_mood(path, root), "folder"
    if mood is None:
        mood, mood_from = mood_of(fields["mood"] or ""), "tag"
    return Tags(
        title=title,
        artist=artist,
        album=fields["album"],
        genre=fields["genre"],
        language=_language(fields["language"]),
        mood=mood,
        mood_from=mood_from if mood else None,  # type: ignore[arg-type]  # one of the two above
        duration_s=_attempt(lambda: _duration(file)),
    )


def from_name(stem: str) -> tuple[str | None, str]:
    """Artist and title out of a file name like `03 - Artist - Title`."""
    plain = stem if " " in stem else stem.replace("_", " ")
    plain = _TRACK_NUMBER.sub("", plain).strip()
    artist, dash, title = plain.partition(" - ")
    if dash and artist.strip() and title.strip():
        return _clean(artist), _clean(title) or plain
    return None, _clean(plain) or stem


def folder_mood(path: Path, root: Path) -> Mood | None:
    """The owner's word: the nearest folder, up to the library's own, that is named for a mood."""
    for folder in path.parents:
        name = folder.name.lower()
        if name in MOODS:
            return _MOOD_WORDS[name]
        if folder == root:
            break
    return None


def mood_of(text: str) -> Mood | None:
    """The first of the seven moods that a tag names; `Happy; Party` is happy."""
    for word in re.split(r"[^a-z]+", text.lower()):
        if word in _MOOD_WORDS:
            return _MOOD_WORDS[word]
    return None


def _opened(path: Path) -> Any:
    """The file as mutagen sees it; None where it sees nothing."""
    return _attempt(lambda: mutagen.File(path))


def _attempt(step: Callable[[], Any]) -> Any:
    """The step's answer, or None: a damaged field must cost no more than the field."""
    try:
        return step()
    except Exception:  # noqa: BLE001 - a damaged file leads mutagen into errors of any kind
        return None


def _first_text(file: Any, keys: Iterable[str]) -> str | None:
    tags = getattr(file, "tags", None)
    if tags is None:
        return None
    for key in keys:
        text: str | None = _attempt(partial(_field, tags, key))
        if text:
            return text
    return None


def _field(tags: Any, key: str) -> str | None:
    return _clean(_text(_found(tags, key)))


def _found(tags: Any, key: str) -> Any:
    """The tag, whatever the case of its name: `TXXX:Mood` and `mood` mean the same."""
    found = tags.get(key)
    if found is None and key.upper().startswith("TXXX:"):
        wanted = key.upper()
        found = next((tags[name] for name in tags if str(name).upper() == wanted), None)
    return found


def _text(value: Any) -> str:
    """The first text of a tag in any of mutagen's wrappings."""
    genres = getattr(value, "genres", None)  # ID3 writes genres as numbers, too
    value = genres or getattr(value, "text", value)
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    value = getattr(value, "value", value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    return "" if value is None else str(value)


def _clean(text: str) -> str | None:
    """On one line, without control characters and without what UTF-8 cannot hold."""
    whole = text.partition("\0")[0].encode("utf-8", errors="replace").decode("utf-8")
    printable = "".join(c if c.isprintable() else " " for c in whole)
    return _SPACES.sub(" ", printable).strip()[:LONGEST] or None


def _language(text: str | None) -> str | None:
    for word in re.split(r"[/;,]", text or ""):
        if code := language_code(word):
            return code
    return None


def _duration(file: Any) -> float | None:
    length = float(file.info.length)
    return round(length, 3) if math.isfinite(length) and 0.001 <= length < 1e6 else None
