"""What is read without mutagen is what mutagen reads, in whatever way it is written."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import APIC, ID3, TALB, TBPM, TCON, TDRC, TIT2, TPE1, TPE2, TRCK, TXXX
from mutagen.mp4 import MP4Cover

from edge.library.fields import WANTED
from edge.library.swift import Said, swift
from edge.library.tags import slow
from edge.library.window import Window
from tests.songs import write_song

KINDS = (".mp3", ".flac", ".ogg", ".opus", ".m4a")
TEXTS = {
    "title": "ज़िंदगी / Été",
    "artist": ["One", "Two"],
    "albumartist": "Various Artists",
    "album": "x" * 400,
    "genre": "Rock",
    "date": "1999-12-31",
    "tracknumber": "3/12",
    "discnumber": "1",
}


def genres(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(str, TCON(encoding=3, text=list(texts)).genres))


def quickly(path: Path) -> Said | None:
    with path.open("rb") as file:
        return swift(Window(file), path.suffix, genres)


def slowly(path: Path) -> tuple[dict[str, list[str]], float | None]:
    with path.open("rb") as file:
        return slow(Window(file), path.suffix)


def told(raw: dict[str, list[str]]) -> dict[str, list[str]]:
    """What means something to a song, without empty texts; of a date the year."""
    clean = {
        name: [text[:4] if name == "TDRC" else text for text in texts if text]
        for name, texts in raw.items()
    }
    return {name: texts for name, texts in clean.items() if texts and name in WANTED}


def same(path: Path) -> bool:
    """Whether both say the same; False where only mutagen can say."""
    quick = quickly(path)
    if quick is None:
        return False
    raw, seconds = slowly(path)
    assert told(quick[0]) == told(raw)
    assert quick[1] == pytest.approx(seconds)
    return True


def tagged(path: Path) -> Path:
    file: Any = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    for name, value in TEXTS.items():
        file[name] = value
    file.save()
    return path


@pytest.mark.parametrize("suffix", KINDS)
def test_the_usual_files_are_read_alike(tmp_path: Path, suffix: str) -> None:
    assert same(tagged(write_song(tmp_path / f"a{suffix}", seconds=1.0)))


@pytest.mark.parametrize("suffix", KINDS)
def test_pictures_change_nothing(tmp_path: Path, suffix: str) -> None:
    path = tagged(write_song(tmp_path / f"a{suffix}", seconds=1.0))
    before = quickly(path)
    file: Any = mutagen.File(path)
    if suffix == ".mp3":
        file.tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=bytes(300_000)))
    elif suffix == ".m4a":
        file["covr"] = [MP4Cover(bytes(300_000))]
    else:
        file["metadata_block_picture"] = "A" * 300_000
    file.save()
    assert same(path)
    assert quickly(path) == before


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("encoding", range(4))
def test_every_alphabet_of_id3_is_read_alike(tmp_path: Path, version: int, encoding: int) -> None:
    path = write_song(tmp_path / "a.mp3", seconds=1.0)
    tags = ID3()
    letters = "Été" if encoding == 0 else "Été ज़िंदगी"
    for frame in (TIT2, TPE1, TALB):
        tags.add(frame(encoding=encoding, text=letters))
    tags.add(TPE2(encoding=encoding, text=["a", "b"]))
    tags.add(TCON(encoding=encoding, text="(17)(4)Eurodisco"))
    tags.add(TXXX(encoding=encoding, desc="MOOD", text=letters))
    tags.add(TXXX(encoding=encoding, desc="nothing that is asked for", text="x"))
    tags.add(TDRC(encoding=encoding, text="1984-05-06"))
    tags.add(TRCK(encoding=encoding, text="3/9"))
    tags.add(TBPM(encoding=encoding, text="120"))
    if version == 3:
        tags.update_to_v23()
    tags.save(path, v2_version=version)
    # Texts of version 2.3 may only be in two of the four alphabets; mutagen writes the others so.
    assert same(path)


def _v1(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"TAG" + b"Old title".ljust(124, b"\0") + b"\x11")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def _odd_date(path: Path) -> None:
    tags = ID3(path)
    tags.add(TDRC(encoding=3, text="1984-05-06T12"))
    tags.save(path)


@pytest.mark.parametrize("spoil", [_v1, _odd_date])
def test_what_is_rarer_is_left_to_mutagen(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = write_song(tmp_path / "a.mp3", seconds=1.0, tags={"title": "T"})
    spoil(path)
    assert quickly(path) is None


@pytest.mark.parametrize("suffix", [".ogg", ".opus"])
def test_a_stream_without_its_end_is_left_to_mutagen(tmp_path: Path, suffix: str) -> None:
    path = write_song(tmp_path / f"a{suffix}", seconds=1.0)
    _cut(path)
    assert quickly(path) is None


@pytest.mark.parametrize("suffix", KINDS)
def test_garbled_files_end_in_an_answer_or_a_usual_error(tmp_path: Path, suffix: str) -> None:
    whole = tagged(write_song(tmp_path / f"a{suffix}", seconds=0.3)).read_bytes()
    path, dice = tmp_path / f"b{suffix}", random.Random(7)
    answers = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(min(len(data), 3000))] = dice.randrange(256)
        path.write_bytes(data[: dice.choice((len(data), dice.randrange(len(data))))])
        try:
            said = quickly(path)
        except (ValueError, IndexError, OverflowError):  # mutagen is asked then
            continue
        answers += said is not None
        assert said is None or all(isinstance(t, str) for texts in said[0].values() for t in texts)
    assert answers
