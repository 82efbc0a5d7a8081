"""Where a song stands: who is believed, how far the others move it, and what it is called."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from edge.messages import MOODS, MoodFrom, Track
from edge.mind.circumplex import PLACES
from edge.mind.genres import GENRES, genre_place, tempo_arousal
from edge.mind.hearing import Features, heard
from edge.mind.song_mood import Evidence, Felt, Placed, named, standing
from edge.mind.song_words import felt_words, reasons

LIVELY = Features(
    seconds=60, tempo=150, pulse=0.7, onsets=6, loudness=-10, loudness_range=3, peak_db=-0.5,
    brightness=3000, major=0.9, clarity=0.9, key=2,
)  # fmt: skip
STILL = Features(
    seconds=60, tempo=60, pulse=0.1, onsets=0.5, loudness=-22, loudness_range=9, peak_db=-6,
    brightness=700, major=-0.9, clarity=0.9, key=9,
)  # fmt: skip


def song(**fields: object) -> Track:
    return Track(id="a", path="/m/a.mp3", **fields)  # type: ignore[arg-type]  # a Track's own


def test_nobody_says_anything() -> None:
    stand = standing(song(), Evidence())
    assert (stand.mood, stand.valence, stand.spread, stand.mood_from) == (None, None, None, None)
    assert reasons(song(), Evidence()) == ()


@pytest.mark.parametrize("who", ["owner", "tag", "playlist", "folder"])
def test_a_word_beats_genre_and_listening(who: MoodFrom) -> None:
    stand = standing(song(mood="sad", mood_from=who, genre="Disco"), Evidence(features=LIVELY))
    assert (stand.mood, stand.mood_from) == ("sad", who)
    assert stand.valence is not None
    assert stand.valence < 0
    plain = standing(song(mood="sad", mood_from=who), Evidence())
    assert stand.arousal is not None
    assert plain.arousal is not None
    assert stand.arousal > plain.arousal, "a lively sad song is nearer to lively"
    assert stand.arousal - plain.arousal <= 0.35 + 1e-9, "but stays within the word's uncertainty"


def test_the_owners_word_beats_the_folder_and_the_tag() -> None:
    tagged = song(mood="sad", mood_from="tag")
    assert standing(tagged, Evidence(placed=Placed(mood="happy"))).mood == "happy"
    assert standing(tagged, Evidence(placed=Placed(mood="happy"))).mood_from == "owner"


def test_a_point_of_the_owners_is_kept_as_it_is() -> None:
    word = Placed(valence=-0.5, arousal=0.9)
    felt = (Felt(mood="happy", likes=50),)
    evidence = Evidence(placed=word, features=STILL, felt=felt)
    stand = standing(song(mood="sad", mood_from="folder", genre="Ambient"), evidence)
    assert (stand.valence, stand.arousal, stand.mood_from) == (-0.5, 0.9, "owner")
    assert sum(reason.weight for reason in reasons(song(), evidence)) == pytest.approx(1)


def test_a_genre_beats_listening() -> None:
    stand = standing(song(genre="Death Metal"), Evidence(features=STILL))
    assert (stand.mood_from, stand.mood) == ("genre", "angry")
    assert stand.arousal is not None
    assert stand.arousal >= 0.4


def test_listening_alone_is_wide_in_valence() -> None:
    stand = standing(song(), Evidence(features=LIVELY))
    assert stand.mood_from == "listening"
    assert stand.spread is not None
    assert stand.spread > 0.35
    sound = heard(LIVELY)
    assert sound.valence_spread > sound.arousal_spread


def test_lively_music_excites_more_than_still_music() -> None:
    assert heard(LIVELY).arousal > heard(STILL).arousal + 0.8
    assert heard(LIVELY).valence > heard(STILL).valence


def test_little_to_hear_is_less_sure() -> None:
    short = heard(replace(LIVELY, seconds=5))
    assert short.arousal_spread > heard(LIVELY).arousal_spread


def test_a_sound_beyond_all_others_stays_on_the_plane() -> None:
    wild = replace(LIVELY, tempo=1e9, onsets=1e9, loudness=1e9, brightness=1e9, major=5)
    nothing = replace(STILL, tempo=0, onsets=0, loudness=-1e9, brightness=0, pulse=0)
    for sound in (heard(wild), heard(nothing)):
        assert -1 <= sound.valence <= 1
        assert -1 <= sound.arousal <= 1


def test_likes_and_skips_move_a_song_within_its_spread() -> None:
    tagged = song(mood="happy", mood_from="tag")
    still = standing(tagged, Evidence())
    once = standing(tagged, Evidence(felt=(Felt(mood="sad", likes=1),)))
    always = standing(tagged, Evidence(felt=(Felt(mood="sad", likes=10_000),)))
    away = standing(tagged, Evidence(felt=(Felt(mood="sad", skips=10_000),)))
    places = [one.valence for one in (away, still, once, always)]
    assert None not in places
    assert places == sorted(places, reverse=True)  # type: ignore[type-var]  # none is None
    assert abs(always.moved[0]) <= 0.3
    assert abs(always.moved[1]) <= 0.3
    assert always.mood == "happy", "the tag's word stays"


def test_a_mood_is_named_only_where_one_is_likeliest() -> None:
    assert named(PLACES["happy"], (0.2, 0.2)) == "happy"
    assert named((-0.58, 0.58), (0.3, 0.3)) is None, "angry and fear lie together"
    assert named((0.1, 0.2), (0.7, 0.7)) is None
    assert named((0.0, 0.0), (0.2, 0.2)) == "neutral"
    assert named((0.0, 0.0), (0.4, 0.4)) is None, "not known is not neutral"


@pytest.mark.parametrize(
    ("genre", "kin"),
    [
        ("Bollywood", "filmi"),
        ("Melodic Death Metal", "death metal"),
        ("CLASSICAL MUSIC", "classical"),
        ("Hindi Film Songs", "hindi film"),
        ("R&B/Soul", "soul"),
        ("Pop/Rock", "pop/rock"),
        ("Ghazals", "ghazal"),
        ("Indian Pop", "indipop"),
    ],
)
def test_genres_as_people_write_them(genre: str, kin: str) -> None:
    assert genre_place(genre) == GENRES[kin]


def test_genres_that_nobody_knows_say_nothing() -> None:
    assert genre_place("xyzzy") is None
    assert genre_place("") is None
    assert genre_place(" ; / ,,") is None
    assert standing(song(genre="xyzzy"), Evidence()).mood_from is None


def test_genres_that_disagree_say_less() -> None:
    mixed = genre_place("Death Metal; Lullaby")
    assert mixed is not None
    assert mixed.spread > GENRES["death metal"].spread
    assert mixed.mood is None


def test_every_genre_lies_on_the_plane_and_is_honestly_wide() -> None:
    assert len(GENRES) > 400
    for name, place in GENRES.items():
        assert name == name.casefold().strip(), name
        assert -1 <= place.valence <= 1, name
        assert -1 <= place.arousal <= 1, name
        assert 0.3 <= place.spread <= 0.5, name
        assert place.mood is None or place.mood in MOODS, name


def test_indian_genres_are_known() -> None:
    for name in ("bollywood", "filmi", "bhajan", "ghazal", "bhangra", "qawwali", "carnatic"):
        assert genre_place(name) is not None


def test_a_tempo_alone_hints_at_arousal_only() -> None:
    fast, slow = standing(song(bpm=170.0), Evidence()), standing(song(bpm=60.0), Evidence())
    assert fast.arousal is not None
    assert slow.arousal is not None
    assert fast.arousal > slow.arousal
    assert (fast.valence, fast.spread) == (0.0, 0.7)
    assert tempo_arousal(0.0) == tempo_arousal(40.0)


def test_reasons_are_words_with_their_weight() -> None:
    tagged = song(mood="happy", mood_from="folder", genre="Bhangra", bpm=150.0)
    evidence = Evidence(features=LIVELY, felt=(Felt(mood="happy", likes=2, skips=1),))
    said = reasons(tagged, evidence)
    assert [one.who for one in said] == ["folder", "genre", "genre", "listening"]
    assert sum(one.weight for one in said) == pytest.approx(1, abs=0.01)
    assert said[0].weight == max(one.weight for one in said)
    assert "Bhangra" in said[1].says
    assert said[2].valence is None
    assert "hint" in said[3].says
    words = felt_words(evidence, (0.1, 0.0))
    assert words is not None
    assert "2 likes and 1 skip while happy was wanted" in words
