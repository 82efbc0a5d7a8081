"""Who is there: arrival, departure and number of people, each with a delay of its own.

There are as many places as faces were seen at once; the n-th is taken while n people are there,
and somebody is there while the first is. All places follow the same two rules, which count
seconds and not looks, so that one look a second and thirty come to the same.

**Coming.** A place is taken once its face has been seen for `arrive_s`. Time between two looks
counts for it where both saw the face, against it where neither did, and half against it where
they disagree. A false face in one look, or in every other one, never makes somebody; somebody of
whom every fifth look misses the face is there in about twice `arrive_s`.

**Leaving.** A place is free again once its face has not been seen for `leave_s`: a head turned
away is nobody leaving. A single false face does not begin that time anew; two glimpses within half
of it do.
"""

from __future__ import annotations

from msgspec.structs import replace

from edge.messages import Reading, Value


class Patience(Value, frozen=True):
    """How long something must be seen to be believed; from the configuration."""

    arrive_s: float = 0.7
    leave_s: float = 5.0


class Place(Value, frozen=True):
    """Whether so many people are there, and what speaks for it."""

    taken: bool = False
    seen: bool = False
    """The last look saw so many faces."""
    for_it_s: float = 0.0
    """While it is free: so much longer was the face seen than not."""
    glimpsed_at: float = 0.0
    """The last look that saw so many faces."""
    believed_at: float = 0.0
    """The last one of them that was no single false face."""

    @property
    def idle(self) -> bool:
        """As if nobody had ever been here."""
        return not (self.taken or self.seen or self.for_it_s > 0.0)


class Attendance(Value, frozen=True):
    """What is believed after all readings so far."""

    at: float | None = None
    """When the last reading was taken."""
    places: tuple[Place, ...] = ()

    @property
    def people(self) -> int:
        return sum(place.taken for place in self.places)

    @property
    def present(self) -> bool:
        return self.people > 0

    @property
    def anyone(self) -> bool:
        """Somebody is there, or may be about to arrive."""
        return bool(self.places)


def attend(attendance: Attendance, reading: Reading, patience: Patience) -> Attendance:
    """The attendance after one more reading; an older one than the last changes nothing."""
    at, faces = reading.at, len(reading.faces)
    before = attendance.at if attendance.at is not None else at
    if at < before:
        return attendance
    new = (Place(),) * (faces - len(attendance.places))
    places: list[Place] = []
    for number, place in enumerate((*attendance.places, *new)):
        now = _look(place, seen=number < faces, at=at, seconds=at - before, patience=patience)
        alone = bool(places) and now.taken and not places[-1].taken
        places.append(Place() if alone else now)  # two are there only while one is
    while places and places[-1].idle:
        places.pop()
    return Attendance(at=at, places=tuple(places))


def _look(place: Place, *, seen: bool, at: float, seconds: float, patience: Patience) -> Place:
    after = _stay if place.taken else _come
    place = after(place, seen, at, seconds, patience)
    return replace(place, seen=seen, glimpsed_at=at if seen else place.glimpsed_at)


def _come(place: Place, seen: bool, at: float, seconds: float, patience: Patience) -> Place:
    agreed = seconds if seen else -seconds
    weight = agreed if seen == place.seen else -seconds / 2
    for_it_s = max(0.0, place.for_it_s + weight)
    if seen and for_it_s >= patience.arrive_s - _ROUNDING_S:
        return Place(taken=True, believed_at=at)
    return replace(place, for_it_s=for_it_s)


def _stay(place: Place, seen: bool, at: float, _seconds: float, patience: Patience) -> Place:
    if seen and (place.seen or at - place.glimpsed_at <= patience.leave_s / 2):
        return replace(place, believed_at=at)
    if not seen and at - place.believed_at >= patience.leave_s:
        return Place()
    return place


_ROUNDING_S = 1e-6
"""Twenty-one thirtieths of a second, added up, are a little less than 0.7 s."""
