"""Who is there, and how many: patient with absence, no flicker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


RATES = [1.0, 2.0, 8.0, 30.0]


def arrival_s(rate: float, missed: int = 0, people: int = 1) -> float:
    """Until somebody is there whose face every so-many-th look misses."""
    here = Attendance()
    for step in range(round(60 * rate)):
        faces = () if missed and step % missed == missed - 1 else (face("happy"),) * people
        here = attend(here, reading(step / rate, *faces), PATIENCE)
        if here.people == people:
            return step / rate
    return float("inf")


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("people", [1, 3])
def test_an_arrival_takes_the_same_time_at_every_rate(rate: float, people: int) -> None:
    assert 0.7 - 1e-6 <= arrival_s(rate, people=people) < 0.7 + 1 / rate


@pytest.mark.parametrize("rate", [8.0, 30.0])
def test_missed_looks_delay_an_arrival_but_do_not_forbid_it(rate: float) -> None:
    assert arrival_s(rate, missed=5) < 2.0
    assert arrival_s(rate, missed=4) < 4.0


def test_an_eye_that_speeds_up_at_the_first_face_needs_no_longer() -> None:
    here = Attendance()
    for at in (0.0, 1.0, 2.0):
        here = attend(here, reading(at), PATIENCE)
    here = attend(here, reading(3.0, face("happy")), PATIENCE)
    assert not here.present
    assert not watch(here, 1, 3.125, 0.5).present
    assert watch(here, 1, 3.125, 0.75).present


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("every", [2, 3, 7])
def test_false_faces_are_nobody_and_keep_nobody(rate: float, every: int) -> None:
    here = Attendance()
    for step in range(round(60 * rate)):
        faces = [face("happy")] if step % every == 0 else []
        here = attend(here, reading(step / rate, *faces), PATIENCE)
        assert not here.present
    here = watch(Attendance(), 1, 0, 5, rate)
    for step in range(round(30 * rate)):
        faces = [face("happy")] if step % round(3 * rate) == round(3 * rate) - 1 else []
        here = attend(here, reading(5 + step / rate, *faces), PATIENCE)
    assert not here.present


@pytest.mark.parametrize("rate", RATES)
def test_a_departure_takes_the_same_time_at_every_rate(rate: float) -> None:
    here, at = watch(Attendance(), 2, 0, 5, rate), 5.0
    while here.people == 2:
        here = attend(here, reading(at, face("happy")), PATIENCE)
        at += 1 / rate
    assert 4.0 < at - 5.0 < 5.0 + 2 / rate
    left_at = at
    while here.present:
        here = attend(here, reading(at), PATIENCE)
        at += 1 / rate
    assert 4.0 < at - left_at < 5.0 + 2 / rate


@pytest.mark.parametrize("rate", RATES)
def test_who_hides_the_other_for_a_moment_leaves_two(rate: float) -> None:
    here = watch(Attendance(), 2, 0, 5, rate)
    for second in range(20):
        here = watch(here, 1 + second % 2, 5 + second, 1, rate)
        assert here.people == 2


looks = st.lists(st.tuples(st.sampled_from([0.0, 1 / 30, 0.125, 0.5, 1.0]), st.integers(0, 3)))
patiences = st.builds(
    Patience, arrive_s=st.sampled_from([0.0, 0.7, 3.0]), leave_s=st.sampled_from([0.0, 0.1, 5.0])
)


@given(looks, patiences)
def test_whatever_is_seen_people_and_presence_agree(
    seen: list[tuple[float, int]], patience: Patience
) -> None:
    here, at, most = Attendance(), 0.0, 0
    for seconds, faces in seen:
        at, most, before = at + seconds, max(most, faces), here
        here = attend(here, reading(at, *[face("happy")] * faces), patience)
        assert here.at == at
        assert here.present == (here.people > 0)
        assert here.people <= most
        assert [place.taken for place in here.places] == sorted(
            (place.taken for place in here.places), reverse=True
        )
        assert here.anyone or not faces
        assert here.people <= max(faces, before.people)  # nobody comes unseen
        assert here.people >= min(faces, before.people)  # nobody leaves in full view


@given(st.lists(st.integers(0, 1), max_size=30))
def test_what_was_seen_before_delays_an_arrival_by_no_more_than_it_lasted(past: list[int]) -> None:
    here = Attendance()
    for step, faces in enumerate(past):
        here = attend(here, reading(step / 8, *[face("happy")] * faces), PATIENCE)
    assert watch(here, 1, len(past) / 8, 1.0).present


@given(st.lists(st.booleans(), min_size=8, max_size=64), st.sampled_from([2, 4]))
def test_looking_more_often_at_the_same_makes_no_difference(
    seconds: list[bool], times: int
) -> None:
    """Faces that come and go by the second, at 4 looks a second and at more."""
    ends = []
    for rate in (4, 4 * times):
        here = Attendance()
        for second, there in enumerate(seconds):
            here = watch(here, int(there), second, 1, rate)
        ends.append((here.present, here.people))
    assert ends[0] == ends[1]
