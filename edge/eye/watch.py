"""Keeps an eye on a stream of pictures: follows who is there, and looks for who comes.

A look spends its detections like this. A followed face is held by its looks and detected anew
only every few looks, in the window around it. Whoever is not followed yet is searched for in a few
tiles a look, where something moved first, within a budget of time. A candidate becomes somebody
after a second look.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from edge.eye.faces import FoundFace
from edge.eye.following import Following, Track, expected, follow, matched
from edge.eye.grip import Grip
from edge.eye.motion import Motion, MotionSense, Stir
from edge.eye.pace import Doing
from edge.eye.search import Search
from edge.eye.second_look import CLOSE, SURE, confirmed, each_once, find_in, moved
from edge.eye.windows import Box, around, overlap
from edge.ports import FaceFinder, Image

BENEFIT = 0.08
"""So much less sure must be what came in: it moved in the last seconds, as no plate does."""
HELD_S = 0.6
"""A face is detected anew after so long, however alike it looks."""
SEARCH_S = 0.030
"""Processor time that a look may take for searching while nobody is followed: at four looks a
second an eighth of a core. One tile it sees in any case."""
ASIDE_S = 0.006
"""The same while somebody is followed."""
CALM_TILES = 4
"""Looked into per look while nothing has moved and nobody is there."""
_ASIDE_EVERY = 8
"""While somebody is followed, one look in so many searches one tile."""
_STIRRED_EVERY = 2
"""... and one in so many up to two, where something else has moved."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """Who is followed after a look."""

    tracks: tuple[Track, ...]
    doing: Doing
    same: bool = False
    """The picture was the very same as before."""


class _Hold(msgspec.Struct, frozen=True):
    """A face as it was detected, to be held on to."""

    grip: Grip
    face: FoundFace
    at: float


class Watcher:
    """Everything about faces that is remembered from one picture to the next."""

    def __init__(
        self,
        finder: FaceFinder,
        sure: float = SURE,
        cost: Callable[[], float] = time.process_time,
    ) -> None:
        """`cost` is a clock of what is spent: of all threads, since the finder has its own."""
        self._finder = finder
        self._sure = sure
        self._cost = cost
        self._motion = MotionSense()
        self._stir = Stir()
        self._search: Search | None = None
        self._following = Following()
        self._holds: dict[int, _Hold] = {}
        self._unsearched = 0
        """Looks since the last one that searched."""

    def watch(self, picture: Image, at: float) -> Watched:
        """Who is there now."""
        motion = self._motion.feel(picture)
        if motion.same and self._search is not None and not self._search.stirred:
            self._following = _still_there(self._following, at)
            return Watched(tracks=self._following.tracks, doing=self._doing(), same=True)
        self._stir.note(motion.cells, at)
        search = self._plan(picture, motion, at)
        held = self._held(picture, at)
        detected = self._detected(picture, at, held)
        tiles = self._searched(picture, search, busy=bool(detected))
        near = each_once([*held.values(), *detected])
        far = [one for one in each_once(tiles) if all(not overlap(one.box, n.box) for n in near)]
        whose, strangers = matched(self._following.tracks, [*near, *far], at)
        new = self._new(picture, strangers, whose, at)
        self._following = follow(self._following, whose, new, at)
        self._hold(picture, held, at)
        return Watched(tracks=self._following.tracks, doing=self._doing())

    def _doing(self) -> Doing:
        if self._following.tracks:
            return "following"
        return "searching" if self._search is not None and self._search.stirred else "waiting"

    def _plan(self, picture: Image, motion: Motion, at: float) -> Search:
        height, width = picture.shape[:2]
        if self._search is None or self._search.size != (width, height):
            self._search = Search(width, height)
            self._following = Following(next_id=self._following.next_id)
            self._holds = {}
        people = [_person(expected(track, at), width, height) for track in self._following.tracks]
        self._search.note(motion, people)
        return self._search

    def _held(self, picture: Image, at: float) -> dict[int, FoundFace]:
        """The faces that still look as they did when they were detected, wherever they are now."""
        held = {}
        for number, hold in self._holds.items():
            if at - hold.at < HELD_S and (shift := hold.grip.shift(picture)) is not None:
                held[number] = moved(hold.face, *shift)
        return held

    def _detected(self, picture: Image, at: float, held: dict[int, FoundFace]) -> list[FoundFace]:
        """Faces in the windows around those who are not held."""
        height, width = picture.shape[:2]
        found: list[FoundFace] = []
        for track in self._following.tracks:
            box = expected(track, at)
            seen = any(overlap(box, face.box) > 0.3 for face in found)
            if track.id not in held and not seen:
                found += find_in(self._finder, picture, around(box, CLOSE, width, height))
        return found

    def _searched(self, picture: Image, search: Search, *, busy: bool) -> list[FoundFace]:
        """Candidates in a few tiles, as many as the budget allows."""
        tiles, budget_s = self._allowance(search, busy=busy)
        self._unsearched = 0 if tiles else self._unsearched + 1
        found: list[FoundFace] = []
        began = self._cost()
        for number in range(1, tiles + 1):
            found += find_in(self._finder, picture, search.next())
            spent = self._cost() - began
            if spent * (number + 1) / number > budget_s:
                break
        return found

    def _allowance(self, search: Search, *, busy: bool) -> tuple[int, float]:
        """How many tiles this look may see, and at what cost."""
        if not self._following.tracks:
            return (len(search) if search.stirred else CALM_TILES), SEARCH_S
        # A look that had to detect has cost enough; but it shall not always be so.
        waited = self._unsearched + 1 >= (2 if busy else 1) * (
            _STIRRED_EVERY if search.stirred else _ASIDE_EVERY
        )
        return (0 if not waited else 2 if search.stirred else 1), ASIDE_S

    def _new(
        self,
        picture: Image,
        strangers: list[FoundFace],
        whose: dict[int, FoundFace],
        at: float,
    ) -> list[FoundFace]:
        """Those strangers that are faces in a second look too."""
        checked = (
            confirmed(self._finder, picture, one, self._least(one, at))
            for one in strangers
            if all(overlap(one.box, face.box) == 0 for face in whose.values())
        )
        return each_once(face for face in checked if face is not None)

    def _least(self, stranger: FoundFace, at: float) -> float:
        """How sure it must be that this is a face."""
        return self._sure - (BENEFIT if self._stir.lately(stranger.box, at) else 0.0)

    def _hold(self, picture: Image, held: dict[int, FoundFace], at: float) -> None:
        """Remember the looks of those who were detected now; forget those who left."""
        here = {track.id: track for track in self._following.tracks}
        self._holds = {number: hold for number, hold in self._holds.items() if number in here}
        for number, track in here.items():
            if track.seen_at == at and number not in held:
                self._holds[number] = _Hold(Grip(picture, track.face.box), track.face, at)


def _person(face: Box, width: int, height: int) -> Box:
    """Where somebody moves whose face is there: as wide as two arms, down to the floor."""
    left, top, across, _ = around(face, 2 * CLOSE, width, height)
    above = around(face, CLOSE, width, height)[1]
    return left, max(top, above), across, height - above


def _still_there(following: Following, at: float) -> Following:
    """In the very same picture everybody is where he was; those who were missed stay so."""
    latest = max((track.seen_at for track in following.tracks), default=at)
    here = {track.id: track.face for track in following.tracks if track.seen_at == latest}
    return follow(following, here, (), at)
