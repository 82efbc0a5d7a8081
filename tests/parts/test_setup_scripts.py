"""deploy/setup itself, on a copy of the checkout: what it refuses, says, and asks of apt.

The machine around it is made of links to this one's programs, less some, plus a few stand-ins.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFUSES = "#!/bin/sh\necho 'E: not here' >&2\nexit 100\n"
OLD_PYTHON = "#!/bin/sh\n[ \"$1\" = -V ] && echo 'Python 3.9.2'\nexit 0\n"


class Machine:
    """A checkout in a folder with a space in its name, and the programs that it can find."""

    def __init__(self, tmp: Path) -> None:
        self.bin = tmp / "bin"
        self.bin.mkdir()
        for folder in ("/bin", "/usr/bin"):
            for program in Path(folder).iterdir():
                link = self.bin / program.name
                if not link.is_symlink():
                    link.symlink_to(program)
        self.checkout = tmp / "my checkout"
        shutil.copytree(ROOT / "deploy", self.checkout / "deploy")
        (self.checkout / "edge").mkdir()
        for name in ("pyproject.toml", "edge/__init__.py"):
            shutil.copy(ROOT / name, self.checkout / name)
        # Nothing here may touch the system, whatever this machine lacks.
        self.has("apt-get", REFUSES)
        self.has("sudo", REFUSES)

    def has(self, name: str, script: str) -> None:
        self.lacks(name)
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def lacks(self, name: str) -> None:
        (self.bin / name).unlink(missing_ok=True)

    @property
    def env(self) -> dict[str, str]:
        # An index that nobody serves: no test of these reaches the network.
        nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
        no_other = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
        keep = {"HOME": str(self.checkout), "LC_ALL": "C.UTF-8"}
        return {**keep, **nowhere, **no_other, "PATH": str(self.bin)}

    def set_up(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / "deploy" / "setup", *words],
            cwd="/",
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence, with nothing before or after it."""
    assert done.returncode == 1, done
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZd/"))
    return sentence


def venv(machine: Machine) -> Path:
    return machine.checkout / ".venv"


def test_refuses_a_32_bit_system(machine: Machine) -> None:
    machine.has("getconf", "#!/bin/sh\necho 32\n")
    assert "64-bit Raspberry Pi OS" in refused(machine.set_up())
    assert not venv(machine).exists()


def test_refuses_another_processor(machine: Machine) -> None:
    machine.has("uname", '#!/bin/sh\n[ "$1" = -m ] && echo riscv64 || echo Linux\n')
    assert "this machine is riscv64" in refused(machine.set_up())


def test_refuses_a_python_that_is_too_old(machine: Machine) -> None:
    machine.has("python3.9", OLD_PYTHON)
    sentence = refused(machine.set_up(MOODBOX_PYTHON=str(machine.bin / "python3.9")))
    assert "no Python 3.11, 3.12 or 3.13" in sentence


def test_refuses_words_that_it_does_not_know(machine: Machine) -> None:
    assert "'--everything'" in refused(machine.set_up("--everything"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_refuses_a_folder_of_another(machine: Machine) -> None:
    venv(machine).mkdir(mode=0o500)
    assert "belongs to" in refused(machine.set_up())


@pytest.mark.parametrize("sudo", ["none", "refuses"])
def test_says_what_is_missing_where_it_may_not_install(machine: Machine, sudo: str) -> None:
    machine.has("id", "#!/bin/sh\n[ $1 = -u ] && echo 1000 || echo ada\n")
    machine.lacks("strace")
    if sudo == "none":
        machine.lacks("sudo")
    sentence = refused(machine.set_up("--dev"))
    assert sentence.endswith("needs root: apt-get install strace")


def test_says_what_is_missing_where_there_is_no_apt(machine: Machine) -> None:
    machine.lacks("apt-get")
    machine.lacks("mosquitto_sub")
    assert refused(machine.set_up()).endswith("apt could be asked for them: mosquitto-clients.")


def test_asks_apt_for_what_is_missing_and_no_more(machine: Machine, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    machine.has("apt-get", f'#!/bin/sh\necho "$*" >>"{asked}"\n')
    machine.has("id", "#!/bin/sh\necho 0\n")
    machine.lacks("strace")
    done = machine.set_up("--dev")
    assert done.returncode == 1
    assert "Still missing after installing: strace." in done.stderr
    update, install = asked.read_text().splitlines()
    assert update.endswith(" update")
    assert install.endswith(" --no-install-recommends strace")
    assert " --no-remove " in install


def test_without_a_network_it_says_so_and_starts_anew_next_time(machine: Machine) -> None:
    done = machine.set_up()
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The network, or the package index")
    assert "setup.log:" in done.stderr
    assert (venv(machine) / "setup.log").is_file()
    assert not (venv(machine) / "made-by-setup").exists()
    again = machine.set_up()
    assert again.stdout.startswith("The .venv here is unfinished")


@contextmanager
def running(machine: Machine) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [machine.checkout / "deploy" / "setup"],
        env=machine.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_waits_for_another_set_up_in_the_same_folder(machine: Machine) -> None:
    machine.has("getconf", "#!/bin/sh\necho 32\n")
    with (machine.checkout / "deploy" / "setup").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with running(machine) as process:
            assert process.stdout is not None
            assert "Another set-up is at work" in process.stdout.readline()
            fcntl.flock(held, fcntl.LOCK_UN)
            _, said = process.communicate(timeout=30)
    assert "64-bit" in said


def test_is_found_through_a_link_from_anywhere(machine: Machine, tmp_path: Path) -> None:
    machine.has("getconf", "#!/bin/sh\necho 32\n")
    link = tmp_path / "demo"
    link.symlink_to(machine.checkout / "deploy" / "demo")
    done = subprocess.run(
        [link], cwd="/", env=machine.env, capture_output=True, text=True, timeout=30, check=False
    )
    assert "64-bit" in refused(done)
