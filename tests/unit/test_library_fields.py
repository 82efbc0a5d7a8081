"""Every field, under the name that each family of tags has for it."""

from __future__ import annotations

import base64
import random
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen import id3
from mutagen.apev2 import APEv2
from mutagen.flac import Picture
from mutagen.mp4 import MP4Cover, MP4FreeForm

from edge.library.fields import typed
from edge.library.identity import song_id
from edge.library.rows import Tags
from edge.library.tags import read_tags
from tests.songs import write_song

COVER = b"\xff\xd8" + random.Random(1).randbytes(5 << 20)
WANTED = Tags(
    title="T",
    artist="A",
    album="B",
    album_artist="Various Artists",
    genre="Pop",
    language="hi",
    disc=2,
    number=7,
    compilation=True,
    year=1999,
    bpm=128.0,
    explicit=True,
    loudness=-11.5,
    album_loudness=-12.0,
    peak_db=-6.02,
    mood="happy",
    mood_from="tag",
)
GAINS = {
    "replaygain_track_gain": "-6.50 dB",
    "replaygain_track_peak": "0.500000",
    "replaygain_album_gain": "-6.00 dB",
    "replaygain_album_peak": "0.900000",
}


def in_id3(tags: Any) -> None:
    text: dict[str, str] = {
        "TIT2": "T",
        "TPE1": "A",
        "TALB": "B",
        "TPE2": "Various Artists",
        "TCON": "(13)",
        "TLAN": "hin",
        "TPOS": "2/3",
        "TRCK": "07/12",
        "TCMP": "1",
        "TDRC": "1999-05-01",
        "TBPM": "128",
        "TMOO": "Happy",
    }
    for name, value in text.items():
        tags.setall(name, [getattr(id3, name)(encoding=3, text=value)])
    for name, value in {**GAINS, "ITUNESADVISORY": "1"}.items():
        tags.add(id3.TXXX(encoding=3, desc=name.upper(), text=value))


def in_vorbis(file: Any) -> None:
    values = {
        "title": "T",
        "artist": "A",
        "album": "B",
        "albumartist": "Various Artists",
        "genre": "Pop",
        "language": "Hindi",
        "discnumber": "2",
        "tracknumber": "7",
        "compilation": "1",
        "date": "1999",
        "bpm": "128",
        "mood": "Happy",
        "itunesadvisory": "1",
        **GAINS,
    }
    for name, value in values.items():
        file[name] = value


def in_mp4(file: Any) -> None:
    file.update(
        {
            "\xa9nam": "T",
            "\xa9ART": "A",
            "\xa9alb": "B",
            "aART": "Various Artists",
            "\xa9gen": "Pop",
            "\xa9day": "1999-05-01",
            "disk": [(2, 3)],
            "trkn": [(7, 12)],
            "cpil": True,
            "tmpo": [128],
            "rtng": [4],
        }
    )
    for name, value in {**GAINS, "MOOD": "happy", "LANGUAGE": "hin"}.items():
        file[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(value.encode())]


def in_asf(file: Any) -> None:
    values = {
        "Title": "T",
        "Author": "A",
        "WM/AlbumTitle": "B",
        "WM/Genre": "Pop",
        "WM/AlbumArtist": "Various Artists",
        "WM/Language": "hi-IN",
        "WM/PartOfSet": "2",
        "WM/TrackNumber": "7",
        "WM/IsCompilation": "1",
        "WM/Year": "1999",
        "WM/BeatsPerMinute": "128",
        "WM/Mood": "happy",
        "ITUNESADVISORY": "1",
        **GAINS,
    }
    for name, value in values.items():
        file[name] = value


def tag(path: Path) -> None:
    file: Any = mutagen.File(path)
    if path.suffix in (".mp3", ".wav", ".aiff"):
        if file.tags is None:
            file.add_tags()
        in_id3(file.tags)
    elif path.suffix == ".m4a":
        in_mp4(file)
    elif path.suffix == ".wma":
        in_asf(file)
    else:
        in_vorbis(file)
    file.save()


