"""The next song: fits the mood and the policy, rests the others, minds likes and language."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import hypot
from typing import Any

import pytest
from msgspec.structs import replace

from edge.messages import MOODS, Mood, Now, Track
from edge.mind import course as courses
from edge.mind.circumplex import PLACES, expectation, where
from edge.mind.course import STEP, Journey
from edge.mind.dj import Choice, Record, Wish, choose, rank, recommend
from edge.mind.house import House
from edge.mind.shelves import Shelves, arrange, rearrange

JUNE, CHRISTMAS_EVE = 1_781_500_000.0, 1_798_100_000.0
TRACKS = [
    Track(id=f"{mood}-{number}", path=f"/{mood}/{number}", mood=mood)
    for mood in MOODS
    for number in (1, 2)
]


def at(wall: float) -> Now:
    return Now(at=0.0, wall=wall)


def spread_out(count: int = 900) -> list[Track]:
    """Songs all over the plane, without words for their mood."""
    side = round(count**0.5)
    return [
        Track(id=f"{x}-{y}", path=f"/{x}-{y}", valence=2 * x / side - 1, arousal=2 * y / side - 1)
        for x in range(side + 1)
        for y in range(side + 1)
    ]


def ranked(
    tracks: Sequence[Track],
    mood: Mood | None,
    record: Record = Record(),  # noqa: B008 - frozen
    house: House = House(),  # noqa: B008 - frozen
    dice: float = 0.0,
    wall: float = JUNE,
    **wish: Any,
) -> list[Choice]:
    shelves = arrange(tracks, house)
    by_id = {track.id: track for track in tracks}
    return rank(by_id, shelves, Wish(mood=mood, **wish), record, at(wall), dice, len(tracks))


def pick(mood: Mood | None, tracks: Sequence[Track] = TRACKS, **more: Any) -> Track:
    return ranked(tracks, mood, **more)[0].track


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("dice", [0.0, 0.5, 0.999])
def test_a_matching_song(mood: Mood, dice: float) -> None:
    assert pick(mood, dice=dice).mood == mood


def test_angry_and_fear_are_told_apart_though_the_plane_cannot() -> None:
    assert pick("angry").mood == "angry"
    assert pick("fear").mood == "fear"


def test_the_other_song_comes_next() -> None:
    assert pick("happy", record=Record(heard=("happy-1",))).id == "happy-2"
    assert pick("happy", record=Record(heard=("happy-1", "happy-2"))).id == "happy-1"


@pytest.mark.parametrize("mood", ["angry", "disgust", "fear"])
@pytest.mark.parametrize("policy", ["lift", "calm"])
@pytest.mark.parametrize("dice", [0.0, 0.3, 0.9])
def test_harsh_moods_are_not_answered_with_more_of_the_same(
    mood: Mood, policy: str, dice: float
) -> None:
    assert pick(mood, policy=policy, dice=dice).mood not in courses.HARSH
    placed = pick(mood, spread_out(), policy=policy, dice=dice)
    place = where(placed)
    assert place is not None
    assert all(hypot(place[0] - x, place[1] - y) > 0.3 for x, y in map(PLACES.get, courses.HARSH))  # type: ignore[misc]  # all are there


@pytest.mark.parametrize("mood", MOODS)
def test_calm_is_calm(mood: Mood) -> None:
    calmed = pick(mood, policy="calm")
    assert calmed.mood is not None
    assert PLACES[calmed.mood][1] <= 0


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("dice", [0.1, 0.6])
def test_lift_goes_from_here_to_happy_in_short_steps(mood: Mood, dice: float) -> None:
    tracks = spread_out(2500)
    journey, heard = Journey(), list[str]()
    places = []
    for _ in range(6):
        track = pick(
            mood, tracks, policy="lift", journey=journey, record=Record(heard=heard), dice=dice
        )
        course = courses.plot(mood, "lift", None, journey)
        journey = courses.travel(journey, mood, track, course)
        heard.append(track.id)
        place = where(track)
        assert place is not None
        places.append(place)
    goal = PLACES["happy"]
    apart = [hypot(x - goal[0], y - goal[1]) for x, y in places]
    assert apart[-1] < 0.3
    assert all(after < before + 0.3 for before, after in itertools.pairwise(apart))
    steps = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(places)]
    assert max(steps[:4]) <= STEP + 1e-9
    if mood in {"sad", "neutral"}:
        assert hypot(places[0][0] - PLACES[mood][0], places[0][1] - PLACES[mood][1]) < 0.2


def test_lift_plays_at_most_two_sad_songs_to_the_sad() -> None:
    tracks = [Track(id=f"s{n}", path=f"/s{n}", mood="sad") for n in range(20)] + [
        Track(id=f"h{n}", path=f"/h{n}", mood="happy") for n in range(3)
    ]
    journey, moods = Journey(), []
    heard: list[str] = []
    for _ in range(6):
        track = pick("sad", tracks, policy="lift", journey=journey, record=Record(heard=heard))
        journey = courses.travel(journey, "sad", track, courses.plot("sad", "lift", None, journey))
        heard.append(track.id)
        moods.append(track.mood)
    assert moods[0] == "sad"
    assert moods.count("sad") <= 2


def test_a_disliked_song_gives_way_to_another() -> None:
    assert pick("happy", record=Record(likes={"happy-1": False})).id == "happy-2"


def test_language_holds_where_it_can_and_says_where_it_cannot() -> None:
    hindi = Track(id="h", path="/h", mood="happy", language="hi")
    english = Track(id="e", path="/e", mood="happy", language="en")
    wordless = Track(id="w", path="/w", mood="happy")
    for dice in (0.0, 0.4, 0.9):
        best = ranked([hindi, english, wordless], "happy", language="hi", dice=dice)[0]
        assert best.track is hindi
        assert ranked([english, wordless], "happy", language="hi", dice=dice)[0].track is wordless
    fallback = ranked([english], "happy", language="hi")[0]
    assert fallback.track is english
    assert "in English, for nothing in your language fits" in fallback.reason
    sad_hindi = replace(hindi, mood="sad")
    assert ranked([sad_hindi, english], "happy", language="hi")[0].track is english


def test_an_unknown_song_is_better_than_none_and_nothing_is_no_crash() -> None:
    assert pick("fear", [Track(id="x", path="/x")]).id == "x"
    assert ranked([], "fear") == []
    assert choose({}, arrange([], House()), Wish(), Record(), at(JUNE), 0.5) is None


@pytest.mark.parametrize("mood", [None, *MOODS])
@pytest.mark.parametrize("policy", ["match", "lift", "calm"])
def test_three_songs_are_enough_and_none_comes_twice_in_a_row(
    mood: Mood | None, policy: str
) -> None:
    tracks = [Track(id=str(n), path=f"/{n}", mood="angry") for n in range(3)]
    heard: list[str] = []
    for turn in range(9):
        heard.append(
            pick(mood, tracks, policy=policy, record=Record(heard=heard), dice=turn / 9).id
        )
    assert all(a != b for a, b in itertools.pairwise(heard))
    assert set(heard) == {"0", "1", "2"}


def test_no_artist_twice_in_a_row_where_another_fits() -> None:
    tracks = [
        Track(id=f"{artist}{n}", path=f"/{artist}{n}", mood="happy", artist=artist)
        for artist in ("A", "B")
        for n in range(10)
    ]
    for dice in (0.0, 0.25, 0.5, 0.75):
        assert pick("happy", tracks, record=Record(heard=("A1",)), dice=dice).artist == "B"
    only = [track for track in tracks if track.artist == "A"]
    assert pick("happy", only, record=Record(heard=("A1",))).id != "A1"


def test_soft_rules_give_way_in_their_order() -> None:
    """Fairness before the artist, the artist before the rest."""
    often = Track(id="often", path="/o", mood="happy", artist="X")
    same_artist = Track(id="artist", path="/a", mood="happy", artist="A")
    resting = Track(id="rests", path="/r", mood="happy", artist="Y")
    last = Track(id="last", path="/l", mood="happy", artist="A")
    record = Record(heard=("rests", "last"), plays={"often": 90, "rests": 1, "last": 1})
    tracks = [often, same_artist, resting, last]
    assert [one.track.id for one in ranked(tracks, "happy", record)] == [
        "often",
        "artist",
        "rests",
        "last",
    ]


def test_a_song_rests_no_longer_than_its_time() -> None:
    tracks = [Track(id=str(n), path=f"/{n}", mood="happy") for n in range(4)]
    heard = ("0", "1", "2")
    times = {"0": JUNE - 9000.0, "1": JUNE - 400.0, "2": JUNE - 200.0}
    record = Record(heard=heard, last=times)
    firsts = {pick("happy", tracks, record=record, dice=dice / 20).id for dice in range(20)}
    assert firsts <= {"0", "3"}


def test_what_the_house_bars_is_nowhere() -> None:
    tracks = [
        Track(id="metal", path="/m", mood="happy", genre="Death Metal"),
        Track(id="rude", path="/r", mood="happy", explicit=True),
        Track(id="bells", path="/b", mood="happy", title="Jingle Bells"),
        Track(id="fine", path="/f", mood="sad"),
    ]
    house = House(exclude=frozenset({"metal"}), explicit=False)
    by_id = {track.id: track for track in tracks}
    assert [one.track.id for one in ranked(tracks, "happy", house=house)] == ["fine"]
    shelves = arrange(tracks, house)
    listed = recommend(by_id, shelves, Wish(mood="happy"), Record(), at(JUNE), 10)
    assert [one.track.id for one in listed] == ["fine"]
    likes = Record(likes={"metal": True, "rude": True, "bells": True})
    assert [one.track.id for one in ranked(tracks, "happy", likes, house)] == ["fine"]
    at_christmas = ranked(tracks, "happy", house=house, wall=CHRISTMAS_EVE)
    assert [one.track.id for one in at_christmas] == ["bells", "fine"]


def test_recommendations_are_in_the_order_of_their_scores() -> None:
    tracks = spread_out()
    by_id = {track.id: track for track in tracks}
    listed = recommend(by_id, arrange(tracks, House()), Wish(mood="sad"), Record(), at(JUNE), 50)
    scores = [one.score for one in listed]
    assert len(listed) == 50
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_every_choice_says_why() -> None:
    assert ranked(TRACKS, "sad")[0].reason == "sad, like the mood"
    assert ranked(TRACKS, None)[0].reason == "any, for how you feel is not known"
    liked = ranked(TRACKS, "sad", Record(likes={"sad-1": True, "sad-2": True}))[0]
    assert liked.reason == "sad, like the mood; you like it"
    assert "for you have nothing else" in ranked(TRACKS[:2], "angry", policy="lift")[0].reason


def test_expectation_is_the_middle_of_what_is_probable() -> None:
    valence, arousal = expectation({"happy": 0.5, "sad": 0.5})
    assert valence == pytest.approx(0.09)
    assert arousal == pytest.approx(0.12)


def test_songs_that_come_or_are_better_known_stand_where_a_new_order_would_put_them() -> None:
    old = [*TRACKS, Track(id="x", path="/x"), Track(id="m", path="/m", mood="sad", genre="Metal")]
    new = [
        Track(id="x", path="/x", mood="fear", language="hi"),
        Track(id="sad-1", path="/s", valence=0.4, arousal=-0.3, album="A", artist="B"),
        Track(id="y", path="/y", title="Silent Night"),
        Track(id="m", path="/m", mood="sad", genre="Folk"),
    ]
    house = House(exclude=frozenset({"metal"}))
    before = {track.id: track for track in old}
    after = before | {track.id: track for track in new}
    del after["happy-2"]
    changed = ["x", "sad-1", "y", "m", "happy-2"]
    first = arrange(old, house)
    step = rearrange(first, before, after, changed)
    whole = arrange(after.values(), house)
    assert step.features == whole.features
    assert contents(step) == contents(whole)
    assert contents(first) == contents(arrange(old, house)) != contents(whole)


def contents(shelves: Shelves) -> dict[tuple[object, ...], list[str]]:
    """What stands where; an empty shelf is none."""
    halls: dict[object, dict[Any, list[str]]] = {
        "albums": shelves.albums,
        "artists": shelves.artists,
        "genres": shelves.genres,
    }
    halls |= {("plain", name): hall for name, hall in shelves.halls.items()}
    halls |= {("festive", name): hall for name, hall in shelves.festive.items()}
    return {
        (name, key): sorted(shelf)
        for name, hall in halls.items()
        for key, shelf in hall.items()
        if shelf
    }


@pytest.mark.parametrize("known", [None, "elsewhere"])
def test_a_song_of_which_nobody_knows_where_it_stood_is_not_there_twice(known: str | None) -> None:
    old = Track(id="sad-1", path="/sad/1", mood="fear", artist="X")
    after = {track.id: track for track in TRACKS}
    before = after | {"sad-1": old} if known else {"x": old}
    step = rearrange(arrange(TRACKS, House()), before, after, ["sad-1"])
    assert contents(step) == contents(arrange(TRACKS, House()))
