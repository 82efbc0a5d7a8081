"""Who is there: arrival, departure and number of people, each with a delay of its own.

A head turned away for a moment is nobody leaving, and a face seen in one picture is nobody yet.
"""

from __future__ import annotations

from msgspec.structs import replace

from edge.messages import Reading, Value


class Patience(Value, frozen=True):
    """How long something must be seen to be believed; from the configuration."""

    arrive_s: float = 0.7
    leave_s: float = 5.0


class Attendance(Value, frozen=True):
    """What is believed after all readings so far."""

    at: float | None = None
    """When the last reading was taken."""
    present: bool = False
    people: int = 0
    seen_at: float | None = None
    """The last time a face was seen."""
    arriving_at: float | None = None
    """Since when a face has been seen without a break; None while nobody is."""
    counted: int = 0
    counted_at: float = 0.0
    """The number of faces that is waiting to be believed, and since when."""

    @property
    def anyone(self) -> bool:
        """Somebody is there, or may be about to arrive."""
        return self.present or self.arriving_at is not None


def attend(attendance: Attendance, reading: Reading, patience: Patience) -> Attendance:
    """The attendance after one more reading; an older one than the last changes nothing."""
    if attendance.at is not None and reading.at < attendance.at:
        return attendance
    here = _count(_presence(attendance, reading, patience), reading, patience)
    return replace(here, at=reading.at)


def _presence(attendance: Attendance, reading: Reading, patience: Patience) -> Attendance:
    now = reading.at
    if reading.faces:
        since = attendance.arriving_at if attendance.arriving_at is not None else now
        if attendance.present or now - since >= patience.arrive_s:
            return replace(attendance, present=True, seen_at=now, arriving_at=since)
        return replace(attendance, seen_at=now, arriving_at=since)
    if attendance.seen_at is None or now - attendance.seen_at >= patience.leave_s:
        return replace(attendance, present=False, people=0, arriving_at=None)
    if not attendance.present and now - attendance.seen_at >= patience.arrive_s:
        return replace(attendance, arriving_at=None)
    return attendance


def _count(attendance: Attendance, reading: Reading, patience: Patience) -> Attendance:
    if not attendance.present:
        return attendance
    seen = len(reading.faces)
    if attendance.people == 0:
        return replace(attendance, people=max(seen, 1), counted=seen, counted_at=reading.at)
    if seen != attendance.counted:
        return replace(attendance, counted=seen, counted_at=reading.at)
    patience_s = patience.arrive_s if seen > attendance.people else patience.leave_s
    if seen not in {0, attendance.people} and reading.at - attendance.counted_at >= patience_s:
        return replace(attendance, people=seen)
    return attendance
