"""Tells in which folders something happened to the music, as the kernel tells it (inotify).

Looking through 50,000 files every minute would take 3 % of a core and wake a sleeping drive; the
kernel tells for nothing. It tells nothing of what other machines do to a network drive, nor of a
drive that is plugged in: for those the roots are looked at from time to time.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import select
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from edge.library.playlists import PLAYLISTS
from edge.library.tags import SUFFIXES
from edge.library.walk import speakable
from edge.messages import FilesChanged

QUIET_S: Final = 1.0
"""So long after the last change it is told: an album is copied file by file."""
LONGEST_S: Final = 10.0
"""But what changes all the time is told after this long."""
ROOTS_S: Final = 3.0
"""How often it is looked whether a root came or went."""
POLL_S: Final = 600.0
"""How often a scan is asked for where the kernel cannot tell."""
_MANY: Final = 100
_CLOSE_WRITE, _MOVED, _CREATE, _DELETE, _DELETE_SELF = 0x8, 0xC0, 0x100, 0x200, 0x400
_ONLYDIR, _OVERFLOW, _IGNORED, _ISDIR = 0x01000000, 0x4000, 0x8000, 0x40000000
_MASK: Final = _CLOSE_WRITE | _MOVED | _CREATE | _DELETE | _DELETE_SELF | _ONLYDIR
_HEAD: Final = struct.Struct("iIII")
_REMOTE: Final = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "davfs")
_log = logging.getLogger("moodbox.library")


class Watcher:
    """Watches until closed."""

    def __init__(
        self,
        roots: Callable[[], tuple[str, ...]],
        put: Callable[[FilesChanged], None],
        hidden: bool = False,
        poll_s: float = POLL_S,
    ) -> None:
        """`put` is called from the watcher's thread."""
        self._roots = roots
        self._put = put
        self._hidden = hidden
        self._poll_s = poll_s
        self._folders: dict[int, str] = {}
        self._standing: dict[str, tuple[int, int] | None] = {}
        self._blind = False
        self._stop = threading.Event()
        self._changed: dict[str, None] = {}
        self._first = self._last = 0.0
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name="library-watch", daemon=True)
        self._thread.start()

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def watched(self) -> int:
        """How many folders the kernel watches."""
        return len(self._folders)

    def close(self, within_s: float = 2.0) -> None:
        self._stop.set()
        self._thread.join(within_s)
        if self._descriptor >= 0 and not self._thread.is_alive():
            os.close(self._descriptor)
            self._descriptor = -1

    def _run(self) -> None:
        looked = polled = time.monotonic()
        self._look_at_roots(first=True)
        while not self._stop.is_set():
            self._listen()
            now = time.monotonic()
            if now - looked >= ROOTS_S:
                looked = now
                self._look_at_roots()
            if now - polled >= self._poll_s:
                polled = now
                self._ask_for(root for root in self._roots() if self._blind or _remote(root))
            if self._changed and (now - self._last > QUIET_S or now - self._first > LONGEST_S):
                self._tell()

    def _tell(self) -> None:
        folders = tuple(self._changed)
        self._changed = {}
        self._put(FilesChanged(folders=self._roots() if len(folders) > _MANY else folders))

    def _note(self, folder: str) -> None:
        while speakable(folder) != folder:
            folder = folder.rpartition("/")[0]  # the scan is told of folders in UTF-8
        now = time.monotonic()
        if not self._changed:
            self._first = now
        self._last = now
        self._changed[folder] = None

    def _ask_for(self, roots: object) -> None:
        for root in roots:  # type: ignore[attr-defined]
            self._note(root)

    def _look_at_roots(self, *, first: bool = False) -> None:
        """A drive that comes or goes stands over the folder, which itself notices nothing."""
        for root in self._roots():
            standing = _standing(root)
            if self._standing.get(root, ()) != standing:
                new = root not in self._standing
                self._standing[root] = standing
                if standing is not None:
                    self._watch(root)
                if not (first or new):
                    self._note(root)

    def _watch(self, folder: str) -> None:
        """This folder and all below it; one reached twice, by a link, is watched once."""
        waiting, been = [folder], set()
        while waiting and not self._stop.is_set():
            path = waiting.pop()
            standing = _standing(path)
            if standing is None or standing in been or not self._add(path):
                continue
            been.add(standing)
            try:
                with os.scandir(path) as entries:
                    waiting += [e.path for e in entries if self._counts(e.name) and e.is_dir()]
            except OSError:
                continue  # it went, or may not be read: the scan says so

    def _add(self, path: str) -> bool:
        number = -1
        if self._descriptor >= 0:
            number = self._libc.inotify_add_watch(self._descriptor, os.fsencode(path), _MASK)
        if number >= 0:
            self._folders[number] = path
            return True
        if not self._blind and (self._descriptor < 0 or ctypes.get_errno() == errno.ENOSPC):
            self._blind = True
            _log.warning(
                "the kernel watches no more folders (fs.inotify.max_user_watches): "
                "the music is looked through every %.0f min instead",
                self._poll_s / 60,
            )
        return False

    def _counts(self, name: str) -> bool:
        return self._hidden or not name.startswith(".")

    def _listen(self) -> None:
        """What the kernel tells within a moment."""
        if self._descriptor < 0:
            self._stop.wait(0.2)
            return
        if not select.select([self._descriptor], [], [], 0.2)[0]:
            return
        try:
            data = os.read(self._descriptor, 1 << 16)
        except BlockingIOError:
            return
        place = 0
        while place < len(data):
            number, mask, _, length = _HEAD.unpack_from(data, place)
            name = data[place + _HEAD.size : place + _HEAD.size + length].rstrip(b"\0")
            place += _HEAD.size + length
            self._take(number, mask, os.fsdecode(name))

    def _take(self, number: int, mask: int, name: str) -> None:
        if mask & _OVERFLOW:
            self._ask_for(self._roots())
            return
        folder = self._folders.get(number)
        if mask & _IGNORED:
            self._folders.pop(number, None)
        if folder is None or mask & _IGNORED or not self._counts(name):
            return
        if mask & _ISDIR:
            if mask & (_CREATE | _MOVED):
                self._watch(f"{folder}/{name}")
            self._note(folder)
        elif mask & _DELETE_SELF:
            self._note(folder)
        elif Path(name).suffix.lower() in SUFFIXES | PLAYLISTS:
            # A file that was only created is empty still; a link is whole at once.
            if not mask & _CREATE or Path(folder, name).is_symlink():
                self._note(folder)
        elif mask & _CREATE and Path(folder, name).is_dir():
            self._watch(f"{folder}/{name}")  # a link to a folder
            self._note(folder)


def _standing(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _remote(root: str) -> bool:
    """Whether it stands on another machine, whose kernel tells us nothing."""
    kind, longest = "", -1
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    for line in lines.splitlines():
        fields = line.split(" ")
        below = len(fields) > 2 and f"{root}/".startswith(f"{fields[1].rstrip('/')}/")
        if below and len(fields[1]) >= longest:
            kind, longest = fields[2], len(fields[1])
    return kind.startswith(_REMOTE)
