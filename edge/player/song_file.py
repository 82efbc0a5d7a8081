"""A song file, by whichever decoder can read it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from edge.errors import TrackError
from edge.player.decoder import Decoder
from edge.player.sndfile import SndFile


class Decoding(Protocol):
    """What a deck needs of a decoder."""

    @property
    def duration_s(self) -> float | None: ...
    @property
    def short(self) -> str:
        """Why it ended before it should, once the frames are over."""
        ...

    def frames(self) -> Iterator[Any]:
        """AudioFrames of any form."""
        ...

    def close(self) -> None: ...


class SongFile:
    """An open file whose first frame is decoded already; TrackError where nobody can read it."""

    def __init__(self, path: Path | str, start_s: float = 0.0) -> None:
        self._path, self._start_s = path, start_s
        try:
            self._begin(Decoder)
        except TrackError as refused:
            if not Path(path).is_file() or not Path(path).stat().st_size:
                raise
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
        return self._frames

    def close(self) -> None:
        self._decoder.close()

    def __enter__(self) -> SongFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, kind: type[Decoder] | type[SndFile]) -> None:
        decoder: Decoding = kind(self._path, self._start_s)
        try:
            frames = decoder.frames()
            first = next(frames, None)
        except BaseException:
            decoder.close()
            raise
        self._decoder = decoder
        self._frames = iter(()) if first is None else chain((first,), frames)
