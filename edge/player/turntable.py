"""Two decks and a mixer: does what box asks with songs, and knows which one is heard. No clock."""

from __future__ import annotations

from msgspec.structs import replace

from edge.messages import (
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
from edge.player.deck import Deck
from edge.player.decoder import Decoder
from edge.player.mixer import Mixer
from edge.ports import Samples

_SEEK_FADE_S = 0.05
_ERROR_FADE_S = 0.3


class _Song(Value, frozen=True):
    """A song that box asked for, with where it is decoded."""

    play: Play
    deck: Deck
    paused: bool = False
    """Asked to pause before it could begin."""


class Turntable:
    """Called from one thread; what takes time happens in the decks' threads."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._mixer = Mixer(rate)
        self._song: _Song | None = None
        self._coming: _Song | None = None
        self.begun = 0
        """How many songs have begun; a seek and a repetition count too."""

    # --- what box asks -------------------------------------------------------------------------

    def obey(self, message: ToPlayer) -> None:
        match message:
            case Play():
                self._call(message)
            case Seek():
                self._seek(message.position_s)
            case Pause():
                self._pause(message.fade_s, paused=True)
            case Resume():
                self._pause(message.fade_s, paused=False)
            case Stop():
                self._drop_coming()
                self._song = None
                self._mixer.stop(message.fade_s)
            case Volume():
                self._mixer.set_volume(message.level)

    def _call(self, play: Play, *, paused: bool = False) -> None:
        """Decode it from now on; it begins when its first samples are there."""
        self._drop_coming()
        deck = Deck(lambda: Decoder(play.path, self._rate, play.start_s), self._rate)
        self._coming = _Song(play=play, deck=deck, paused=paused)

    def _seek(self, position_s: float) -> None:
        song = self._coming or self._song
        if song is None:
            return
        paused = song.paused if song is self._coming else self._mixer.paused
        again = replace(song.play, start_s=max(0.0, position_s), fade_s=_SEEK_FADE_S)
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

    def begin(self, at: float) -> list[Ended]:
        """Let the song that was asked for begin once it can; told where it cannot at all."""
        song = self._coming
        if song is None or not song.deck.ready():
            return []
        if song.paused and self._mixer.sounding():
            return []  # what sounds is fading out, and it must not be cut
        self._coming = None
        play = song.play
        if song.deck.over() and song.deck.error:
            # The present song makes room all the same: box has already turned to the new one.
            self._mixer.stop(max(play.fade_s, _ERROR_FADE_S))
            return [self._end(song, at)]
        self._song = song
        self.begun += 1
        self._mixer.play(song.deck, gain_db=play.gain_db, fade_s=play.fade_s, start_s=play.start_s)
        if song.paused:
            self._mixer.pause(at_once=True)
        return []

    def mix(self, frames: int) -> Samples:
        """The next frames, at most so many; none where nothing sounds."""
        return self._mixer.mix(frames)

    def finish(self, at: float) -> list[Ended]:
        """Told when a song is mixed, not when it is heard: so box's next comes without a gap."""
        if self._song is None or not self._mixer.finished():
            return []
        song = self._song
        self._mixer.stop(0.0)
        return [self._end(song, at)]

    def close(self) -> None:
        self._mixer.close()
        self._drop_coming()

    def _end(self, song: _Song, at: float) -> Ended:
        self._song = None
        error = song.deck.error
        return Ended(
            at=at,
            track_id=song.play.track_id,
            reason="error" if error else "finished",
            message=error,
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

    def played(self, at: float, delay_s: float) -> Played:
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
        )
