"""Any music file as a stream of stereo samples at one rate, through PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import TrackError
from edge.ports import Samples

_BAD_PACKETS = 100
"""So many damaged packets in a row are no scratch: the rest of the file is lost."""


class Decoder:
    """One open file. `blocks()` may be read once; memory stays flat, however long the song."""

    def __init__(self, path: Path | str, rate: int, start_s: float = 0.0) -> None:
        self._av = av = _library()
        self._name = Path(path).name
        self._rate = rate
        self._start_s = max(0.0, start_s)
        try:
            # `file:` and the whitelist: a name or a playlist inside must not reach another place.
            self._container = av.open(f"file:{path}", options={"protocol_whitelist": "file"})
        except (av.FFmpegError, OSError, ValueError, UnicodeError) as error:
            raise TrackError(f"{self._name} cannot be opened: {_why(error)}.") from error
        if not self._container.streams.audio:
            self._container.close()
            raise TrackError(f"{self._name} holds no sound.")
        self._stream = self._container.streams.audio[0]
        self.duration_s = self._length()

    def blocks(self) -> Iterator[Samples]:
        """Frames × 2 in −1…1, from `start_s` on; TrackError where nothing can be read."""
        skip = self._seek()
        some = False
        for block in self._resampled():
            if skip is None:
                skip = self._early()
            dropped = min(skip, len(block))
            skip -= dropped
            some = some or len(block) > 0
            if dropped < len(block):
                yield block[dropped:]
        if not some and self._start_s == 0.0:
            raise TrackError(f"{self._name} holds no sound that can be decoded.")

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Decoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _length(self) -> float | None:
        if self._stream.duration is not None and self._stream.time_base is not None:
            return float(self._stream.duration * self._stream.time_base)
        if self._container.duration is not None:
            return float(self._container.duration / 1_000_000)
        return None

    def _seek(self) -> int | None:
        """Go near the start; frames still to skip, None where the first frame must tell."""
        self._first_s: float | None = None
        if self._start_s == 0.0:
            return 0
        begin = self._container.start_time or 0
        try:
            self._container.seek(int(self._start_s * 1_000_000) + begin, backward=True)
        except (self._av.FFmpegError, OSError):
            return int(self._start_s * self._rate)  # cannot seek: decode and throw away
        return None

    def _early(self) -> int:
        """Seeking lands on a packet before the wanted second: frames between the two."""
        if self._first_s is None:
            return 0
        begin = (self._container.start_time or 0) / 1_000_000
        return max(0, round((self._start_s + begin - self._first_s) * self._rate))

    def _resampled(self) -> Iterator[Samples]:
        """One resampler for the file: one per frame costs 73 s for a song of five minutes."""
        resampler: Any = None
        form: tuple[str, str, int] | None = None
        for frame in self._frames():
            now = (frame.format.name, frame.layout.name, frame.sample_rate)
            if now != form:  # the first, or a chained stream that changes its form midway
                if resampler is not None:
                    yield from map(_stereo, resampler.resample(None))
                # Mono is doubled by ourselves: FFmpeg would make it 3 dB quieter.
                layout = "mono" if len(frame.layout.channels) == 1 else "stereo"
                resampler = self._av.AudioResampler("flt", layout, self._rate)
                form = now
            yield from map(_stereo, resampler.resample(frame))
        if resampler is not None:
            yield from map(_stereo, resampler.resample(None))

    def _frames(self) -> Iterator[Any]:
        bad = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                frames = packet.decode()
            except self._av.error.EOFError:
                return
            except (self._av.FFmpegError, ValueError) as error:
                bad += 1
                if bad >= _BAD_PACKETS:
                    raise TrackError(f"{self._name} is damaged: {_why(error)}.") from error
                continue
            for frame in frames:
                bad = 0
                if self._first_s is None and frame.time is not None:
                    self._first_s = frame.time
                yield frame


def warm_up() -> None:
    """Load what decoding needs before the first song does: a third of a second."""
    _library()


def _library() -> Any:
    import av  # heavy, so not before it is known that somebody will play

    return av


def _stereo(frame: Any) -> Samples:
    flat = frame.to_ndarray().reshape(-1)
    if len(frame.layout.channels) == 1:
        return np.repeat(flat, 2).reshape(-1, 2)
    pairs: Samples = flat.reshape(-1, 2)
    return pairs


def _why(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).rstrip(".") or type(error).__name__
