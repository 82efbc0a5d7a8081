"""The song that was told ahead: joined on to the present deck, or waiting on one of its own."""

from __future__ import annotations

from msgspec.structs import replace

from edge.messages import Ended, Play
from edge.player.deck import Deck
from edge.player.decks import Decks

_OPEN_S = 5.0
"""There is time: a disk that slept may wake up."""


class Upcoming:
    """At most one. Which way it comes, its `fade_s` says: none joins on, else it overlaps."""

    def __init__(self, decks: Decks) -> None:
        self._decks = decks
        self._play: Play | None = None
        self._deck: Deck | None = None
        """Its own."""
        self._host: Deck | None = None
        """The present song's, which it joins on to."""

    @property
    def fade_s(self) -> float:
        return 0.0 if self._play is None else self._play.fade_s

    @property
    def gain_db(self) -> float | None:
        """None where it takes that of the song before it."""
        play = self._play
        return None if play is None or play.level_to is not None else play.gain_db

    def ask(self, play: Play | None) -> None:
        """The latest word."""
        if self._is_told(play):
            return
        self.forget()
        self._play = play
        if play is not None and play.fade_s:
            self._deck = self._decks.open(play)

    def _is_told(self, play: Play | None) -> bool:
        """The same song in the same way, whenever box decided it."""
        if play is None or self._play is None:
            return play is self._play
        return replace(play, asked_at=self._play.asked_at) == self._play

    def joins(self, present: Deck) -> bool:
        """Join it on to the present song, where it is meant to; True once that is so."""
        play = self._play
        if play is None or play.fade_s:
            return False
        if self._host is None and self._deck is None:
            if present.follow(self._decks.opener(play)):
                self._host = present
            else:
                self._deck = self._decks.open(play)  # too late to join on: back to back
        return self._host is not None

    def failed(self, present: Deck, at: float) -> Ended | None:
        """What it is and why it cannot be played; told once, then it is forgotten."""
        play = self._play
        if play is None:
            return None
        error, missing, stalled = "", False, False
        if self._host is present:
            opening = present.opens_next()
            if self._decks.late(present, at, _OPEN_S, waiting=opening) or (
                opening and not present.available()
            ):
                self._decks.give_up(present, play, at)
                error, missing, stalled = present.error, present.missing, present.stalled
                present.let_end()
            else:
                error, missing = present.next_error, present.next_missing
        elif self._deck is not None:
            if self._decks.late(self._deck, at, _OPEN_S, waiting=not self._deck.ready()):
                self._decks.give_up(self._deck, play, at)
            if self._deck.over():
                error, missing = self._deck.error, self._deck.missing
                stalled = self._deck.stalled
        if not error:
            return None
        present.next_error = ""
        self.forget()
        return Ended(
            at=at,
            track_id=play.track_id,
            reason="error",
            message=error,
            missing=missing,
            stalled=stalled,
            asked_at=play.asked_at,
        )

    def take(self) -> tuple[Play, Deck] | None:
        """Its own deck, once that can begin; from then on it is the present song."""
        play, deck = self._play, self._deck
        if play is None or deck is None or not deck.ready():
            return None
        self._play = self._deck = None
        return play, deck

    def joined(self) -> Play | None:
        """The present deck has gone over to it."""
        play, self._play, self._host = self._play, None, None
        return play

    def leave(self) -> None:
        """The present deck is given up, but what comes after it stays."""
        self._host = None

    def forget(self) -> None:
        """Nothing comes by itself."""
        if self._host is not None:
            self._host.unfollow()
        if self._deck is not None:
            self._deck.close()
        self._play = self._deck = self._host = None
