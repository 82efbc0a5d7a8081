"""Old code pages: read where it is sure, marked where it is not, and Western names left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutagen.id3 import ID3, TIT2, TPE1

from edge.library.letters import decoded, repaired
from edge.library.tags import read_tags
from tests.songs import write_song

SURE = {
    "cp1251": ("Привет", "Группа крови", "Звезда по имени Солнце", "Что такое осень", "Земфира"),
    "koi8-r": ("Привет", "Группа крови"),
    "gbk": ("月亮代表我的心", "甜蜜蜜", "周杰伦", "七里香", "千里之外"),
    "cp932": ("千と千尋の神隠し", "さくら", "上を向いて歩こう", "ハナミズキ"),
    "utf-8": ("é", "तुम ही हो", "Привет", "Größe", "日本"),
}
WESTERN = (
    *("été", "Größe", "Motörhead", "Café", "Señor Ñandú", "Ágætis byrjun", "Mötley Crüe", "Noël"),
    *("Ça ira", "Déjà vu", "Øå", "Ó", "Jónsi", "Sigur Rós", "Ünä"),
)
UNSURE = {
    "cp949": ("사랑", "강남스타일"),
    "cp932": ("久石譲",),
    "gbk": ("邓丽君",),
    "cp1251": ("ДДТ",),
}


@pytest.mark.parametrize(("page", "text"), [(p, t) for p, texts in SURE.items() for t in texts])
def test_read_where_it_is_sure(page: str, text: str) -> None:
    assert repaired([text.encode(page).decode("latin-1")]) == ((text,), (False,))


@pytest.mark.parametrize("text", WESTERN)
def test_western_names_stay(text: str) -> None:
    assert repaired([text]) == ((text,), (False,))


@pytest.mark.parametrize(("page", "text"), [(p, t) for p, texts in UNSURE.items() for t in texts])
def test_marked_where_it_is_not(page: str, text: str) -> None:
    garbled = text.encode(page).decode("latin-1")
    assert repaired([garbled]) == ((garbled,), (True,))


def test_one_field_helps_the_other_and_so_does_the_language() -> None:
    garbled = [text.encode("cp1251").decode("latin-1") for text in ("ДДТ", "Что такое осень")]
    assert repaired([*garbled, "Rock"])[0] == ("ДДТ", "Что такое осень", "Rock")
    assert repaired(["사랑".encode("cp949").decode("latin-1")], "ko")[0] == ("사랑",)


@pytest.mark.parametrize("text", ["Title", "Привет"])
def test_bytes_in_the_wrong_order(text: str) -> None:
    assert repaired([text.encode("utf-16-be").decode("utf-16-le")]) == ((text,), (False,))


def test_byte_order_marks_that_do_not_belong() -> None:
    assert repaired(["\ufeffTitle"])[0] == ("Title",)
    assert decoded(b"\xef\xbb\xbfTitle") == "Title"
    assert decoded("Grüße".encode("utf-16")) == "Grüße"
    assert decoded("Grüße".encode("cp1252")) == "Grüße"


def test_a_file_with_old_tags(tmp_path: Path) -> None:
    path = write_song(tmp_path / "a.mp3")
    frames = ID3()
    frames.add(TIT2(encoding=0, text="Группа крови".encode("cp1251").decode("latin-1")))
    frames.add(TPE1(encoding=0, text="Кино".encode("cp1251").decode("latin-1")))
    frames.save(path)
    tags = read_tags(path, tmp_path)
    assert (tags.title, tags.artist, tags.doubtful) == ("Группа крови", "Кино", ())
    frames.setall("TIT2", [TIT2(encoding=0, text="사랑".encode("cp949").decode("latin-1"))])
    frames.delall("TPE1")
    frames.save(path)
    assert read_tags(path, tmp_path).doubtful == ("title",)
