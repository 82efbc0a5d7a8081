"""What the listener does with a song becomes a lesson for their taste; a guest teaches nothing.

A skip by the listener within the first 30 s or quarter says more than a late one. A song that the
mood cut short says nothing, nor does one that ended while nobody was there.
"""

from __future__ import annotations

from math import hypot
from typing import Literal

from edge.messages import Lesson, Remember, Track
from edge.mind import course as courses
from edge.mind import taste
from edge.mind.circumplex import where
from edge.mind.course import Journey
from edge.mind.features import Features, of_choice, of_song
from edge.mind.situation import Turn

What = Literal["liked", "disliked", "finished", "skipped_early", "skipped_late"]
_EARLY_S, _EARLY = 30.0, 0.25


def said(turn: Turn, track: Track, liked: bool) -> None:
    """The listener likes it, or does not."""
    if turn.situation.guest:
        return
    if turn.situation.likes.get(track.id) is not None:
        turn.note(taste=taste.unlearn(turn.situation.taste, track.id))
        turn.do(Remember(track_id=track.id, what="undone"))
    turn.note(likes={**turn.situation.likes, track.id: liked})
    turn.do(Remember(track_id=track.id, what="liked" if liked else "disliked"))
    _learn(turn, track, "liked" if liked else "disliked")


def undo(turn: Turn, track_id: str) -> None:
    """As if the listener had not said a word about it; a guest's word was not kept anyway."""
    if turn.situation.guest:
        return
    likes = {name: liked for name, liked in turn.situation.likes.items() if name != track_id}
    turn.note(likes=likes, taste=taste.unlearn(turn.situation.taste, track_id))
    turn.do(Remember(track_id=track_id, what="undone"))


def skipped(turn: Turn, at_s: float) -> None:
    """The listener wants another song than the present one, so far into it."""
    track = turn.state.track
    if track is not None:
        early = at_s < max(_EARLY_S, _EARLY * (track.duration_s or 0.0))
        _learn(turn, track, "skipped_early" if early else "skipped_late")


def finished(turn: Turn) -> None:
    """The present song was heard to its end."""
    if turn.state.track is not None and turn.state.presence != "absent":
        _learn(turn, turn.state.track, "finished")


def _learn(turn: Turn, track: Track, what: What) -> None:
    if turn.situation.guest:
        return
    lesson = Lesson(
        track_id=track.id,
        mood=turn.situation.chosen_for,
        what=what,
        features=_features(turn, track),
    )
    turn.note(taste=taste.learn(turn.situation.taste, lesson))
    turn.do(lesson)


def _features(turn: Turn, track: Track) -> Features:
    """As the choice saw it; on the way of `lift` a song's distance says nothing of taste."""
    song = turn.situation.shelves.features.get(track.id) or of_song(track)
    policy = turn.state.policy
    course = courses.plot(turn.situation.chosen_for, policy, None, Journey())
    place = where(track)
    if course is None or policy == "lift":
        return of_choice(song, 0.0, False)
    (x, y), word = course.target.place, track.mood is not None and track.mood == course.target.word
    distance = 1.0 if place is None else hypot(place[0] - x, place[1] - y)
    return of_choice(song, distance, word)
