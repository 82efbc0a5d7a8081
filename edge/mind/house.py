"""The owner's hard rules: which songs are never heard here, whoever asks and whatever is left.

They hold on every path: choosing, playing by name or mood, the queue, `up_next`, `recommend` and
`similar`. A song that they bar is as if it were not there.
"""

from __future__ import annotations

from typing import Literal

from edge.messages import Track, Value
from edge.mind.calendar import Day, within

Festive = Literal["season", "always", "never"]

SEASON: tuple[Day, Day] = ((12, 1), (1, 6))
"""From Advent to Epiphany."""
_FESTIVE_GENRES = ("christmas", "xmas", "weihnacht", "noël", "noel", "navidad", "holiday")
_FESTIVE_TITLES = (
    *("christmas", "xmas", "weihnacht", "navidad", "jingle bell", "silent night", "stille nacht"),
    *("feliz navidad", "noël", "santa claus", "rudolph the red", "deck the hall", "jingle all"),
)


class House(Value, frozen=True):
    """What the owner does not want to hear."""

    exclude: frozenset[str] = frozenset()
    """Genres in small letters; `christmas` and `explicit` are words for those songs."""
    festive: Festive = "season"
    """When Christmas songs may be heard."""
    explicit: bool = True
    """Whether songs that are marked explicit may be heard."""


def bar(track: Track, house: House, wall: float) -> str | None:
    """Why this song is not heard now, as the end of a sentence; None: it may be."""
    always = bar_always(track, house)
    if always is not None:
        return always
    if house.festive == "season" and is_festive(track) and not within(wall, *SEASON):
        return "is a Christmas song, and it is not the season"
    return None


def bar_always(track: Track, house: House) -> str | None:
    """The same for what does not depend on the date."""
    if track.explicit and (not house.explicit or "explicit" in house.exclude):
        return "is marked explicit"
    if house.exclude and track.genre:
        for genre in genres(track.genre):
            if genre in house.exclude:
                return f"is of the genre {genre}"
    never = house.festive == "never" or "christmas" in house.exclude
    if never and is_festive(track):
        return "is a Christmas song"
    return None


def genres(text: str) -> tuple[str, ...]:
    """The genres that a tag names, in small letters: `Rock/Pop; Indie` names three and itself.

    A genre written as two words is also known by its last: death metal is metal.
    """
    whole = text.casefold().strip()
    for sign in ";/,|&\0":
        text = text.replace(sign, "\n")
    named = [part.strip() for part in text.casefold().split("\n") if part.strip()]
    last = [part.split()[-1] for part in named if " " in part]
    return tuple(dict.fromkeys([whole, *named, *last]))


def is_festive(track: Track) -> bool:
    """Whether this is a Christmas song, by its genre, title or album."""
    genre = (track.genre or "").casefold()
    if genre and any(word in genre for word in _FESTIVE_GENRES):
        return True
    named = f"{track.title or ''}\n{track.album or ''}".casefold()
    return any(word in named for word in _FESTIVE_TITLES)
