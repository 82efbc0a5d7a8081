"""How much songs are turned up or down, alone and on their album."""

from __future__ import annotations

import pytest

from edge.messages import Track
from edge.mind import level


def track(number: int = 1, **known: object) -> Track:
    about: dict[str, object] = {"album": "Waves", "artist": "The Sea", "duration_s": 100.0}
    return Track(id=str(number), path=f"/{number}", number=number, **{**about, **known})  # type: ignore[arg-type]  # of any type


@pytest.mark.parametrize("loudness", [-30.0, -23.0, -18.0, -9.0, -4.0])
def test_every_loudness_comes_to_the_target(loudness: float) -> None:
    gain = level.of_track(track(loudness=loudness))
    assert gain is not None
    assert loudness + gain == pytest.approx(level.TARGET)


def test_a_whisper_is_not_turned_up_for_ever() -> None:
    assert level.gain_db(-60.0) == level.MOST_DB


def test_peaks_leave_the_limiter_little_to_do() -> None:
    assert level.gain_db(-30.0, peak_db=-3.0) == pytest.approx(8.0)
    assert level.gain_db(-30.0, peak_db=-20.0) == pytest.approx(12.0)
    assert level.gain_db(-9.0, peak_db=0.0) == pytest.approx(-9.0)


def test_what_nobody_measured_is_taken_for_loud() -> None:
    assert level.of_track(track()) is None
    assert level.of_guess() < -5.0


def test_an_album_has_one_gain() -> None:
    tagged = track(loudness=-30.0, album_loudness=-14.0)
    assert level.of_album(tagged, ()) == pytest.approx(-4.0)
    songs = [track(1, loudness=-30.0), track(2, loudness=-10.0)]
    gains = {level.of_album(song, songs) for song in songs}
    assert len(gains) == 1
    assert gains.pop() == pytest.approx(-18.0 + 12.97, abs=0.05)
    assert level.of_album(songs[0], [*songs, track(3)]) is None


def test_what_stands_right_after_another_on_its_album() -> None:
    one = track(1)
    assert level.continues(one, track(2))
    assert not level.continues(one, track(3))
    assert not level.continues(one, track(1))
    assert not level.continues(one, track(2, album="Other"))
    assert not level.continues(one, track(2, artist="Another"))
    assert level.continues(one, track(2, artist="Guest", album_artist="The Sea"))
    assert not level.continues(track(1, album=None), track(2, album=None))
    assert level.continues(track(9, disc=1), track(1, disc=2))
    mixed = [track(n, artist=f"Artist {n}", compilation=True) for n in (1, 2)]
    assert level.continues(*mixed)
