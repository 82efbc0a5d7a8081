"""What `health` says of the box, and when."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.messages import Hello, Now, Reading, Role
from edge.upkeep.vitals import Measured, Vitals

KEYS = {
    "uptime_s",
    "looks_per_s",
    "stage_ms",
    "memory_mb",
    "temperature_c",
    "throttled",
    "restarts",
    "queues",
    "faults",
}


class Meters:
    """Says what it is told to say."""

    def __init__(self, measured: Measured | None = None) -> None:
        self.measured = measured
        self.watched: dict[str, int] = {}

    def watch(self, name: str, pid: int) -> None:
        self.watched[name] = pid

    def newest(self, at: float) -> Measured | None:
        return self.measured


def now(at: float) -> Now:
    return Now(at=at, wall=1e9)


def hello(role: Role, pid: int) -> Hello:
    return Hello(protocol=1, role=role, pid=pid)


def box(meters: Meters | None = None) -> Vitals:
    return Vitals(100.0, meters or Meters(Measured()), lambda: {"inbox": 3})


def told(vitals: Vitals, at: float) -> dict[str, Any]:
    return vitals.told(now(at), {})


def test_it_is_told_at_once_and_then_every_minute() -> None:
    vitals = box()
    assert vitals.due(now(100.2), {}) is not None
    moments = [at for at in range(101, 400) if vitals.due(now(float(at)), {})]
    assert moments == [161, 221, 281, 341]


def test_the_first_waits_a_moment_for_the_first_measurements() -> None:
    meters = Meters()
    vitals = box(meters)
    assert vitals.due(now(101.0), {}) is None
    assert vitals.due(now(102.1), {}) is not None
    meters = Meters()
    vitals = box(meters)
    assert vitals.due(now(100.1), {}) is None
    meters.measured = Measured(temperature_c=51.5)
    first = vitals.due(now(100.3), {})
    assert first is not None
    assert first["temperature_c"] == 51.5


def test_every_key_is_there_and_what_is_unknown_is_null() -> None:
    said = told(box(Meters()), 100.4)
    assert set(said) == KEYS
    assert said["memory_mb"] == {"box": None, "eye": None, "player": None}
    assert said["looks_per_s"] is said["temperature_c"] is said["throttled"] is None
    assert said["stage_ms"] == said["faults"] == {}
    assert said["restarts"] == {"eye": 0, "player": 0}
    assert (said["uptime_s"], said["queues"]) == (0, {"inbox": 3})


def test_what_the_machine_tells_is_passed_on() -> None:
    measured = Measured(memory_mb={"box": 40.5, "eye": 200.0}, temperature_c=60.0, throttled=False)
    said = told(box(Meters(measured)), 200.0)
    assert said["memory_mb"] == {"box": 40.5, "eye": 200.0, "player": None}
    assert (said["temperature_c"], said["throttled"]) == (60.0, False)
    faults = {"camera": "It is gone."}
    assert box().told(now(200.0), faults)["faults"] == faults


def test_looks_and_their_stages_are_of_the_last_minute() -> None:
    vitals = box()
    vitals.meet(hello("eye", 7), now(100.0))
    for number in range(1200):
        at = 100.0 + number / 10
        costs = {"detect": 10.0, "classify": 4.0} if at < 160 else {"detect": 20.0}
        vitals.take(Reading(at=at, stage_ms=costs))
    said = told(vitals, 220.0)
    assert said["looks_per_s"] == 10.0
    assert said["stage_ms"] == {"detect": 20.0}
    assert told(vitals, 300.0)["looks_per_s"] == 0.0


def test_soon_after_eye_came_its_pace_is_measured_from_there() -> None:
    vitals = box()
    vitals.meet(hello("eye", 7), now(150.0))
    assert told(vitals, 150.5)["looks_per_s"] is None
    for number in range(20):
        vitals.take(Reading(at=150.0 + number / 5))
    assert told(vitals, 154.0)["looks_per_s"] == 5.0


def test_a_new_process_in_the_place_of_the_old_one_is_a_restart() -> None:
    meters = Meters()
    vitals = box(meters)
    for pid in (7, 7, 8, 8, 9):  # it also says hello where only the link was lost
        vitals.meet(hello("eye", pid), now(101.0))
    vitals.meet(hello("player", 5), now(101.0))
    vitals.meet(hello("tool", 6), now(101.0))
    assert told(vitals, 102.0)["restarts"] == {"eye": 2, "player": 0}
    assert meters.watched == {"eye": 9, "player": 5}


@given(
    st.lists(
        st.tuples(st.floats(0, 1e4), st.dictionaries(st.text(max_size=3), st.floats())), max_size=30
    )
)
def test_no_reading_breaks_it(looks: list[tuple[float, dict[str, float]]]) -> None:
    vitals = box()
    vitals.meet(hello("eye", 1), now(100.0))
    for at, costs in looks:
        vitals.take(Reading(at=at, stage_ms=costs))
    assert set(told(vitals, 5000.0)) == KEYS
