"""Real processes: restarted when they die, ended in order, and never orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from edge.family import Family, Program, tied

ROOT = Path(__file__).resolve().parents[2]
OURS = "import os; from edge.family import die_with_parent as d; d(os.environ); {}"
SLEEPER = OURS.format("import time; time.sleep(60)")
STUBBORN = OURS.format(
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(60)"
)


def until(true: Callable[[], object], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def program(name: str, code: str, log: Path | None = None) -> Program:
    return Program(name=name, command=(sys.executable, "-c", code), log=log)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_child_is_started_again() -> None:
    said: list[str] = []
    family = Family([program("one", SLEEPER)], os.environ, said.append)
    child = family.children[0]
    try:
        family.tend()
        assert child.process is not None
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        until(lambda: family.tend() is None and child.starts == 2)
        assert child.process is not None
        assert child.process.pid != first
        assert said == ["one ended (killed by SIGKILL); starting it again"]
    finally:
        family.end()
    assert child.process is None or child.process.poll() is not None


def test_a_child_that_refuses_its_configuration_is_not_started_again() -> None:
    family = Family([program("one", "raise SystemExit(2)")], os.environ, lambda _: None)
    until(lambda: family.tend() == 2)
    assert family.children[0].starts == 1
    family.end()


def test_a_crashing_child_is_given_growing_pauses() -> None:
    family = Family([program("one", "raise SystemExit(1)")], os.environ, lambda _: None)
    deadline = time.monotonic() + 3.0
    while time.monotonic() < deadline:
        family.tend()
        time.sleep(0.02)
    family.end()
    assert 2 <= family.children[0].starts <= 4


def test_a_deaf_child_is_killed_in_time(tmp_path: Path) -> None:
    log = tmp_path / "log"
    family = Family([program("one", STUBBORN, log)], os.environ, lambda _: None)
    family.tend()
    until(lambda: log.exists() and b"deaf" in log.read_bytes())
    process = family.children[0].process
    assert process is not None
    begin = time.monotonic()
    family.end(within_s=0.5)
    assert time.monotonic() - begin < 2.0
    assert process.poll() == -signal.SIGKILL


def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, time; from edge.family import Family, Program, tied\n"
        f"ours = Program(name='a', command=({sys.executable!r}, '-c', {SLEEPER!r}))\n"
        "theirs = Program(name='b', command=tied(('sleep', '60')))\n"
        "family = Family([ours, theirs], os.environ, print)\n"
        "family.tend()\n"
        f"open({str(pids)!r} + '.new', 'w').write("
        "' '.join(str(c.process.pid) for c in family.children))\n"
        f"os.rename({str(pids)!r} + '.new', {str(pids)!r})\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        until(pids.exists)
        children = [int(pid) for pid in pids.read_text().split()]
        time.sleep(0.5)  # both have asked the kernel to end with their parent by then
        assert all(alive(pid) for pid in children)
    finally:
        parent.kill()
        parent.wait()
    until(lambda: not any(alive(pid) for pid in children))


def test_a_foreign_program_is_tied_with_setpriv() -> None:
    assert tied(("sleep", "1"))[0] == "setpriv"
