"""Where a policy leads on the plane, song by song.

- `match` stays where the listener is. Whoever leaves it at that has asked for it: anger gets anger.
- `lift` begins where the listener is and goes toward `happy`, by at most STEP a song: three to five
  songs from any mood. A dark mood gets at most MATCHING songs of its own, and anger, fear and
  disgust none. This is a choice of how to build an hour of music and not a therapy: trials in
  which people were led from sad music to happy music found no advantage of one order over another.
- `calm` asks for quiet and pleasant songs, whatever the mood.
"""

from __future__ import annotations

from math import hypot

from edge.messages import Mood, Policy, Track, Trend, Value
from edge.mind.circumplex import CALM, PLACES, REGION, Point, Target, where

STEP = 0.35
"""So much of the plane at most from one song to the next under `lift`."""
MATCHING = 2
"""So many songs of a dark mood's own at most under `lift`."""
HARSH: frozenset[Mood] = frozenset(("angry", "fear", "disgust"))
"""Moods that `lift` and `calm` do not answer with more of the same."""
_DARK: frozenset[Mood] = HARSH | {"sad"}
_LEAN = 0.1
"""Under `match` a rising mood is met a little brighter; a falling one is not pushed down."""


class Journey(Value, frozen=True):
    """How far `lift` has come."""

    mood: Mood | None = None
    """The mood in which it last chose."""
    place: Point | None = None
    """Where the music was led to last."""
    songs: int = 0
    matching: int = 0
    """Songs of a dark mood's own among them."""


class Course(Value, frozen=True):
    """What is wanted of the next song, and what is not."""

    target: Target
    without: frozenset[Mood] = frozenset()
    """Songs of these moods, by word or place, come only where there are no others."""
    near: Point | None = None
    """The next song is at most STEP from here, where there is one."""


def plot(mood: Mood | None, policy: Policy, trend: Trend | None, journey: Journey) -> Course | None:
    """What the next song should be like; None: no matter what."""
    if policy == "calm":
        return Course(target=Target(place=CALM, word="neutral"), without=HARSH)
    if mood is None:
        return None
    if policy == "lift":
        return _lift(mood, journey)
    valence, arousal = PLACES[mood]
    if trend == "rising":
        valence = min(1.0, valence + _LEAN)
    return Course(target=Target(place=(valence, arousal), word=mood))


def start(mood: Mood, policy: Policy) -> Point:
    """Where this policy begins; how far two of these are apart tells a drift from a change."""
    return CALM if policy == "calm" else PLACES[mood]


def _lift(mood: Mood, journey: Journey) -> Course:
    goal, here = PLACES["happy"], PLACES[mood]
    came = journey.place
    further = came is not None and _apart(came, goal) <= _apart(here, goal)
    if came is not None and (further or journey.mood == mood):
        place = toward(came, goal, STEP)
    elif mood in HARSH:
        place = toward(here, goal, STEP)
    else:
        place = here
    without = set(HARSH)
    if journey.matching >= MATCHING:
        without |= _DARK
    word: Mood | None = "happy" if place == goal else mood if place == here else None
    anchor = came if came is not None and place != here else None
    return Course(target=Target(place=place, word=word), without=frozenset(without), near=anchor)


def travel(journey: Journey, mood: Mood | None, track: Track, course: Course | None) -> Journey:
    """The journey with this song."""
    if course is None:
        return journey
    own = mood in _DARK and (track.mood == mood or _of_place(track) == mood)
    return Journey(
        mood=mood,
        place=_advance(journey, track, course),
        songs=journey.songs + 1,
        matching=journey.matching + own,
    )


def _advance(journey: Journey, track: Track, course: Course) -> Point:
    """The song's own place where it is on the way, so that no step is longer than it sounds.

    Where the collection has nothing there, the way goes on all the same.
    """
    place = where(track)
    wanted = course.target.place
    if place is None or _apart(place, wanted) > STEP / 2:
        return wanted
    came = journey.place
    goal = PLACES["happy"]
    backwards = came is not None and _apart(place, goal) > _apart(came, goal) - STEP / 3
    return wanted if backwards and wanted != goal else place


def toward(here: Point, goal: Point, step: float) -> Point:
    """So far from here on the straight way to the goal, at most to it."""
    whole = _apart(here, goal)
    if whole <= step:
        return goal
    share = step / whole
    return here[0] + share * (goal[0] - here[0]), here[1] + share * (goal[1] - here[1])


def _of_place(track: Track) -> Mood | None:
    place = where(track)
    if place is None:
        return None
    nearest = min(PLACES, key=lambda mood: _apart(place, PLACES[mood]))
    return nearest if _apart(place, PLACES[nearest]) <= REGION else None


def unwanted(track: Track, course: Course) -> bool:
    """Whether it is more of what this course leads away from."""
    if not course.without:
        return False
    if track.mood is not None and track.mood in course.without:
        return True
    own = track.valence is not None and track.arousal is not None
    return own and _of_place(track) in course.without


def _apart(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
