"""Playlists as people have them: other systems' paths, old letters, comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.library.playlists import read_playlist


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for name in ("a.mp3", "deep/b.mp3", "Größe.mp3", "Привет.mp3", "with space.mp3"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def songs(music: Path, content: bytes, name: str = "lists/Happy Hits.m3u8") -> list[str]:
    path = music / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    found = read_playlist(path, music, 1, 2)
    return [str(Path(song).relative_to(music)) for song in found.songs]


def test_relative_absolute_and_foreign_paths(music: Path) -> None:
    lines = (
        *("#EXTM3U", "#EXTINF:12,A - B", "../a.mp3", f"{music}/deep/b.mp3", ""),
        *("../missing.mp3", r"..\deep\b.mp3", r"C:\Users\me\Music\Größe.mp3"),
        *("http://radio.example/stream.mp3", f"file://{music}/with%20space.mp3"),
    )
    found = songs(music, "\r\n".join(lines).encode())
    assert found == ["a.mp3", "deep/b.mp3", "Größe.mp3", "with space.mp3"]


@pytest.mark.parametrize("page", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_letters_of_any_kind(music: Path, page: str) -> None:
    assert songs(music, "../Привет.mp3\n".encode(page), "lists/x.m3u") == ["Привет.mp3"]
    assert songs(music, "../Größe.mp3\n".encode("cp1252"), "lists/y.m3u") == ["Größe.mp3"]


def test_its_name_may_hold_a_mood(music: Path) -> None:
    for name, mood in (("Happy Hits", "happy"), ("My Sad Songs", "sad"), ("Mix", None)):
        path = music / f"{name}.m3u8"
        path.write_text("a.mp3\n")
        assert read_playlist(path, music, 1, 2).mood == mood


def test_garbage_is_no_song(music: Path) -> None:
    assert songs(music, bytes(range(256)) * 300) == []
