"""A song keeps its id when it is retagged, renamed or moved, and shares it with no other."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, ID3, TIT2
from mutagen.mp4 import MP4Cover

from edge.library.identity import song_id
from tests.songs import CODECS, write_song

COVER = b"\xff\xd8" + random.Random(7).randbytes(300_000)


def retag(path: Path, title: str, cover: bytes) -> None:
    """New tags in the container's own way, long enough to move everything behind them."""
    if path.suffix in (".mp3", ".aac"):
        tags = ID3()
        tags.add(TIT2(encoding=3, text=title))
        tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))
        tags.save(path)
        return
    file: Any = mutagen.File(path)
    if path.suffix in (".wav", ".aiff"):
        if file.tags is None:
            file.add_tags()
        file.tags.add(TIT2(encoding=3, text=title))
        file.tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))
    elif path.suffix == ".m4a":
        file["\xa9nam"] = title
        file["covr"] = [MP4Cover(cover)]
    elif path.suffix == ".wma":
        file["Title"] = title
        file["WM/Lyrics"] = cover.hex()[:60_000]
    else:
        file["title"] = title
        file["lyrics"] = cover.hex()
    file.save()


@pytest.mark.parametrize("suffix", CODECS)
def test_outlives_retagging_and_moving(tmp_path: Path, suffix: str) -> None:
    path = write_song(tmp_path / f"a{suffix}", seconds=1.5, tags={"title": "Old"})
    before, size = song_id(path), path.stat().st_size
    retag(path, "A much longer title than before", COVER)
    assert path.stat().st_size > size + 10_000
    moved = path.rename(tmp_path / f"another name{suffix}")
    assert song_id(moved) == before
    retag(moved, "x", b"")
    assert song_id(moved) == before


@pytest.mark.parametrize("suffix", CODECS)
def test_another_song_has_another_id(tmp_path: Path, suffix: str) -> None:
    songs = [
        write_song(tmp_path / f"a{suffix}", 440, 1.0),
        write_song(tmp_path / f"b{suffix}", 450, 1.0),
        write_song(tmp_path / f"c{suffix}", 440, 1.5),
    ]
    assert len({song_id(path) for path in songs}) == 3


def test_tags_at_the_end_do_not_count(tmp_path: Path) -> None:
    path = write_song(tmp_path / "a.mp3")
    before = song_id(path)
    ape = APEv2()
    ape["Title"] = "x" * 3000
    ape.save(str(path))
    with path.open("ab") as file:
        file.write(b"TAG" + b"title".ljust(125, b"\0"))
    assert song_id(path) == before


@pytest.mark.parametrize("suffix", CODECS)
def test_a_cut_or_garbled_file_has_an_id_of_its_own(tmp_path: Path, suffix: str) -> None:
    path = write_song(tmp_path / f"a{suffix}", seconds=1.0)
    whole = path.read_bytes()
    ids = {song_id(path)}
    for cut in (1, 5, 12, 30, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        ids.add(song_id(path))
    assert len(ids) >= 3
    dice = random.Random(suffix)
    for _ in range(50):
        garbled = bytearray(whole)
        for _ in range(20):
            garbled[dice.randrange(200)] = dice.randrange(256)
        path.write_bytes(garbled)
        assert len(song_id(path)) == 24
