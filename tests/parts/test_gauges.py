"""What the machine tells of real processes, and of none."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from edge.upkeep.gauges import STALE_S, MachineGauges, memory_mb
from tests.waiting import until

FATHER = """
import subprocess, sys
code = "x = bytearray(60_000_000); print(flush=True); input()"
pipe = subprocess.PIPE
child = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe)
child.stdout.readline()
print("ready", flush=True)
sys.stdin.readline()
child.communicate(b"\\n")
"""


def test_memory_is_that_of_a_process_and_all_that_it_started() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", FATHER], stdin=pipe, stdout=pipe) as father:
        assert father.stdout is not None
        father.stdout.readline()
        told = memory_mb({"box": os.getpid(), "eye": father.pid, "player": 2**22 + 1})
        father.communicate(b"\n")
    assert told["player"] is None
    assert told["eye"] is not None
    assert 65 < told["eye"] < 200
    assert told["box"] is not None
    assert told["box"] >= told["eye"], "its father is this process"


def test_odd_names_and_processes_that_end_meanwhile_are_no_trouble(tmp_path: Path) -> None:
    for pid, stat in ((1, "1 (a) b) (c) S 0 1"), (2, "2 (x) S 1 1"), (3, "nonsense"), (4, "")):
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(stat)
    (tmp_path / "1" / "status").write_text("Name:\tx\nVmRSS:\t    2048 kB\n")
    (tmp_path / "5").mkdir()
    assert memory_mb({"one": 1, "three": 3, "five": 5}, tmp_path) == {
        "one": 2.0,
        "three": None,
        "five": None,
    }
    assert memory_mb({"one": 1}, tmp_path / "none") == {"one": None}


def test_it_measures_by_itself_and_again_where_a_process_comes() -> None:
    with MachineGauges({"box": os.getpid()}, lambda: 48.5, lambda: True) as gauges:
        until(lambda: gauges.newest(time.monotonic()), 10, "the first measurement")
        first = gauges.newest(time.monotonic())
        assert first is not None
        assert (first.temperature_c, first.throttled) == (48.5, True)
        gauges.watch("eye", os.getpid())
        until(lambda: "eye" in gauges.newest(time.monotonic()).memory_mb, 10, "eye's")  # type: ignore[union-attr]  # it was there before
        assert gauges.newest(time.monotonic() + STALE_S + 1) is None
    gauges.close()
    assert not [one for one in threading.enumerate() if one.name == "gauges" and one.is_alive()]


def test_a_driver_that_hangs_holds_nobody_up() -> None:
    hang = threading.Event()

    def stuck() -> None:
        hang.wait(30)

    with MachineGauges({}, stuck, lambda: None) as gauges:
        began = time.monotonic()
        assert gauges.newest(began) is None
        gauges.watch("eye", 1)
    assert time.monotonic() - began < 2.0
    hang.set()


def test_this_machine_is_measured() -> None:
    with MachineGauges({"box": os.getpid()}) as gauges:
        until(lambda: gauges.newest(time.monotonic()), 15, "a measurement")
