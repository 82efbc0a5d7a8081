"""What a music file says about itself, in its tags, its name and the folders it stands in."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import mutagen
from msgspec.structs import replace
from mutagen.id3 import TCON

from edge.library.fields import cleaned, typed
from edge.library.hints import album_of, folder_mood, from_name, hinted_mood, number_in
from edge.library.letters import decoded
from edge.library.riff import riff_info
from edge.library.rows import Tags
from edge.library.slim import slim
from edge.library.swift import swift
from edge.library.window import Window
from edge.messages import Mood

SUFFIXES: Final = frozenset(
    f".{kind}"
    for kind in (
        *("mp3", "flac", "ogg", "oga", "opus", "m4a", "m4b", "aac"),
        *("wav", "aiff", "aif", "aifc", "wma", "ape", "mpc", "wv"),
    )
)
"""Endings of music files; `.mp4` and `.ogv` are mostly films."""

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_HEAD = 512
_APE_MOST = 1 << 20

Raw = dict[str, list[str]]


def read_tags(path: Path, root: Path) -> Tags:
    """Everything that is known of the song; what is broken or missing is null or guessed."""
    with path.open("rb") as file:
        return tags_of(Window(file), str(path), str(root))


def tags_of(window: Window, path: str, root: str) -> Tags:
    """The same of a file that is open."""
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - Path costs more
    raw, seconds = _attempt(lambda: swift(window, suffix, _genres)) or slow(window, suffix)
    duration = _sensible(seconds)
    said = _attempt(lambda: typed(raw, duration)) or Tags(duration_s=duration)
    return _with_names(said, path, root)


@lru_cache(maxsize=1024)
def _genres(texts: tuple[str, ...]) -> tuple[str, ...]:
    """What is meant by `17`, `(17)`, `(4)Eurodisco`."""
    return tuple(map(str, TCON(encoding=3, text=list(texts)).genres))


def slow(window: Window, suffix: str) -> tuple[Raw, float | None]:
    """All that mutagen finds in the file, and how long it lasts."""
    head, file = window.at(0, _HEAD), window.file
    seen = _attempt(lambda: slim(window)) or file
    song = _opened(seen, head, suffix)
    raw = _attempt(lambda: _raw(getattr(song, "tags", None))) or {}
    for more in _elsewhere(file, seen, window.size, head, song):
        for name, texts in more.items():
            raw.setdefault(name, texts)
    return raw, _attempt(lambda: float(song.info.length))


def _with_names(tags: Tags, path: str, root: str) -> Tags:
    """What names and folders say is taken where the tags are silent."""
    named: dict[str, Any] = {}
    folder, _, name = path.rpartition("/")
    if tags.title is None:
        stem = Path(name).stem
        artist, title = from_name(stem)
        named["title"] = cleaned(title) or stem
        folder_artist, album, disc = album_of(Path(path), Path(root))
        number_disc, number = number_in(stem)
        found = {
            "artist": artist or folder_artist,
            "album": album,
            "disc": number_disc or disc,
            "number": number,
        }
        for field, value in found.items():
            if getattr(tags, field) is None and value is not None:
                named[field] = cleaned(value) if isinstance(value, str) else value
    owners, hinted = _folder_moods(folder, root)
    if owners is not None:
        named |= {"mood": owners, "mood_from": "owner"}
    elif tags.mood is None and hinted is not None:
        named |= {"mood": hinted, "mood_from": "folder"}
    return replace(tags, **named) if named else tags


@lru_cache(maxsize=256)
def _folder_moods(folder: str, root: str) -> tuple[Mood | None, Mood | None]:
    """What the owner says by a folder's name, and what such a name hints at."""
    path = Path(folder, "song")
    return folder_mood(path, Path(root)), hinted_mood(path, Path(root))


def _attempt(step: Callable[[], Any]) -> Any:
    """The step's answer, or None: a damaged field must cost no more than the field."""
    try:
        return step()
    except Exception:  # noqa: BLE001 - a damaged file leads mutagen into errors of any kind
        return None


def _opened(file: Any, head: bytes, suffix: str) -> Any:
    """The file as mutagen sees it; None where it sees nothing."""
    kind = _kind(head, suffix)
    if kind is not None:
        song = _attempt(lambda: _loaded(kind, file))
        if song is not None:
            return song
    file.seek(0)
    return _attempt(lambda: mutagen.File(file))


def _loaded(kind: str, file: Any) -> Any:
    file.seek(0)
    return _class(kind)(file)


@cache
def _class(kind: str) -> Any:
    module, _, name = kind.partition(":")
    return getattr(importlib.import_module(module), name)


