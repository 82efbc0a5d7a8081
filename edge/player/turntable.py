"""Decks and a mixer: does what box asks with songs, and knows which one is heard. No clock."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from edge.messages import (
    Ahead,
    Ended,
    Pause,
    Play,
    Played,
    PlayerState,
    Resume,
    Seek,
    Stop,
    ToPlayer,
    Value,
    Volume,
)
from edge.player.deck import Deck, Opener
from edge.player.decks import Decks, song_file
from edge.player.measuring import Measuring
from edge.player.mixer import Mixer
from edge.player.upcoming import Upcoming
from edge.ports import Samples

_SEEK_FADE_S = 0.05
_ERROR_FADE_S = 0.3
_LONG_S = 60.0
_OPEN_S = 0.8
"""From the wish to the first samples; a song that takes longer is skipped."""
_DRY_S = 1.2
"""So long may a song that plays have nothing to give; what its deck had ahead comes before."""
_GLIDE_S = 8.0
_GLIDE_DB_S = 1.5
"""So fast a song comes to its measured loudness: slow enough not to be noticed."""


class _Song(Value, frozen=True):
    """A song that box asked for, with where it is decoded."""

    play: Play
    deck: Deck
    paused: bool = False
    """Asked to pause before it could begin."""


class Turntable:
    """Called from one thread; what takes time happens in the decks' threads."""

    def __init__(
        self,
        rate: int,
        wake: Callable[[], None] = lambda: None,
        opener: Callable[[Play], Opener] = song_file,
    ) -> None:
        """`wake` is called from a deck's thread once there is something to begin."""
        self._rate = rate
        self._decks = Decks(rate, wake, opener)
        self._mixer = Mixer(rate)
        self._song: _Song | None = None
        self._coming: _Song | None = None
        self._next = Upcoming(self._decks)
        self._measuring = Measuring()
        self.begun = 0
        """How many songs have begun; a seek and a repetition count too."""

    # --- what box asks -------------------------------------------------------------------------

    def obey(self, message: ToPlayer) -> None:
        match message:
            case Play():
                self._next.forget()
                self._call(message)
            case Ahead():
                self._tell_ahead(message)
            case Seek():
                self._seek(message.position_s)
            case Pause():
                self._pause(message.fade_s, paused=True)
            case Resume():
                self._pause(message.fade_s, paused=False)
            case Stop():
                self._next.forget()
                self._drop_coming()
                self._song = None
                self._mixer.stop(message.fade_s)
            case Volume():
                self._mixer.set_volume(message.level)

    def _call(self, play: Play, *, paused: bool = False) -> None:
        """Decode it from now on; it begins when its first samples are there."""
        self._drop_coming()
        self._coming = _Song(play=play, deck=self._decks.open(play), paused=paused)

    def _tell_ahead(self, ahead: Ahead) -> None:
        present = self._coming or self._song
        if present is None or present.play.track_id != ahead.after:
            return
        self._next.ask(ahead.play)
        self._next.joins(present.deck)
        if ahead.play is not None:
            self._measuring.begin(ahead.play)

    def _seek(self, position_s: float) -> None:
        song = self._coming or self._song
        if song is None:
            return
        paused = song.paused if song is self._coming else self._mixer.paused
        again = replace(song.play, start_s=max(0.0, position_s), fade_s=_SEEK_FADE_S)
        self._next.leave()
        self._call(again, paused=paused)

    def _pause(self, fade_s: float, *, paused: bool) -> None:
        if self._coming is not None:
            self._coming = replace(self._coming, paused=paused)
        if self._song is None:
            return
        if paused:
            self._mixer.pause(fade_s)
        elif self._coming is None:
            self._mixer.resume(fade_s)

    # --- what happens by itself ----------------------------------------------------------------

    def begin(self, at: float, make_room: Callable[[], None]) -> list[Ended]:
        """Let the song that was asked for begin once it can; told where it cannot at all.

        `make_room` is called just before it does: what is mixed already need not be heard first.
        """
        self._decks.tend()
        song = self._coming
        if song is None:
            return self._follow(at)
        if self._decks.late(song.deck, at, _OPEN_S, waiting=not song.deck.ready()):
            self._decks.give_up(song.deck, song.play, at)
        if not song.deck.ready():
            return []
        if song.paused and self._mixer.sounding():
            return []  # what sounds is fading out, and it must not be cut
        if self.sounding() and not song.paused:
            make_room()
        self._coming = None
        play = song.play
        if song.deck.over() and song.deck.error:
            # The present song makes room all the same: box has already turned to the new one.
            self._mixer.stop(max(play.fade_s, _ERROR_FADE_S))
            return [self._end(song, at)]
        self._put_on(song, play.fade_s)
        if song.paused:
            self._mixer.pause(at_once=True)
        return []

    def _put_on(self, song: _Song, fade_s: float) -> None:
        self._song = song
        self.begun += 1
        play = song.play
        self._mixer.play(
            song.deck, gain_db=self._gain_db(play), fade_s=fade_s, start_s=play.start_s
        )
        self._measuring.begin(play)

    def _gain_db(self, play: Play) -> float:
        known = self._measuring.gain_db(play)
        return play.gain_db if known is None else known

    def _follow(self, at: float) -> list[Ended]:
        """Prepare what was told ahead; let it fade in before the present song's end."""
        song = self._song
        if song is None or self._mixer.paused:
            return []
        if self._next.joins(song.deck):
            song = self._song = self._one_gain(song)
        failed = self._next.failed(song.deck, at)
        if failed is not None:
            return [failed]
        remaining_s = self._remaining_s(song)
        fade_s = min(self._next.fade_s, (song.deck.duration_s or _LONG_S) / 2)
        if not fade_s or remaining_s is None or remaining_s > fade_s:
            return []
        taken = self._next.take()
        if taken is None:
            return []
        play, deck = taken
        ended = self._end(song, at, followed_by=play.track_id)
        self._put_on(_Song(play=play, deck=deck), min(fade_s, remaining_s))
        return [ended]

    def _one_gain(self, song: _Song) -> _Song:
        """Over the seam the gain must stay: bring the present song to that of its album."""
        gain_db = self._next.gain_db
        if gain_db is None or gain_db == song.play.gain_db:
            return song
        left_s = self._remaining_s(song) or 0.0
        self._mixer.glide(gain_db, min(_GLIDE_S, max(0.5, left_s - 0.5)))
        return replace(song, play=replace(song.play, gain_db=gain_db, level_to=None))

    def _remaining_s(self, song: _Song) -> float | None:
        """Exact where the end is decoded, else by the length that the file states."""
        frames = song.deck.remaining()
        if frames is not None:
            return frames / self._rate
        whole = song.deck.duration_s
        return None if whole is None else max(0.0, whole - self._mixer.position_s())

    def adjust(self) -> None:
        """Bring the song to its measured loudness once that is known."""
        if self._song is None:
            return
        play = self._song.play
        gain_db = self._measuring.gain_db(play)
        if gain_db is not None and gain_db != play.gain_db:
            self._mixer.glide(gain_db, abs(gain_db - play.gain_db) / _GLIDE_DB_S)
            self._song = replace(self._song, play=replace(play, gain_db=gain_db, level_to=None))

    def take_back(self, frames: int) -> int:
        """What was mixed last will not be heard; how many frames of it could be undone."""
        return self._mixer.take_back(frames)

    def mix(self, frames: int) -> Samples:
        """The next frames, at most so many; none where nothing sounds."""
        return self._mixer.mix(frames)

    def finish(self, at: float) -> list[Ended]:
        """Told when a song is mixed, not when it is heard: so box's next comes without a gap."""
        song = self._song
        if song is None:
            return []
        dry = song.deck.dry() and not self._mixer.paused
        if self._decks.late(song.deck, at, _DRY_S, waiting=dry):
            self._decks.give_up(song.deck, song.play, at)
        into = song.deck.crossed()
        if into is not None and (play := self._next.joined()) is not None:
            ended = self._end(song, at, followed_by=play.track_id)
            play = replace(play, gain_db=song.play.gain_db, level_to=None)
            self._song = _Song(play=play, deck=song.deck)
            self.begun += 1
            self._mixer.go_over(into)
            return [ended]
        if not self._mixer.finished():
            return []
        self._mixer.stop(0.0)
        taken = self._next.take()
        if taken is None:
            return [self._end(song, at)]
        play, deck = taken
        ended = self._end(song, at, followed_by=play.track_id)
        self._put_on(_Song(play=play, deck=deck), 0.0)
        return [ended]

    def close(self) -> None:
        self._measuring.close()
        self._next.forget()
        self._mixer.close()
        self._drop_coming()

    def _end(self, song: _Song, at: float, followed_by: str | None = None) -> Ended:
        self._song = None
        error = song.deck.error if song.deck.over() else ""
        return Ended(
            at=at,
            track_id=song.play.track_id,
            reason="error" if error else "finished",
            message=error,
            missing=bool(error) and song.deck.missing,
            stalled=bool(error) and song.deck.stalled,
            followed_by=followed_by,
            asked_at=song.play.asked_at,
        )

    def _drop_coming(self) -> None:
        if self._coming is not None:
            self._coming.deck.close()
            self._coming = None

    # --- what is heard -------------------------------------------------------------------------

    def sounding(self) -> bool:
        """There is something to mix now."""
        return self._mixer.sounding()

    def coming(self) -> bool:
        """A song was asked for and has not begun."""
        return self._coming is not None

    def played(self, at: float, delay_s: float, *, held: bool = False) -> Played:
        """What is heard at this moment, where sound needs so long from mixing to the ear."""
        song = self._coming or self._song
        if song is None:
            return Played(at=at, state="stopped")
        if song is self._coming:
            paused, position_s = song.paused, song.play.start_s
        else:
            paused = self._mixer.paused
            position_s = max(self._mixer.start_s(), self._mixer.position_s() - delay_s)
        state: PlayerState = "paused" if paused else "playing"
        return Played(
            at=at,
            state=state,
            track_id=song.play.track_id,
            position_s=round(position_s, 3),
            duration_s=song.deck.duration_s,
            held=held and not paused,
        )
