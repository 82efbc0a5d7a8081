"""What is read from tags of every family, from names, and from folders."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import ID3, TALB, TCON, TIT2, TLAN, TMOO, TPE1, TXXX

from edge.languages import ISO_639_1, language_code
from edge.library.hints import folder_mood, from_name, mood_of
from edge.library.tags import SUFFIXES, read_tags
from edge.messages import Mood
from tests.songs import CODECS, write_song

EXPECTED = ("Tum Hi Ho", "Arijit Singh", "Aashiqui 2", "Filmi", "hi", "sad")
_MP4 = ("\xa9nam", "\xa9ART", "\xa9alb", "\xa9gen")
_ASF = ("Title", "Author", "WM/AlbumTitle", "WM/Genre", "WM/Language", "WM/Mood")
_VORBIS = ("TITLE", "ARTIST", "ALBUM", "GENRE", "LANGUAGE", "MOOD")


def tag(path: Path) -> None:
    """The same six things in the container's own way."""
    title, artist, album, genre, _, _ = EXPECTED
    file: Any = mutagen.File(path)
    if path.suffix in (".mp3", ".wav", ".aiff", ".aac"):
        if path.suffix != ".aac" and file.tags is None:
            file.add_tags()
        tags = ID3() if path.suffix == ".aac" else file.tags
        for frame in (TIT2, TPE1, TALB, TCON):
            tags.delall(frame.__name__)
        tags.add(TIT2(encoding=1, text=title))
        tags.add(TPE1(encoding=3, text=artist))
        tags.add(TALB(encoding=0, text=album))
        tags.add(TCON(encoding=3, text=genre))
        tags.add(TLAN(encoding=3, text="hin"))
        tags.add(TXXX(encoding=3, desc="Mood", text="Sad"))
        tags.save(path) if path.suffix == ".aac" else file.save()
        return
    if path.suffix == ".m4a":
        file.tags.update(zip(_MP4, (title, artist, album, genre), strict=True))
        file["----:com.apple.iTunes:LANGUAGE"] = [b"Hindi"]
        file["----:com.apple.iTunes:MOOD"] = [b"sad"]
    else:
        names = _ASF if path.suffix == ".wma" else _VORBIS
        values = (title, artist, album, genre, "hi-IN", "Sadness; Rain")
        for name, value in zip(names, values, strict=True):
            file[name] = value
    file.save()


@pytest.mark.parametrize("suffix", [s for s in CODECS if s != ".aac"])
def test_reads_every_family_of_tags(tmp_path: Path, suffix: str) -> None:
    path = write_song(tmp_path / f"a{suffix}", seconds=1.0)
    tag(path)
    tags = read_tags(path, tmp_path)
    assert (tags.title, tags.artist, tags.album, tags.genre, tags.language, tags.mood) == EXPECTED
    assert tags.mood_from == "tag"
    assert tags.duration_s == pytest.approx(1.0, abs=0.1)


def test_every_container_of_the_tests_is_scanned() -> None:
    assert set(CODECS) <= SUFFIXES


def test_the_folder_outranks_the_tag(tmp_path: Path) -> None:
    path = write_song(tmp_path / "Happy" / "album" / "a.mp3")
    tag(path)
    tags = read_tags(path, tmp_path)
    assert (tags.mood, tags.mood_from) == ("happy", "owner")


def test_tmoo_counts_where_there_is_no_other_word(tmp_path: Path) -> None:
    path = write_song(tmp_path / "a.mp3")
    frames = ID3()
    frames.add(TMOO(encoding=3, text="Aggressive"))
    frames.save(path)
    assert read_tags(path, tmp_path).mood == "angry"