def _kind(head: bytes, suffix: str) -> str | None:
    """Asking each of mutagen's kinds, as `mutagen.File` does, takes as long as reading."""
    if head[:4] == b"OggS":
        for mark, kind in (
            (b"OpusHead", "mutagen.oggopus:OggOpus"),
            (b"\x01vorbis", "mutagen.oggvorbis:OggVorbis"),
            (b"\x7fFLAC", "mutagen.oggflac:OggFLAC"),
        ):
            if mark in head[:64]:
                return kind
        return None
    if head[:4] == b"RIFF":
        return "mutagen.wave:WAVE"
    if head[:16] == _ASF:
        return "mutagen.asf:ASF"
    if head[4:8] == b"ftyp":
        return "mutagen.mp4:MP4"
    by_mark = {
        b"fLaC": "mutagen.flac:FLAC",
        b"FORM": "mutagen.aiff:AIFF",
        b"MAC ": "mutagen.monkeysaudio:MonkeysAudio",
        b"MPCK": "mutagen.musepack:Musepack",
        b"wvpk": "mutagen.wavpack:WavPack",
    }
    if head[:4] in by_mark:
        return by_mark[head[:4]]
    return {".mp3": "mutagen.mp3:MP3", ".aac": "mutagen.aac:AAC"}.get(suffix)


def _raw(tags: Any) -> Raw:
    """Names in capitals, with all their texts, out of any family of tags."""
    raw: Raw = {}
    if tags is None:
        return raw
    take = _frame if hasattr(tags, "getall") else _put
    # Vorbis comments are a list of pairs; as a mapping they are searched through for each name.
    for name, value in list(tags) if isinstance(tags, list) else tags.items():
        try:
            take(raw, name, value)
        except Exception:  # noqa: BLE001, S112 - a broken field costs the field
            continue
    return raw


def _frame(raw: Raw, name: str, frame: Any) -> None:
    """One frame of ID3."""
    if name.startswith("RVA2:"):
        raw[f"{name.upper()}:GAIN"] = [f"{frame.gain:.2f}"]
        raw[f"{name.upper()}:PEAK"] = [f"{frame.peak:.6f}"] if frame.peak else []
    elif name.startswith("T"):
        # Genres are written as numbers, too.
        texts = frame.genres if name == "TCON" else frame.text
        raw.setdefault(name.upper(), []).extend(map(str, texts))


def _put(raw: Raw, name: str, value: Any) -> None:
    """A comment of Vorbis, an item of APE, an atom of MP4 or an attribute of ASF."""
    texts = raw.setdefault(name.upper(), [])
    if isinstance(value, str | int | float):
        texts.append(str(value) if not isinstance(value, bool) else str(int(value)))
    elif isinstance(value, bytes):
        texts.append(decoded(value))
    elif isinstance(value, list | tuple):
        for one in value[:4]:
            _put(raw, name, one[0] if isinstance(one, tuple) else getattr(one, "value", one))
    elif getattr(value, "kind", 0) == 0:  # an item of APE that is no text has another kind
        texts.extend(str(value).split("\0"))


def _elsewhere(file: BinaryIO, seen: Any, size: int, head: bytes, song: Any) -> list[Raw]:
    """Tags that mutagen does not look for in this kind of file."""
    found: list[Raw] = []
    if head[:4] == b"RIFF":
        found.append(_attempt(lambda: riff_info(file, size)) or {})
    elif head[4:8] == b"ftyp":
        failed = getattr(getattr(song, "tags", None), "_failed_atoms", {})
        found.append(_attempt(lambda: _failed(failed)) or {})
    elif head[:3] == b"ID3" or head[:1] == b"\xff":
        if getattr(song, "tags", None) is None and head[:3] == b"ID3":
            found.append(_attempt(lambda: _raw(_loaded("mutagen.id3:ID3", seen))) or {})
        if _ends_with_ape(file, size):
            found.append(_attempt(lambda: _raw(_loaded("mutagen.apev2:APEv2", file))) or {})
    return found


def _failed(atoms: Any) -> Raw:
    """Texts of MP4 that are not UTF-8, though they have to be."""
    return {
        name.upper(): [decoded(data[16:]) for data in datas if data[4:8] == b"data"]
        for name, datas in atoms.items()
    }


def _ends_with_ape(file: BinaryIO, size: int) -> bool:
    """mp3gain and others write their loudness in APE, behind an MP3."""
    file.seek(max(0, size - 160))
    tail = file.read(160)
    for end in (len(tail), len(tail) - 128):
        footer = tail[max(0, end - 32) : end]
        if footer[:8] == b"APETAGEX":
            return int.from_bytes(footer[12:16], "little") <= _APE_MOST
    return False


def _sensible(length: float | None) -> float | None:
    return round(length, 3) if length is not None and 0.001 <= length < 1e6 else None
