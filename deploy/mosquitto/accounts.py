"""The broker's users and their passwords: hashed in one file, in clear only where they belong."""

from __future__ import annotations

import secrets
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from authority import EnrolError


def new_password() -> str:
    """192 bits, in letters that survive every shell and configuration file."""
    return secrets.token_urlsafe(24)


class Accounts:
    """mosquitto's password file; lines of users who are not named stay as they are."""

    def __init__(self, file: Path) -> None:
        self._file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self._lines = {line.partition(":")[0]: line for line in lines if ":" in line}

    @property
    def users(self) -> Collection[str]:
        return self._lines.keys()

    def set(self, passwords: Mapping[str, str]) -> None:
        """New users, or new passwords of old ones."""
        self._lines |= _hashed(passwords, self._file.parent)
        self._write()

    def remove(self, users: Collection[str]) -> None:
        for user in users:
            self._lines.pop(user, None)
        self._write()

    def _write(self) -> None:
        write(self._file, "".join(f"{line}\n" for line in self._lines.values()))


def _hashed(passwords: Mapping[str, str], beside: Path) -> dict[str, str]:
    """Through a file: mosquitto_passwd -b would show them to everybody who lists processes.

    The file holds new ones only, because -U hashes a hash once more.
    """
    if not passwords:
        return {}
    with tempfile.TemporaryDirectory(prefix=".new-", dir=beside) as shop:
        file = Path(shop) / "passwords"
        file.write_text("".join(f"{user}:{word}\n" for user, word in passwords.items()))
        done = subprocess.run(
            ["mosquitto_passwd", "-U", str(file)], capture_output=True, check=False, text=True
        )
        lines = file.read_text(encoding="utf-8").splitlines()
    hashes = {line.partition(":")[0]: line for line in lines}
    plain = any(line == f"{user}:{passwords[user]}" for user, line in hashes.items())
    if done.returncode or plain or hashes.keys() != passwords.keys():
        raise EnrolError(f"mosquitto_passwd failed: {(done.stderr or done.stdout).strip()}")
    return hashes


def write(path: Path, text: str) -> None:
    """All of it or nothing, for the owner's eyes alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.touch(mode=0o600)
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
