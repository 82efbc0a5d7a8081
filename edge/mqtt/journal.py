"""A file of events that outlives the program: lines with checksums, appended, seldom made anew.

A line is a checksum and JSON: an event with the moment it happened, or the id of one that is gone.
What a pulled plug or a bad card damages is a line, and only that one is lost. Errors of the disk
are raised as OSError.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from edge.mqtt.kept import AGE_S, EVENTS, Kept

LONGEST: Final = 16_384
"""Bytes of a line; a longer event is not kept over a restart."""
_LARGEST: Final = 16 << 20
"""Bytes of the file that are read: several times what is ever written."""
_SPARE_LINES: Final = 300
"""So many lines may be spent before the file is made anew."""
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class Journal:
    """The file; used by one thread at a time."""

    def __init__(self, path: Path, boot: str | None = None) -> None:
        """`boot` names this start of the machine: within one, CLOCK_MONOTONIC tells ages."""
        self._path = path
        self._boot = _boot_id() if boot is None else boot
        self._in_file: set[str] = set()
        self._lines = 0
        self._whole = True
        """False where the file ends within a line, or holds a damaged one."""
        self._dirty = False
        self.damaged = 0
        """Lines that could not be read."""

    @property
    def dirty(self) -> bool:
        """Something was written that a power cut could still take."""
        return self._dirty

    def read(self, topic: str, at: float, wall: float) -> list[Kept]:
        """What an earlier run has left, in order, without what is too old."""
        try:
            with self._path.open("rb") as file:
                content = file.read(_LARGEST)
        except FileNotFoundError:
            return []
        found: dict[str, Kept] = {}
        *lines, torn = content.split(b"\n")
        for line in lines:
            self._take(line, topic, at, found)
        self._lines, self._whole = len(lines), not torn and not self.damaged
        self._in_file = set(found)
        young = [kept for _, kept in sorted(found.items()) if kept.age_s(at, wall) <= AGE_S]
        return young[-EVENTS:]

    def update(self, kept: Iterable[Kept], saved: Iterable[Kept]) -> bool:
        """Note which events are there, and see to it that `saved` are in the file; if it wrote."""
        alive = {one.name: one for one in kept}
        new = [one for one in saved if one.name not in self._in_file]
        gone = [name for name in self._in_file if name not in alive]
        if not new and not gone and self._whole:
            return False
        standing = [one for name, one in alive.items() if name in self._in_file]
        spent = self._lines + len(new) + len(gone) > 2 * (len(standing) + len(new)) + _SPARE_LINES
        if not standing and not new:
            self._write(b"", os.O_TRUNC, set(), 0)
        elif spent or not self._whole:
            self._remake([*standing, *new])
        else:
            lines = [*map(self._line, new), *(_sealed(msgspec.json.encode(one)) for one in gone)]
            names = self._in_file.difference(gone) | {one.name for one in new}
            self._write(b"".join(lines), os.O_APPEND, names, self._lines + len(lines))
        return True

    def sync(self) -> None:
        """Make sure that a power cut takes nothing of it."""
        with contextlib.suppress(FileNotFoundError):
            _sync(self._path)
        self._dirty = False

    # --- inside --------------------------------------------------------------------------------

    def _take(self, line: bytes, topic: str, at: float, found: dict[str, Kept]) -> None:
        try:
            value = msgspec.json.decode(_unsealed(line))
            if isinstance(value, str):
                found.pop(value, None)
                return
            boot, moment, event = value
            payload = msgspec.json.encode(event)
            kept = Kept(topic, event["id"], payload, None, _wall(event["at"]), replayed=True)
            if boot == self._boot and boot and 0.0 <= moment <= at:
                kept.at = float(moment)
            found[kept.name] = kept
        except (ValueError, TypeError, KeyError):
            self.damaged += 1

    def _line(self, kept: Kept) -> bytes:
        boot = self._boot if kept.at is not None else ""
        line = _sealed(
            msgspec.json.encode([boot, round(kept.at or 0.0, 1), msgspec.Raw(kept.payload)])
        )
        return line if len(line) <= LONGEST else b""

    def _write(self, content: bytes, how: int, names: set[str], lines: int) -> None:
        self._whole = False  # until it is known that all of it was written
        new = not self._path.exists()
        opened = os.open(self._path, os.O_WRONLY | os.O_CREAT | how, 0o600)
        with os.fdopen(opened, "wb", buffering=0) as file:
            if file.write(content) != len(content):
                raise OSError(28, "No space left on device")
        if new:
            _sync(self._path.parent)
        self._in_file, self._lines, self._whole, self._dirty = names, lines, True, True

    def _remake(self, kept: list[Kept]) -> None:
        draft = self._path.with_suffix(".new")
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.writelines(map(self._line, kept))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        _sync(self._path.parent)
        self._in_file, self._lines = {one.name for one in kept}, len(kept)
        self._whole, self._dirty = True, False


def _sealed(text: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _unsealed(line: bytes) -> bytes:
    """The JSON of a line; ValueError where it is not as it was written."""
    seal, _, text = line.partition(b" ")
    if len(seal) != 8 or int(seal, 16) != zlib.crc32(text):
        raise ValueError("the checksum is another")
    return text


def _wall(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def _boot_id() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
