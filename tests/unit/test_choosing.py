"""What the situation makes of the choice: changes of mood, lessons, queue, albums, quiet hours."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from edge.errors import CommandError
from edge.messages import (
    MOODS,
    Command,
    Ended,
    Hello,
    InboxMessage,
    Lesson,
    Now,
    Play,
    Played,
    Playing,
    Remember,
    Settings,
    Stop,
    Tick,
    Track,
    TracksFound,
    Volume,
)
from edge.mind import choosing, conductor, feedback, named, recall
from edge.mind.house import House
from edge.mind.quiet import QuietHours, minutes, quiet
from edge.mind.situation import Effect, Rules, ToPlayer, Turn
from tests.readings import face, reading

NOON = 1_781_524_800.0
"""15 June 2026, 12:00."""
TRACKS = tuple(
    Track(
        id=f"{mood}-{number}",
        path=f"/{mood}/{number}",
        mood=mood,
        artist=f"{mood} {number}",
        album=f"All {mood}",
        album_artist="Various",
        number=number,
        duration_s=200.0,
    )
    for mood in MOODS
    for number in (1, 2, 3)
)


class Evening:
    """A mind with a hand on the clock and on the collection."""

    def __init__(self, tracks: tuple[Track, ...] = TRACKS, **rules: Any) -> None:
        self.at = 100.0
        self.effects: list[Effect] = []
        self.situation = conductor.begin(Rules(**{"patience_s": 5.0, **rules}), Settings())
        self.send(TracksFound(tracks=tracks))

    @property
    def now(self) -> Now:
        return Now(at=self.at, wall=NOON + self.at)

    def send(self, message: InboxMessage) -> None:
        self.situation, effects = conductor.handle(self.situation, message, self.now, 0.4)
        self.effects += effects

    def ask(self, name: str, value: Any = None) -> None:
        self.send(Command(name=name, value=value))

    def watch(self, mood: Any, seconds: float) -> None:
        for _ in range(round(seconds * 8)):
            self.send(reading(self.at, face(mood)))
            self.send(Tick())
            self.at += 0.125

    def finish(self) -> None:
        self.send(Ended(at=self.at, track_id=self.track.id, reason="finished"))

    def note(self, **changes: Any) -> None:
        self.situation = replace(self.situation, **changes)

    @property
    def track(self) -> Track:
        assert self.situation.state.track is not None
        return self.situation.state.track

    def lessons(self) -> list[tuple[str, str | None]]:
        return [(one.what, one.mood) for one in self.effects if isinstance(one, Lesson)]

    def levels(self) -> list[int]:
        told = [one.message for one in self.effects if isinstance(one, ToPlayer)]
        return [one.level for one in told if isinstance(one, Volume)]

    def played(self) -> list[str]:
        told = [one.message for one in self.effects if isinstance(one, ToPlayer)]
        return [one.track_id for one in told if isinstance(one, Play)]


@pytest.fixture
def evening() -> Evening:
    one = Evening()
    one.watch("happy", 3)
    return one


def test_a_small_drift_waits_for_the_end_of_the_song() -> None:
    one = Evening()
    one.watch("angry", 4)
    assert one.track.mood == "angry"
    first = one.track
    one.watch("fear", 15)
    assert one.situation.state.mood == "fear"
    assert one.track == first
    one.finish()
    assert one.track.mood == "fear"


def test_what_a_drift_is_the_owner_says() -> None:
    one = Evening(drift=0.0)
    one.watch("angry", 4)
    one.watch("fear", 12)
    assert one.track.mood == "fear"


def test_a_strong_change_comes_after_the_patience(evening: Evening) -> None:
    evening.watch("sad", 12)
    assert evening.track.mood == "sad"


@pytest.mark.parametrize("command", [("pause", None), ("mode", "manual")])
def test_a_paused_or_manual_player_is_left_alone(evening: Evening, command: Any) -> None:
    before = evening.track
    evening.ask(*command)
    evening.watch("sad", 15)
    assert evening.track == before


def test_under_calm_a_change_of_mood_changes_nothing(evening: Evening) -> None:
    evening.ask("policy", "calm")
    before = evening.track
    assert before.mood == "neutral"
    evening.watch("angry", 15)
    assert evening.track == before


def test_lift_answers_sadness_twice_at_most_and_leads_up() -> None:
    one = Evening()
    one.ask("policy", "lift")
    one.watch("sad", 3)
    moods = [one.track.mood]
    for _ in range(6):
        one.finish()
        moods.append(one.track.mood)
    assert moods[0] == "sad"
    assert moods.count("sad") <= 2
    assert moods[-1] == "happy"


def test_skips_and_ends_are_lessons_and_what_the_mood_ends_is_none(evening: Evening) -> None:
    evening.ask("next")
    evening.at += 190.0
    evening.ask("next")
    evening.finish()
    evening.ask("like")
    assert evening.lessons() == [
        ("skipped_early", "happy"),
        ("skipped_late", "happy"),
        ("finished", "happy"),
        ("liked", "happy"),
    ]
    evening.watch("sad", 12)
    assert len(evening.lessons()) == 4
    assert len(evening.situation.taste.lessons) == 4


def test_a_guest_is_not_remembered(evening: Evening) -> None:
    before = evening.situation
    evening.effects.clear()
    evening.note(guest=True)
    evening.ask("like")
    evening.ask("next")
    evening.finish()
    assert not [one for one in evening.effects if isinstance(one, Lesson | Remember)]
    assert evening.situation.likes == before.likes
    assert evening.situation.taste == before.taste


def test_a_like_that_is_undone_leaves_nothing(evening: Evening) -> None:
    before = evening.situation.taste
    evening.ask("like")
    assert evening.situation.taste != before
    turn = Turn(evening.situation, evening.now, 0.5)
    feedback.undo(turn, evening.track.id)
    assert turn.situation.likes == {}
    assert turn.situation.taste.lessons == ()
    assert turn.situation.taste.every.mean == pytest.approx(before.every.mean)
    assert turn.effects == [Remember(track_id=evening.track.id, what="undone")]


def test_the_queue_comes_first_and_holds_to_the_house() -> None:
    bells = Track(id="bells", path="/b", title="Jingle Bells", mood="happy")
    one = Evening((*TRACKS, bells))
    one.watch("happy", 3)
    one.note(queue=("fear-1", "bells", "gone", "sad-2"))
    one.finish()
    assert one.track.id == "fear-1"
    one.ask("next")
    assert one.track.id == "sad-2"
    one.finish()
    assert one.track.mood == "happy"


def test_a_queue_is_taken_whole_or_not_at_all() -> None:
    bells = Track(id="bells", path="/b", title="Jingle Bells", mood="happy")
    one = Evening((*TRACKS, bells))
    turn = Turn(one.situation, one.now, 0.5)
    named.enqueue(turn, ["sad-1", "fear-2"])
    named.enqueue(turn, ["happy-1"], append=True)
    assert [track.id for track in turn.state.up_next] == ["sad-1", "fear-2", "happy-1"]
    for name, why in (("gone", "no song 'gone'"), ("bells", "Jingle Bells is a Christmas song")):
        with pytest.raises(CommandError, match=why):
            named.enqueue(turn, ["sad-2", name])
    assert turn.situation.queue == ("sad-1", "fear-2", "happy-1")
    over = TRACKS[0]
    assert choosing.from_queue(turn, over) is not None
    assert [track.id for track in turn.state.up_next] == ["fear-2", "happy-1"]


def test_a_manual_queue_ends_in_silence(evening: Evening) -> None:
    evening.ask("mode", "manual")
    evening.note(queue=("sad-1",))
    evening.finish()
    assert evening.track.id == "sad-1"
    evening.finish()
    assert evening.situation.state.track is None


def test_repeat_and_shuffle(evening: Evening) -> None:
    evening.note(repeat="one")
    first = evening.track
    evening.finish()
    assert evening.track == first
    evening.note(repeat="all", queue=("sad-1", "sad-2", "sad-3"), shuffle=True)
    heard = []
    for _ in range(6):
        evening.finish()
        heard.append(evening.track.id)
    assert sorted(heard[:3]) == sorted(heard[3:]) == ["sad-1", "sad-2", "sad-3"]


def test_next_leaves_a_song_that_is_repeated(evening: Evening) -> None:
    evening.note(repeat="one", queue=("sad-1",))
    evening.ask("next")
    assert evening.track.id == "sad-1"


def test_an_album_is_played_in_its_order() -> None:
    one = Evening(albums=True)
    one.watch("happy", 3)
    heard = [one.track.id]
    for _ in range(2):
        one.finish()
        heard.append(one.track.id)
    assert heard == ["happy-1", "happy-2", "happy-3"]


def test_what_is_excluded_is_not_gone_back_to(evening: Evening) -> None:
    first = evening.track
    evening.ask("next")
    house = House(exclude=frozenset({"polka"}))
    barred = replace(first, genre="Polka")
    evening.note(
        rules=replace(evening.situation.rules, house=house),
        tracks=evening.situation.tracks | {first.id: barred},
    )
    second = evening.track
    evening.ask("previous")
    assert evening.track == second


def test_a_song_that_was_excluded_while_it_played_is_not_gone_on_with() -> None:
    metal = Track(id="metal", path="/m", genre="Metal", duration_s=200.0)
    one = Evening((*TRACKS, metal), house=House(exclude=frozenset({"metal"})))
    one.send(Hello(protocol=1, role="player", pid=1))
    one.send(Played(at=one.at, state="playing", track_id="metal", position_s=9.0))
    assert one.situation.state.track is None
    assert any(isinstance(e, ToPlayer) and isinstance(e.message, Stop) for e in one.effects)
    kept = Playing(track_id="metal", position_s=9.0)
    assert recall.recalled(one.situation, kept, Now(at=one.at, wall=one.at)) == one.situation


def test_an_empty_collection_is_silence_and_no_crash() -> None:
    one = Evening(())
    one.watch("happy", 5)
    one.ask("play")
    one.ask("next")
    assert one.situation.state.track is None


def test_quiet_hours_lower_what_is_heard_and_not_what_is_shown() -> None:
    noon = minutes("12:00")
    hours = QuietHours(first=noon + 3, end=noon + 5, volume=10)
    one = Evening(quiet_hours=hours)
    one.send(Hello(protocol=1, role="player", pid=1))
    for _ in range(7):
        one.send(Tick())
        one.at += 60.0
    assert one.levels() == [40, 10, 40]
    assert one.situation.state.volume == 40


def test_quiet_hours_hold_while_the_listener_turns_up() -> None:
    one = Evening(quiet_hours=QuietHours(first=0, end=minutes("23:59"), volume=10))
    one.ask("volume", 80)
    assert one.situation.state.volume == 80
    assert one.levels()[-1] == 10
    one.ask("volume", 5)
    assert one.levels()[-1] == 5


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:30", False)],
)
def test_quiet_hours_cross_midnight_in_local_time(clock: str, is_quiet: bool) -> None:
    hours = QuietHours(first=minutes("22:00"), end=minutes("06:30"), volume=10)
    now = Now(at=0.0, wall=(minutes(clock) - 330) * 60.0 + 86_400.0, ahead_s=330 * 60.0)
    assert quiet(hours, now) is is_quiet
    assert not quiet(QuietHours(first=60, end=60, volume=0), now)


@pytest.mark.parametrize("text", ["", "7:00", "24:00", "12:60", "noon", "12-00"])
def test_no_other_times_are_taken(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        minutes(text)