SUFFIXES = (".mp3", ".wav", ".aiff", ".m4a", ".wma", ".flac", ".ogg", ".opus")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_all_fields_in_every_family(tmp_path: Path, suffix: str) -> None:
    path = write_song(tmp_path / f"a{suffix}")
    tag(path)
    read = read_tags(path, tmp_path)
    assert read.duration_s is not None
    fields = set(Tags.__struct_fields__) - {"duration_s"}
    assert {f: getattr(read, f) for f in fields} == {f: getattr(WANTED, f) for f in fields}


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav", ".aiff"])
def test_a_cover_changes_nothing(tmp_path: Path, suffix: str) -> None:
    """It is left out when the tags are read, in front of other fields and behind them."""
    path = write_song(tmp_path / f"a{suffix}")
    tag(path)
    plain, name = read_tags(path, tmp_path), song_id(path)
    file: Any = mutagen.File(path)
    picture = Picture()
    picture.data, picture.mime, picture.type = COVER, "image/jpeg", 3
    if suffix in (".mp3", ".wav", ".aiff"):
        file.tags.add(id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=COVER))
    elif suffix == ".m4a":
        file["covr"] = [MP4Cover(COVER)]
    elif suffix == ".flac":
        file.add_picture(picture)
    else:
        file["metadata_block_picture"] = base64.b64encode(picture.write()).decode()
        file["zzz"] = "behind it"
    file.save()
    assert path.stat().st_size > 5 << 20
    assert read_tags(path, tmp_path) == plain
    assert song_id(path) == name


def test_mp3gain_writes_ape_behind_an_mp3(tmp_path: Path) -> None:
    path = write_song(tmp_path / "a.mp3")
    ape = APEv2()
    ape["REPLAYGAIN_TRACK_GAIN"] = "+2.000000 dB"
    ape["REPLAYGAIN_TRACK_PEAK"] = "1.0"
    ape.save(str(path))
    tags = read_tags(path, tmp_path)
    assert (tags.loudness, tags.peak_db) == (-20.0, 0.0)


def test_opus_says_its_loudness_in_steps_of_a_256th(tmp_path: Path) -> None:
    path = write_song(tmp_path / "a.opus")
    file: Any = mutagen.File(path)
    file["R128_TRACK_GAIN"], file["R128_ALBUM_GAIN"] = "-2560", "256"
    file.save()
    tags = read_tags(path, tmp_path)
    assert (tags.loudness, tags.album_loudness) == (-13.0, -24.0)


def test_a_wav_file_may_have_its_fields_in_a_list(tmp_path: Path) -> None:
    path = write_song(tmp_path / "a.wav")
    items = b"".join(
        name + len(text).to_bytes(4, "little") + text + b"\0" * (len(text) % 2)
        for name, text in (
            (b"INAM", "Группа крови".encode("cp1251")),
            (b"IART", "Кино".encode("cp1251")),
            (b"IPRD", b"Album"),
            (b"ICRD", b"1988-01-05"),
        )
    )
    chunk = b"LIST" + (len(items) + 4).to_bytes(4, "little") + b"INFO" + items
    path.write_bytes(path.read_bytes() + chunk)
    tags = read_tags(path, tmp_path)
    told = (tags.title, tags.artist, tags.album, tags.year)
    assert told == ("Группа крови", "Кино", "Album", 1988)


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("TRACKNUMBER", "A3", "number", 3),
        ("TRACKNUMBER", "0", "number", None),
        ("TRACKNUMBER", "x", "number", None),
        ("DATE", "0000-00-00", "year", None),
        ("DATE", "ca. 1971", "year", 1971),
        ("BPM", "128,5", "bpm", 128.5),
        ("BPM", "0", "bpm", None),
        ("BPM", "nan", "bpm", None),
        ("REPLAYGAIN_TRACK_GAIN", "-7,5 dB", "loudness", -10.5),
        ("REPLAYGAIN_TRACK_GAIN", "-999 dB", "loudness", None),
        ("REPLAYGAIN_TRACK_PEAK", "0", "peak_db", None),
        ("LANGUAGE", "English; Hindi", "language", "en"),
        ("LANGUAGE", "हिन्दी", "language", "hi"),
        ("LANGUAGE", "zxx", "language", None),
        ("ITUNESADVISORY", "2", "explicit", False),
        ("TITLE", "Song [Explicit]", "explicit", True),
        ("MOOD", "Not happy", "mood", None),
        ("MOOD", "उदास", "mood", "sad"),
    ],
)
def test_values_as_people_write_them(name: str, text: str, field: str, value: object) -> None:
    assert getattr(typed({name: [text]}, None), field) == value
