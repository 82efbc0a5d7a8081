"""More like this: the nearest first, nothing that the house bars, and why."""

from __future__ import annotations

from edge.messages import Now, Track
from edge.mind.house import House
from edge.mind.shelves import arrange
from edge.mind.similar import similar

NOW = Now(at=0.0, wall=1_781_500_000.0)
LIKE = Track(
    id="like",
    path="/like",
    artist="Asha",
    album="Best",
    genre="Bollywood",
    language="hi",
    year=1971,
    bpm=120.0,
    mood="happy",
)
OTHERS = [
    Track(id="sister", path="/1", artist="Asha", album="Best", genre="Bollywood", mood="happy"),
    Track(id="genre", path="/2", genre="Bollywood", language="hi", mood="happy"),
    Track(id="time", path="/3", year=1972, bpm=121.0),
    Track(id="stranger", path="/4", genre="Polka", language="de", mood="angry", year=2020),
    Track(id="rude", path="/5", artist="Asha", genre="Bollywood", explicit=True),
    Track(id="bells", path="/6", artist="Asha", genre="Bollywood", title="Jingle Bells"),
]


def found(count: int = 10) -> list[tuple[str, str, float]]:
    tracks = {track.id: track for track in [LIKE, *OTHERS]}
    shelves = arrange(tracks.values(), House(explicit=False))
    choices = similar(tracks, shelves, LIKE, NOW, count)
    return [(one.track.id, one.reason, one.score) for one in choices]


def test_the_nearest_first_and_neither_itself_nor_what_is_barred() -> None:
    assert [name for name, _, _ in found()] == ["sister", "genre", "time", "stranger"]
    scores = [score for _, _, score in found()]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_the_reason_says_what_is_alike() -> None:
    reasons = {name: reason for name, reason, _ in found()}
    assert reasons["sister"].startswith("from the same album, also Bollywood, also by Asha")
    assert reasons["time"] == "of about the same tempo, from about the same time"


def test_no_more_than_asked_and_an_unknown_song_is_no_crash() -> None:
    assert len(found(2)) == 2
    assert similar({}, arrange([], House()), LIKE, NOW, 5) == []


def test_in_a_large_collection_the_kin_are_found_among_strangers() -> None:
    crowd = [
        Track(id=str(n), path=f"/c{n}", artist=f"X{n}", genre="Noise", mood="sad", bpm=60.0)
        for n in range(5000)
    ]
    tracks = {track.id: track for track in [LIKE, *OTHERS, *crowd]}
    choices = similar(tracks, arrange(tracks.values(), House(explicit=False)), LIKE, NOW, 3)
    assert [one.track.id for one in choices][:2] == ["sister", "genre"]
