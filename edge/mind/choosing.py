"""What plays next, as far as the situation decides it: queue, album, mood; and what gave cause."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from edge.messages import Mood, Track
from edge.mind import course as courses
from edge.mind import dj, house
from edge.mind.chance import Chance
from edge.mind.circumplex import fit
from edge.mind.course import Journey
from edge.mind.dj import Choice, Record, Wish
from edge.mind.shelves import album_of
from edge.mind.situation import HEARD, Situation, Turn

SHOWN = 20
"""So much of the queue is told."""
_CLEARLY = 0.2
"""So much better must another song fit before a new policy cuts the present one short."""


def wish(situation: Situation, mood: Mood | None) -> Wish:
    """What is wanted in this mood."""
    state = situation.state
    fresh = _fresh(situation, mood)
    return Wish(
        mood=mood,
        policy=state.policy,
        language=state.language,
        trend=state.trend if mood == state.mood else None,
        journey=situation.journey if fresh else Journey(),
    )


def record(situation: Situation) -> Record:
    """What was heard and said so far."""
    return Record(
        heard=situation.heard,
        last=situation.last,
        plays=situation.plays,
        likes=situation.likes,
        taste=situation.taste,
        rest_s=situation.rules.rest_s,
    )


def pick(turn: Turn, mood: Mood | None) -> Choice | None:
    """The next song for this mood; an album that was begun goes on."""
    situation = turn.situation
    following = _of_album(turn, step=1) if situation.rules.albums else None
    if following is not None:
        return Choice(track=following, reason="the next of the album", score=1.0)
    chosen = dj.choose(
        situation.tracks,
        situation.shelves,
        wish(situation, mood),
        record(situation),
        turn.now,
        turn.dice,
    )
    if chosen is None or not situation.rules.albums:
        return chosen
    names = situation.shelves.albums.get(album_of(chosen.track), ())
    first = next(filter(None, (permitted(turn, name) for name in names)), chosen.track)
    return Choice(track=first, reason=f"its album: {chosen.reason}", score=chosen.score)


def _of_album(turn: Turn, step: int) -> Track | None:
    """The song after the last one on its album, where that one has just come to its end."""
    situation = turn.situation
    last = situation.tracks.get(situation.heard[-1]) if situation.heard else None
    if last is None or not last.album or situation.chosen_for != _mood(situation):
        return None
    names = situation.shelves.albums.get(album_of(last), [])
    after = names[names.index(last.id) + step :] if last.id in names else []
    return next(filter(None, (permitted(turn, name) for name in after)), None)


def _mood(situation: Situation) -> Mood | None:
    return situation.state.mood or situation.chosen_for


def permitted(turn: Turn, track_id: str) -> Track | None:
    """The song, unless it is unknown or the house bars it."""
    track = turn.situation.tracks.get(track_id)
    return track if track is not None and allowed(turn, track) else None


def allowed(turn: Turn, track: Track) -> bool:
    """Whether the house lets it be heard now."""
    return barred(turn, track) is None


def barred(turn: Turn, track: Track) -> str | None:
    """Why the house does not let it be heard now, as the end of a sentence."""
    return house.bar(track, turn.situation.rules.house, turn.now.local)


def show_next(turn: Turn) -> None:
    """Tell everyone what is queued."""
    queued = (permitted(turn, name) for name in turn.situation.queue[:SHOWN])
    turn.show(up_next=tuple(track for track in queued if track is not None))


def from_queue(turn: Turn, over: Track | None, *, skipping: bool = False) -> Track | None:
    """What the listener wants after this song, taken from the queue; None: nothing."""
    situation = turn.situation
    again = over is not None and situation.repeat == "one" and not skipping
    if again and over is not None and permitted(turn, over.id) is not None:
        return over
    queue, through = _permitted(turn, situation.queue), situation.queue_through
    if not queue and situation.repeat == "all":
        queue, through = _permitted(turn, through), ()
    if not queue:
        turn.note(queue=(), queue_through=())
        show_next(turn)
        return None
    place = Chance(turn.dice).below(len(queue)) if situation.shuffle else 0
    name = queue.pop(place)
    turn.note(queue=tuple(queue), queue_through=(*through, name))
    show_next(turn)
    return permitted(turn, name)


def foreseen(turn: Turn, mood: Mood | None) -> Track | None:
    """What will follow the present song; None where only its end decides."""
    situation = turn.situation
    if situation.repeat != "off" or (situation.queue and situation.shuffle):
        return None
    queue = _permitted(turn, situation.queue)
    if queue:
        return permitted(turn, queue[0])
    choice = pick(turn, mood) if situation.state.mode == "auto" else None
    return None if choice is None else choice.track


def leads_queue(turn: Turn, track_id: str) -> bool:
    """Whether the listener wanted this song next."""
    return turn.situation.repeat == "off" and track_id in _permitted(turn, turn.situation.queue)[:1]


def _permitted(turn: Turn, names: Sequence[str]) -> list[str]:
    return [name for name in names if permitted(turn, name) is not None]


def note_heard(turn: Turn, track: Track) -> None:
    """It has begun, and `lift` has come so much further."""
    situation = turn.situation
    turn.note(
        heard=(*situation.heard, track.id)[-HEARD:],
        last={**situation.last, track.id: turn.now.wall},
        plays={**situation.plays, track.id: situation.plays.get(track.id, 0) + 1},
        journey=_travelled(situation, track),
    )


def _travelled(situation: Situation, track: Track) -> Journey:
    if situation.state.policy != "lift":
        return Journey()
    mood = situation.chosen_for
    now = wish(situation, mood)
    course = courses.plot(mood, now.policy, now.trend, now.journey)
    return courses.travel(now.journey, mood, track, course)


def _fresh(situation: Situation, mood: Mood | None) -> bool:
    """A way that was left for long begins anew."""
    return situation.state.policy == "lift" and mood is not None and situation.quiet is None


def calls_for_change(turn: Turn, mood: Mood) -> bool:
    """Whether this mood is far enough from the one that the present song was chosen for.

    A drift waits for the end of the song, as does any change that the present song suits; what is
    a drift the owner says.
    """
    chosen, policy = turn.situation.chosen_for, turn.state.policy
    track = turn.state.track
    if mood == chosen or track is None:
        return False
    if chosen is None:
        return track.mood != mood
    (x, y), (to_x, to_y) = courses.start(chosen, policy), courses.start(mood, policy)
    return hypot(to_x - x, to_y - y) > turn.situation.rules.drift and track.mood != mood


def better_there(turn: Turn, mood: Mood) -> bool:
    """Whether, under a new policy or language, another song fits clearly better."""
    track = turn.state.track
    if track is None:
        return False
    now = wish(turn.situation, mood)
    course = courses.plot(mood, now.policy, now.trend, Journey())
    best = dj.recommend(
        turn.situation.tracks,
        turn.situation.shelves,
        now,
        Record(),
        turn.now,
        1,
    )
    if course is None or not best:
        return False
    if now.language != "any" and track.language not in {now.language, None}:
        return best[0].track.language in {now.language, None}
    if courses.unwanted(track, course) and not courses.unwanted(best[0].track, course):
        return True
    return fit(track, course.target) < fit(best[0].track, course.target) - _CLEARLY
