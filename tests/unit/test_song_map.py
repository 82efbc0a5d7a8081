"""The map: every song in its place, in letters and as a picture that XML readers take."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from edge.messages import Mood, Track
from edge.song_map import drawn, svg


def song(name: str, mood: Mood | None, valence: float | None, arousal: float | None) -> Track:
    return Track(
        id=name, path=f"/{name}.mp3", title=name, mood=mood, valence=valence, arousal=arousal
    )


def test_letters_stand_where_the_songs_do() -> None:
    lines = drawn(
        [song("a", "happy", 1.0, 1.0), song("b", "sad", -1.0, -1.0), song("c", None, None, None)]
    ).splitlines()
    plane = lines[1:-4]
    assert plane[0].endswith("h")
    assert plane[-1].startswith("s")
    assert "happy 1" in lines[-2]
    assert "unnamed 1" in lines[-2]


def test_many_in_one_place_are_a_capital() -> None:
    assert "H" in drawn([song(str(n), "happy", 0.5, 0.5) for n in range(5)])


def test_any_width_will_do() -> None:
    for width in (1, 40, 79, 400):
        lines = drawn([song("a", "fear", 0.0, 0.0)], width).splitlines()
        assert "f" in "".join(lines[1:-4])


def test_the_picture_is_xml_whatever_the_songs_are_called() -> None:
    picture = svg([song("<&>\x00\x07", "happy", 0.2, 0.2), song("b", None, None, None)])
    root = ET.fromstring(picture)  # noqa: S314 - our own
    circles = [one for one in root if one.tag.endswith("circle")]
    assert len(circles) == 1
    assert "<&>" in "".join(circles[0].itertext())
