"""Songs that a listener names, and what they are told where such a song cannot be heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.errors import CommandError
from edge.messages import Track
from edge.mind import choosing
from edge.mind.situation import Turn

LONGEST: Final = 5000
"""Songs in the queue."""


def known(turn: Turn, track_id: str) -> Track:
    """This song; CommandError where there is none."""
    track = turn.situation.tracks.get(track_id)
    if track is None:
        raise CommandError("not_found", f"There is no song {track_id[:64]!r}; search for it first.")
    return track


def permitted(turn: Turn, track_id: str) -> Track:
    """This song; CommandError also where the house does not want it heard."""
    track = known(turn, track_id)
    barred = choosing.barred(turn, track)
    if barred is not None:
        told = f"{track.title or track_id} {barred}; see [dj] in the configuration."
        raise CommandError("not_found", told)
    return track


def enqueue(turn: Turn, names: Sequence[str], *, append: bool = False) -> None:
    """The listener wants these next; one that is unknown or barred refuses all."""
    for name in names:
        permitted(turn, name)
    before = turn.situation.queue if append else ()
    if len(before) + len(names) > LONGEST:
        told = f"The queue holds {LONGEST} songs; clear it, or wait until some were heard."
        raise CommandError("out_of_range", told)
    turn.note(queue=(*before, *names), queue_through=())
    choosing.show_next(turn)


def no_songs() -> CommandError:
    """Nothing at all can be chosen."""
    return CommandError("not_found", "There are no songs yet: name a folder in [library] paths.")
