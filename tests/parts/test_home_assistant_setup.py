"""tests/home_assistant/setup: what it says where it cannot do its work, and where it need not."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = "deploy/locks/home-assistant-py313.txt"
TOOLS = ("awk", "bash", "cat", "dirname", "env", "readlink", "rm", "sed", "sha256sum")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what it needs, on a machine without any Python."""
    for name in ("tests/home_assistant/setup", LOCK):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def setup(checkout: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(checkout / "bin"), "HOME": str(checkout), **more}
    command = [checkout / "tests/home_assistant/setup", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def stand_in(checkout: Path, name: str, version: str) -> Path:
    """A Python that knows only its version."""
    path = checkout / "bin" / name
    path.write_text(f"#!{checkout}/bin/bash\necho {version}\n")
    path.chmod(0o755)
    return path


def test_without_python_3_13_it_says_where_to_get_one(checkout: Path) -> None:
    stand_in(checkout, "python3", "3 11")
    done = setup(checkout)
    assert (done.returncode, done.stdout) == (1, "")
    for way in ("uv python install 3.13", "pyenv install 3.13", "apt-get", "MOODBOX_PYTHON313"):
        assert way in done.stderr
    assert not (checkout / ".venv-home-assistant").exists()


@pytest.mark.parametrize("name", ["python3.13", "python3", "mine"])
def test_it_finds_python_3_13(checkout: Path, name: str) -> None:
    python = stand_in(checkout, name, "3 13")
    done = setup(checkout, MOODBOX_PYTHON313=str(python) if name == "mine" else "")
    assert done.stdout.startswith("Installing Home Assistant")
    assert done.returncode != 0  # the stand-in makes no environment


def test_what_is_there_and_current_is_left_alone(checkout: Path) -> None:
    venv = checkout / ".venv-home-assistant"
    (venv / "bin").mkdir(parents=True)
    stand_in(checkout, "python3.13", "3 13").rename(venv / "bin" / "python")
    digest = hashlib.sha256((checkout / LOCK).read_bytes()).hexdigest()
    (venv / "made-from").write_text(f"{digest}  -\n")
    done = setup(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Home Assistant is there already: {venv}\n"


def test_it_explains_itself_and_takes_no_words(checkout: Path) -> None:
    helped, refused = setup(checkout, "--help"), setup(checkout, "--all")
    assert helped.returncode == 0
    assert "Python 3.13" in helped.stdout
    assert (refused.returncode, refused.stdout) == (2, "")
