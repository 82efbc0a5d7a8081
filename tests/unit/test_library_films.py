"""Films: our own list, CSV files as people have them, and Kodi's folders."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from edge.library.films import LARGEST, SHIPPED, read_films
from edge.messages import MOODS, Track


def films(*paths: Path) -> dict[str | None, Track]:
    return {film.title: film for film in read_films(paths).films}


def test_the_shipped_list_is_whole() -> None:
    found = read_films([SHIPPED])
    assert found.troubles == ()
    assert len(found.films) >= 120
    assert Counter(film.language for film in found.films).keys() == {"en", "hi"}
    by_mood = Counter((film.mood, film.language) for film in found.films)
    assert all(by_mood[mood, language] >= 7 for mood in MOODS for language in ("en", "hi"))
    for film in found.films:
        assert film.year is not None, film.title
        assert None not in (film.genre, film.valence, film.arousal), film.title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_in_any_order_and_dress(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["Language", "YEAR", "Movie", "genres", "mood"],
        ["Hindi", "1975", "Sholay", "Action|Adventure", ""],
        ["fre", "2001", "Amélie", "Romance", "happy"],
    ]
    path = tmp_path / "films.csv"
    path.write_text("\r\n".join(delimiter.join(row) for row in rows), encoding=encoding)
    found = films(path)
    assert (found["Sholay"].language, found["Sholay"].year) == ("hi", 1975)
    assert (found["Sholay"].mood, found["Sholay"].mood_from) == ("surprise", "genre")
    assert (found["Amélie"].language, found["Amélie"].mood) == ("fr", "happy")
    assert found["Amélie"].mood_from == "tag"


def test_a_kodi_folder(tmp_path: Path) -> None:
    folder = tmp_path / "Kahaani (2012)"
    folder.mkdir()
    (folder / "Kahaani.mkv").touch()
    (folder / "Kahaani.nfo").write_text(
        "<?xml version='1.0' encoding='UTF-8'?><movie><title>Kahaani</title>"
        "<premiered>2012-03-09</premiered><genre>Thriller</genre><genre>Mystery</genre>"
        "<fileinfo><streamdetails><audio><language>hin</language></audio></streamdetails>"
        "</fileinfo></movie>\nhttps://example.org/film/1\n",
        encoding="utf-8",
    )
    (tmp_path / "The.Lunchbox.2013.1080p.mkv").touch()
    (tmp_path / "Holiday video.mp4").touch()
    (tmp_path / ".hidden.mkv").touch()
    found = films(tmp_path)
    assert set(found) == {"Kahaani", "The Lunchbox", "Holiday video"}
    kahaani = found["Kahaani"]
    assert (kahaani.year, kahaani.genre, kahaani.language) == (2012, "Thriller/Mystery", "hi")
    assert kahaani.mood == "fear"
    assert found["The Lunchbox"].year == 2013


def test_what_is_broken_is_named_and_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,year\nGood,1999\n,2000\nAlso good,soon\n")
    (tmp_path / "b.csv").write_text("name only in spirit\nx\n")
    (tmp_path / "c.nfo").write_text("<movie><title>No end</title>")
    (tmp_path / "d.nfo").write_text(
        '<!DOCTYPE x [<!ENTITY a "ha">]><movie><title>&a;</title></movie>'
    )
    (tmp_path / "e.nfo").write_text("<movie><title>Half</title></wrong></movie>")
    (tmp_path / "f.csv").write_bytes(b"title\n" + b"x" * LARGEST)
    (tmp_path / "g.csv").write_bytes(b"")
    found = read_films([tmp_path, tmp_path / "missing.csv"])
    assert {film.title for film in found.films} == {"Good", "Also good"}
    assert len(found.troubles) == 8
    assert any("a.csv, line 3" in text for text in found.troubles)


def test_a_film_is_known_by_title_and_year_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,year\nDon,1978\nDon,2006\n")
    (tmp_path / "b.csv").write_text("year,title\n1978,DON\n")
    assert len(read_films([tmp_path]).films) == 2
