"""`moodbox library place|explain|map`: where songs stand, why, and the owner's word on it.

The owner's word goes to the running box over the link, else straight into the library.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec

from edge.config.paths import Paths
from edge.errors import MoodboxError, UnknownSong
from edge.launch import Launch
from edge.library.lock import LibraryLock
from edge.library.places import settled
from edge.library.song_moods import Known
from edge.library.store import LibraryStore
from edge.library_tool import library_of
from edge.link import answers
from edge.messages import MOODS, Now, Place, PlaceKept, Track
from edge.mind.song_mood import standing
from edge.mind.song_words import felt_words, reasons
from edge.song_map import drawn, svg
from edge.tool_line import Line

_LOCK_S: Final = 1.0
_CANDIDATES: Final = 8
_SHORTEST_ID: Final = 6


def find(tracks: tuple[Track, ...], words: str) -> Track:
    """The song of this id, path or title; UnknownSong where none or several are meant."""
    path = str(Path(words).expanduser().absolute())
    for track in tracks:
        if track.id == words or track.path in {words, path}:
            return track
    wanted = words.casefold()
    found = [track for track in tracks if (track.title or "").casefold() == wanted]
    found = found or [track for track in tracks if _all_in(wanted.split(), track)]
    if len(words) >= _SHORTEST_ID:
        found = found or [track for track in tracks if track.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownSong(f"No song that can be played here is called {words!r}.")
    some = "\n".join(f"  {track.id}  {named(track)}" for track in found[:_CANDIDATES])
    more = "" if len(found) <= _CANDIDATES else f"\n  and {len(found) - _CANDIDATES} more"
    raise UnknownSong(f"{len(found)} songs fit {words!r}; name one by its id:\n{some}{more}")


def _all_in(words: list[str], track: Track) -> bool:
    text = f"{named(track)} {Path(track.path).name}".casefold()
    return bool(words) and all(word in text for word in words)


def named(track: Track) -> str:
    """Title and artist as a person says them."""
    title = track.title or Path(track.path).stem
    return f"{title} ({track.artist})" if track.artist else title


def place(launch: Launch, words: str, word: Place, out: TextIO, *, json: bool) -> int:
    """Give the owner's word; `word.track_id` is found by the words."""
    with _reading(launch) as store:
        track = find(store.tracks(), words)
    word = msgspec.structs.replace(word, track_id=track.id)
    if answers(launch.places.socket):
        with Line(launch.places.socket) as line:
            kept = line.request(word, PlaceKept)
        if kept.problem is not None:
            raise MoodboxError(kept.problem)
    else:
        config, lock = launch.loaded.config.library, LibraryLock(launch.places.state)
        with lock.held(_LOCK_S), library_of(config, launch.places) as store:
            store.places.place(word, Now(at=time.monotonic(), wall=time.time()))
    with _reading(launch) as store:
        return _explain(store, track.id, out, json=json)


def explain(launch: Launch, words: str, out: TextIO, *, json: bool) -> int:
    """Why a song stands where it stands."""
    with _reading(launch) as store:
        return _explain(store, find(store.tracks(), words).id, out, json=json)


def _explain(store: LibraryStore, song: str, out: TextIO, *, json: bool) -> int:
    found = store.places.explained(song)
    if found is None:
        raise UnknownSong(f"There is no song {song} to play here.")
    tagged, known = found
    track = settled(tagged, known)
    if json:
        print(msgspec.json.encode(_as_json(tagged, track, known)).decode(), file=out)
        return 0
    print(f"{named(track)}\n  {track.path}\n  {_where(track)}", file=out)
    for reason in reasons(tagged, known.evidence):
        valence = "    ?" if reason.valence is None else f"{reason.valence:+.2f}"
        print(
            f"  {reason.weight:4.0%}  {reason.who:<9} {valence} {reason.arousal:+.2f}  "
            f"{reason.says}",
            file=out,
        )
    moved = felt_words(known.evidence, standing(tagged, known.evidence).moved)
    if moved is not None:
        print(f"  {moved}", file=out)
    loudness, source = _loudness(tagged, track, known)
    if loudness is not None:
        print(f"  {loudness:.1f} LUFS, {source}", file=out)
    if known.trouble is not None:
        print(f"  it is not listened to: {known.trouble}", file=out)
    return 0


def chart(launch: Launch, picture: Path | None, out: TextIO, width: int) -> int:
    """The whole collection on the plane, in the terminal or as a picture."""
    with _reading(launch) as store:
        tracks = store.tracks()
    if picture is None:
        print(drawn(tracks, width), file=out)
        return 0
    try:
        picture.write_text(svg(tracks), encoding="utf-8")
    except OSError as error:
        raise MoodboxError(f"{picture} cannot be written: {error.strerror}.") from error
    standing_somewhere = sum(track.valence is not None for track in tracks)
    print(f"{standing_somewhere} of {len(tracks)} songs are drawn in {picture}.", file=out)
    return 0


def _reading(launch: Launch) -> LibraryStore:
    """Reads only, so that it needs no lock."""
    return library_of(launch.loaded.config.library, launch.places, reading=True)


def word_of(words: list[str], *, forget: bool) -> Place | None:
    """What the owner says after the song's name; None where it is no such thing."""
    if forget:
        return None if words else Place(track_id="")
    if len(words) == 1 and words[0].casefold() in MOODS:
        return Place(track_id="", mood=words[0].casefold())  # type: ignore[arg-type]  # one of them
    try:
        valence, arousal = map(float, words)
        return msgspec.convert(
            {"type": "place", "track_id": "", "valence": valence, "arousal": arousal}, Place
        )
    except (ValueError, msgspec.ValidationError):
        return None


def nearest(usual: Paths, service: Paths) -> Paths:
    """Those of this terminal, else the service's where only that has a library."""
    use_service = not usual.library.exists() and service.library.exists()
    return service if use_service else usual


def _where(track: Track) -> str:
    if track.valence is None or track.arousal is None:
        return "nobody says anything of its mood yet"
    mood = track.mood or "no mood that could be named"
    return (
        f"{mood}: valence {track.valence:+.2f}, arousal {track.arousal:+.2f}, "
        f"give or take {track.spread or 0:.2f} (by {track.mood_from})"
    )


def _loudness(tagged: Track, track: Track, known: Known) -> tuple[float | None, str]:
    if tagged.loudness is not None:
        return track.loudness, "as its tags say"
    if known.lufs is not None:
        return track.loudness, "measured over the whole song"
    return track.loudness, "estimated from a minute, with headroom"


def _as_json(tagged: Track, track: Track, known: Known) -> dict[str, Any]:
    features = known.evidence.features
    return {
        "schema": 1,
        "id": track.id,
        "title": track.title,
        "artist": track.artist,
        "path": track.path,
        "mood": track.mood,
        "mood_from": track.mood_from,
        "valence": track.valence,
        "arousal": track.arousal,
        "spread": track.spread,
        "reasons": reasons(tagged, known.evidence),
        "felt": known.evidence.felt,
        "moved": standing(tagged, known.evidence).moved,
        "features": features,
        "loudness": track.loudness,
        "loudness_from": None if track.loudness is None else _loudness(tagged, track, known)[1],
        "trouble": known.trouble,
    }