@pytest.mark.parametrize(
    ("path", "mood"),
    [
        ("/m/sad/a.mp3", "sad"),
        ("/m/happy/sad/a.mp3", "sad"),
        ("/m/SAD/x/y/a.mp3", "sad"),
        ("/m/sadness/a.mp3", None),
        ("/m/a.mp3", None),
    ],
)
def test_the_nearest_folder_named_for_a_mood_counts(path: str, mood: Mood | None) -> None:
    assert folder_mood(Path(path), Path("/m")) == mood


def test_the_librarys_own_folder_may_name_the_mood_and_those_above_may_not() -> None:
    assert folder_mood(Path("/fear/happy/a.mp3"), Path("/fear/happy")) == "happy"
    assert folder_mood(Path("/fear/m/a.mp3"), Path("/fear/m")) is None


@pytest.mark.parametrize(
    ("text", "mood"),
    [("Party; HAPPY", "happy"), ("melancholic", "sad"), ("unhappy", None), ("", None)],
)
def test_moods_in_tags(text: str, mood: Mood | None) -> None:
    assert mood_of(text) == mood


@pytest.mark.parametrize(
    ("stem", "artist", "title"),
    [
        ("Nena - 99 Luftballons", "Nena", "99 Luftballons"),
        ("03 - Nena - 99 Luftballons", "Nena", "99 Luftballons"),
        ("03. Title", None, "Title"),
        ("1-05 - Title", None, "Title"),
        ("07 Title", None, "Title"),
        ("99 Luftballons", None, "99 Luftballons"),
        ("1999", None, "1999"),
        ("my_song_name", None, "my song name"),
        ("Artist_-_Title", "Artist", "Title"),
        ("A-ha - Take On Me - Live", "A-ha", "Take On Me - Live"),
        (" - Title", None, "- Title"),
        ("01", None, "01"),
    ],
)
def test_names_stand_in_for_tags(stem: str, artist: str | None, title: str) -> None:
    assert from_name(stem) == (artist, title)


def test_a_file_without_tags_has_its_name(tmp_path: Path) -> None:
    tags = read_tags(write_song(tmp_path / "02 - Artist - Title.wav"), tmp_path)
    assert (tags.artist, tags.title, tags.mood) == ("Artist", "Title", None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("hin", "hi"), ("Hindi", "hi"), ("hi", "hi"), ("ger", "de"), ("deu", "de")),
        *(("pt_BR", "pt"), ("xxx", None), ("und", None), ("", None), ("zxx", None)),
    ],
)
def test_languages(text: str, code: str | None) -> None:
    assert language_code(text) == code


def test_there_are_all_languages_of_the_standard() -> None:
    assert len(ISO_639_1) == 183
    assert all(len(code) == 2 and code.isalpha() for code in ISO_639_1)


def test_a_broken_field_costs_the_field(tmp_path: Path) -> None:
    path = write_song(tmp_path / "Artist - Title.mp3")
    frames = ID3()
    frames.add(TALB(encoding=3, text="Album\0more"))
    frames.add(TPE1(encoding=3, text="  Spaced \n out\x1b "))
    frames.add(TCON(encoding=3, text="(9999)"))
    frames.add(TLAN(encoding=3, text="\0\0\0"))
    frames.save(path)
    tags = read_tags(path, tmp_path)
    assert (tags.title, tags.artist, tags.album) == ("Title", "Spaced out", "Album")
    assert tags.language is None


@pytest.mark.parametrize("suffix", CODECS)
def test_garbled_files_raise_nothing_and_keep_a_title(tmp_path: Path, suffix: str) -> None:
    path = write_song(tmp_path / f"Artist - Title{suffix}")
    whole = path.read_bytes()
    dice = random.Random(suffix)
    for _ in range(40):
        garbled = bytearray(whole[: dice.randrange(1, len(whole))])
        for _ in range(30):
            garbled[dice.randrange(min(300, len(garbled)))] = dice.randrange(256)
        path.write_bytes(garbled)
        tags = read_tags(path, tmp_path)
        assert tags.title
        assert tags.duration_s is None or 0 < tags.duration_s < 1e6
