"""A song file, by whichever decoder can read it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from edge.errors import TrackError, TrackMissingError
from edge.player.decoder import Decoder
from edge.player.sndfile import SndFile

_NO_DISK = {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOENT, errno.ENOTDIR}


class Decoding(Protocol):
    """What a deck needs of a decoder."""

    @property
    def duration_s(self) -> float | None: ...
    @property
    def short(self) -> str:
        """Why it ended before it should, once the frames are over."""
        ...

    def away(self) -> bool:
        """The file is not there any more."""
        ...

    def frames(self) -> Iterator[Any]:
        """AudioFrames of any form."""
        ...

    def close(self) -> None: ...


class SongFile:
    """An open file whose first frame is decoded already; TrackError where nobody can read it.

    TrackMissingError where it is the file that is away, at the beginning or in mid-song.
    """

    def __init__(self, path: Path | str, start_s: float = 0.0) -> None:
        self._path, self._start_s = path, start_s
        size = _size(path)
        try:
            self._begin(Decoder)
        except TrackError as refused:
            if not size:
                raise
            if self.away():
                raise TrackMissingError(str(refused)) from refused
            try:
                self._begin(SndFile)
            except TrackError:
                raise refused from None

    @property
    def duration_s(self) -> float | None:
        return self._decoder.duration_s

    @property
    def short(self) -> str:
        return self._decoder.short

    def frames(self) -> Iterator[Any]:
        try:
            yield from self._frames
        except TrackError as error:
            if self.away() or getattr(error.__cause__, "errno", None) in _NO_DISK:
                raise TrackMissingError(str(error)) from error
            raise

    def away(self) -> bool:
        return not os.access(self._path, os.R_OK)

    def close(self) -> None:
        self._decoder.close()

    def __enter__(self) -> SongFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, kind: type[Decoder] | type[SndFile]) -> None:
        decoder: Decoder | SndFile = kind(self._path, self._start_s)
        try:
            frames = decoder.frames()
            first = next(frames, None)
        except BaseException:
            decoder.close()
            raise
        self._decoder = decoder
        self._frames = iter(()) if first is None else chain((first,), frames)


def _size(path: Path | str) -> int:
    """Of a file that may be read. A pipe would be waited for, and a folder is no song."""
    name = Path(path).name
    try:
        found = Path(path).stat()
    except ValueError as error:
        raise TrackError(f"{name!r} cannot be opened: {error}.") from error
    except OSError as error:
        kind = TrackMissingError if error.errno in _NO_DISK else TrackError
        raise kind(f"{name} cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(found.st_mode):
        raise TrackError(f"{name} cannot be opened: it is no file with music.")
    if not os.access(path, os.R_OK):
        raise TrackMissingError(f"{name} cannot be opened: {os.strerror(errno.EACCES)}.")
    return found.st_size
