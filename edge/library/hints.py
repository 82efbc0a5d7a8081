"""What names tell of a song: its file's, those of the folders it stands in, and words for moods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from edge.messages import MOODS, Mood

_MOOD_WORDS: Final[Mapping[str, Mood]] = MappingProxyType(
    {
        **{mood: mood for mood in MOODS},
        **dict.fromkeys(("anger", "aggressive", "rage", "furious"), "angry"),
        **dict.fromkeys(("disgusted", "disgusting"), "disgust"),
        **dict.fromkeys(("fearful", "scary", "spooky", "horror", "creepy"), "fear"),
        **dict.fromkeys(
            ("joy", "joyful", "cheerful", "happiness", "feelgood", "upbeat", "uplifting"), "happy"
        ),
        **dict.fromkeys(
            ("sadness", "melancholy", "melancholic", "heartbreak", "heartbroken", "sorrow"), "sad"
        ),
        **dict.fromkeys(("surprised", "surprising"), "surprise"),
        # Hindi and Urdu, as people write them in Latin letters and in Devanagari.
        **dict.fromkeys(("khushi", "khush", "खुश", "खुशी"), "happy"),
        **dict.fromkeys(
            ("udaas", "udas", "dukh", "dukhi", "gham", "उदास", "दुखी", "दुख", "गम"), "sad"
        ),
        **dict.fromkeys(("gussa", "गुस्सा"), "angry"),
        **dict.fromkeys(("darr", "डर"), "fear"),
    }
)
_WORDS = re.compile(r"[a-z]+|[\u0900-\u097f]+")
_NOT = frozenset({"not", "no", "never", "without", "anti"})
# `01 - `, `1. `, `02_`, `1-05 `; but `99 Luftballons` keeps its number.
_TRACK_NUMBER = re.compile(
    r"^(?:(?P<disc>\d{1,2})-)?(?:(?P<number>\d{1,3})\s*[-._)]+\s*|(?P<plain>0\d)\s+)(?=\S)"
)
_DISC = re.compile(r"^(?:cd|disc|disk)\s*[-_#]?\s*(\d{1,2})\b", re.IGNORECASE)


def mood_of(text: str) -> Mood | None:
    """The first of the seven moods that a text names; `Happy; Party` is happy."""
    before = ""
    for word in _WORDS.findall(text.lower().replace("\u093c", "")):
        if word in _MOOD_WORDS and before not in _NOT:
            return _MOOD_WORDS[word]
        before = word
    return None


def folder_mood(path: PurePath, root: PurePath) -> Mood | None:
    """The owner's word: the nearest folder, up to the library's own, that is named for a mood."""
    for folder in path.parents:
        name = folder.name.lower()
        if name in MOODS:
            return _MOOD_WORDS[name]
        if folder == root:
            break
    return None


def hinted_mood(path: PurePath, root: PurePath) -> Mood | None:
    """A weaker hint: the nearest folder whose name holds a mood's word, such as `Sad Songs`."""
    for folder in path.parents:
        if mood := mood_of(folder.name):
            return mood
        if folder == root:
            break
    return None


def from_name(stem: str) -> tuple[str | None, str]:
    """Artist and title out of a file name like `03 - Artist - Title`."""
    plain = stem if " " in stem else stem.replace("_", " ")
    plain = _TRACK_NUMBER.sub("", plain).strip()
    artist, dash, title = plain.partition(" - ")
    if dash and artist.strip() and title.strip():
        return artist.strip(), title.strip()
    return None, plain or stem


def number_in(stem: str) -> tuple[int | None, int | None]:
    """Disc and number that a file name begins with."""
    found = _TRACK_NUMBER.match(stem)
    if found is None:
        return None, None
    disc, number = found["disc"], found["number"] or found["plain"]
    return (int(disc) if disc else None), int(number) or None


def album_of(path: PurePath, root: PurePath) -> tuple[str | None, str | None, int | None]:
    """Artist, album and disc, where the file stands in `…/Artist/Album/CD 1` below the root.

    A folder alone below the root may be anything; only two of them say artist and album.
    """
    folders = path.parent.parts[len(root.parts) :]
    if path.parts[: len(root.parts)] != root.parts:
        return None, None, None
    disc = None
    if folders and (found := _DISC.match(folders[-1])):
        disc, folders = int(found[1]), folders[:-1]
    if len(folders) < 2 or any(folder.lower() in MOODS for folder in folders[-2:]):
        return None, None, disc
    return folders[-2], folders[-1], disc
