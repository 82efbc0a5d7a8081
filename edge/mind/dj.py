"""Which song next, and why: a pure function of the wish, the record, the clock and the dice.

The hard rules were obeyed when the shelves were arranged (`edge.mind.house`). Then:

1. Language: songs in the wanted one; where none of them fits, songs without words or of unknown
   language; where none of those fits either, any. Three steps, and the reason says which.
2. Fit: songs that fit the mood nearly as well as the best one, and none that `lift` or `calm` lead
   away from. A song that the listener dislikes hardly fits anything.
3. Soft rules. They give way in this order: fairness (no song far more often than the others), the
   artist (not the one just heard), the rest (no song again within its rest, which ends early where
   most of the songs that fit have been heard since). The same song twice in a row is the very last.
4. Among those left the taste decides, as drawn from what is believed of it (Thompson sampling), so
   that what is not known yet is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import tanh

from edge.messages import Now, Track, Value
from edge.mind import course as courses
from edge.mind import reasons
from edge.mind.candidates import Candidate, Record, Table, Wish, good, wanted
from edge.mind.candidates import table as table_of
from edge.mind.chance import Chance
from edge.mind.linear import value
from edge.mind.shelves import Shelves
from edge.mind.taste import expected, weights

__all__ = ["Choice", "Record", "Wish", "choose", "rank", "recommend", "same"]

_REST = 0.6
"""The share of the fitting songs that must be heard before one comes again."""
_PULL = 0.5
"""How much the taste moves the score, at most."""
_OWN = 0.1
"""What a song's features do not tell: standard deviation of how much it is liked for itself."""
_OFTEN = 3.0
"""Far more often: so many times the average of the songs that fit, and two more."""
_FAIRNESS, _ARTIST, _TIRED, _MISFIT, _AGAIN = 1, 2, 4, 8, 16


class Choice(Value, frozen=True):
    """A song and the reason for it, in words for a person."""

    track: Track
    reason: str
    score: float


def choose(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    dice: float,
) -> Choice | None:
    """The song to play now, or None where none may be heard."""
    return next(iter(rank(tracks, shelves, wish, record, now, dice, 1)), None)


def rank(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    dice: float,
    count: int,
) -> list[Choice]:
    """The songs that could be played now, the one to play first."""
    chance = Chance(dice)
    table = table_of(tracks, shelves, wish, record, now, chance)
    fitting = good(table, wish)
    drawn = weights(record.taste, wish.mood, chance)
    breaks = _soft_rules(fitting, tracks, record, now)
    scored = []
    names = {one.track.id for one in fitting}
    for one in (*fitting, *(one for one in table.candidates if one.track.id not in names)):
        liked = value(drawn, one.features) + _OWN * chance.normal()
        broken = breaks(one.track) + (0 if one.track.id in names else _MISFIT)
        scored.append((broken, -_score(one, liked), one))
    scored.sort(key=lambda item: item[:2])
    chosen = _chosen(table, wish, record)
    return [chosen(one, -score, broken) for broken, score, one in scored[:count]]


def recommend(
    tracks: Mapping[str, Track],
    shelves: Shelves,
    wish: Wish,
    record: Record,
    now: Now,
    count: int,
) -> list[Choice]:
    """What suits best by all that is known, best first: a list to read, so nothing needs rest."""
    table = table_of(tracks, shelves, wish, record, now, Chance(0.5))
    suited = wanted(table.candidates, table.course)
    scored = [(_score(one, expected(record.taste, wish.mood, one.features)), one) for one in suited]
    scored.sort(key=lambda item: (-item[0], item[1].track.id))
    chosen = _chosen(table, wish, record)
    return [chosen(one, score, 0) for score, one in scored[:count]]


def _score(one: Candidate, liked: float) -> float:
    """0–1: the fit, moved by the taste."""
    return one.fit * (1.0 + _PULL * tanh(liked)) / (1.0 + _PULL)


def _soft_rules(
    good: Sequence[Candidate], tracks: Mapping[str, Track], record: Record, now: Now
) -> Callable[[Track], int]:
    """What a song would break, as a number that grows with how much that matters."""
    names = {one.track.id for one in good}
    lately = [name for name in record.heard if name in names]
    longest = int(_REST * len(names))
    tired = set(lately[-longest:]) if longest else set()
    before = record.heard[-1] if record.heard else None
    artist = tracks[before].artist if before is not None and before in tracks else None
    often = 2 + _OFTEN * sum(record.plays.get(name, 0) for name in names) / max(1, len(names))

    def broken(track: Track) -> int:
        heard = record.last.get(track.id)
        resting = heard is None or now.wall - heard < record.rest_s
        return (
            _FAIRNESS * (record.plays.get(track.id, 0) > often)
            + _ARTIST * (artist is not None and same(track.artist, artist))
            + _TIRED * (track.id in tired and resting)
            + _AGAIN * (track.id == before)
        )

    return broken


def same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()


def _chosen(table: Table, wish: Wish, record: Record) -> Callable[[Candidate, float, int], Choice]:
    """Says why; its arguments are a candidate, its score, and what it breaks."""
    nearest = not any(one.track.mood == wish.mood for one in table.candidates)
    tongue = table.tongue if wish.language != "any" else "any"

    def choice(one: Candidate, score: float, broken: int) -> Choice:
        reason = reasons.why(
            one.track,
            wish.mood,
            wish.policy,
            course=table.course,
            away=bool(table.course and courses.unwanted(one.track, table.course)),
            tongue=tongue,
            nearest=nearest,
            liked=record.likes.get(one.track.id),
            repeated=bool(broken & (_TIRED | _AGAIN)),
        )
        return Choice(track=one.track, reason=reason, score=round(score, 4))

    return choice
