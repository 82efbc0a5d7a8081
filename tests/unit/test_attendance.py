"""Who is there, and how many: patient with absence, no flicker."""

from __future__ import annotations

from edge.mind.attendance import Attendance, Patience, attend
from tests.readings import face, reading

PATIENCE = Patience()


def watch(
    attendance: Attendance, people: int, begin: float, seconds: float, rate: float = 8
) -> Attendance:
    for step in range(round(seconds * rate)):
        seen = reading(begin + step / rate, *[face("happy")] * people)
        attendance = attend(attendance, seen, PATIENCE)
    return attendance


def test_somebody_must_stay_a_moment_to_be_there() -> None:
    here = watch(Attendance(), 1, 0, 0.5)
    assert not here.present
    assert here.anyone
    here = watch(here, 1, 0.5, 1)
    assert here.present
    assert here.people == 1


def test_who_was_seen_once_is_nobody() -> None:
    here = attend(Attendance(), reading(0, face("happy")), PATIENCE)
    here = watch(here, 0, 0.125, 2)
    assert not here.present
    assert not here.anyone


def test_a_face_that_cannot_be_trusted_is_somebody() -> None:
    here = Attendance()
    for step in range(16):
        here = attend(here, reading(step / 8, face("happy", usable=False)), PATIENCE)
    assert here.present


def test_a_turned_head_is_nobody_leaving() -> None:
    here = watch(watch(Attendance(), 1, 0, 5), 0, 5, 3)
    assert here.present
    assert here.people == 1


def test_an_empty_chair_is_nobody() -> None:
    here = watch(watch(Attendance(), 1, 0, 5), 0, 5, 6)
    assert not here.present
    assert here.people == 0


def test_people_are_counted_without_flicker() -> None:
    here = watch(Attendance(), 1, 0, 3)
    here = watch(watch(here, 2, 3, 0.25), 1, 3.25, 1)
    assert here.people == 1
    here = watch(here, 2, 4.25, 1)
    assert here.people == 2
    here = watch(here, 1, 5.25, 3)
    assert here.people == 2
    assert watch(here, 1, 8.25, 3).people == 1


def test_a_late_reading_changes_nothing() -> None:
    here = watch(Attendance(), 1, 0, 5)
    assert attend(here, reading(1), PATIENCE) is here
