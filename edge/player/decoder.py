"""Any music file as frames of sound, exactly those that its maker meant, through PyAV."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import TrackError

_BAD_PACKETS = 100
"""So many damaged packets in a row are no scratch: the rest of the file is lost."""
_SHORT_S = 1.0
"""A file that ends so much before the end that it states is cut short."""
_FRUITLESS_S = 5.0
"""So long it may read without coming to a sound, or wait for one read: nobody hears it by then,
and the thread that it has is to come back."""
_EXACT = {"flac", "wav", "aiff", "mov,mp4,m4a,3gp,3g2,mj2", "ogg"}
"""Containers that know their length; the others may guess it from the bit rate."""


class Decoder:
    """One open file. `frames()` may be read once; memory stays flat, however long the song.

    FFmpeg itself leaves out what LAME's header, Opus and FLAC declare as padding, and what an MP4
    has at its beginning; what an MP4 has at its end is left out here.
    """

    def __init__(self, path: Path | str, start_s: float = 0.0) -> None:
        self._av = av = _library()
        self._name = Path(path).name
        self._start_s = max(0.0, start_s)
        try:
            # `file:` and the whitelist: a name or a playlist inside must not reach another place.
            self._container = av.open(
                f"file:{path}",
                options={"protocol_whitelist": "file"},
                metadata_errors="ignore",  # a tag in an old code page is no reason for silence
                timeout=_FRUITLESS_S,
            )
        except (av.FFmpegError, OSError, ValueError, UnicodeError) as error:
            raise TrackError(f"{self._name} cannot be opened: {_why(error)}.") from error
        if not self._container.streams.audio:
            self._container.close()
            raise TrackError(f"{self._name} holds no sound.")
        self._stream = self._container.streams.audio[0]
        self._kind = self._container.format.name
        self.duration_s = self._length()
        self.short = ""
        """Set once the frames are over, where the file ends before it should: one sentence."""

    def frames(self) -> Iterator[Any]:
        """AudioFrames from `start_s` on; TrackError where nothing can be read."""
        skip = self._seek()
        left = self._stated()
        given = 0
        for frame in self._decoded():
            if skip is None:
                skip = self._early(frame.sample_rate)
            dropped = min(skip, frame.samples)
            skip -= dropped
            end = frame.samples if left is None else min(frame.samples, dropped + left)
            if left is not None:
                left -= end - dropped
            given += end - dropped
            self._reached_s += frame.samples / frame.sample_rate
            if dropped < end:
                yield _piece(self._av, frame, dropped, end)
        if not given and self._start_s == 0.0:
            raise TrackError(f"{self._name} holds no sound that can be decoded.")
        self._judge()

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Decoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _length(self) -> float | None:
        stated, rate = _itunes(self._container.metadata), self._stream.rate
        if stated is not None and rate:
            return float(stated / rate)
        if self._stream.duration is not None and self._stream.time_base is not None:
            return float(self._stream.duration * self._stream.time_base)
        if self._container.duration is not None:
            return float(self._container.duration / 1_000_000)
        return None

    def _stated(self) -> int | None:
        """How many samples iTunes' own note allows, where it is played from the beginning."""
        return _itunes(self._container.metadata) if self._start_s == 0.0 else None

    def _judge(self) -> None:
        whole = self.duration_s
        if whole is None or self._kind not in _EXACT or self._first_s is None:
            return
        begin_s = (self._container.start_time or 0) / 1_000_000
        reached_s = self._first_s - begin_s + self._reached_s
        if self._start_s == 0.0 and reached_s < whole - _SHORT_S:
            self.short = f"{self._name} is cut short: {reached_s:.0f} of {whole:.0f} s are there."

    def _seek(self) -> int | None:
        """Go near the start; frames still to skip, None where the first frame must tell."""
        self._first_s: float | None = None
        self._reached_s = 0.0
        if self._start_s == 0.0:
            return 0
        begin = self._container.start_time or 0
        try:
            self._container.seek(int(self._start_s * 1_000_000) + begin, backward=True)
        except (self._av.FFmpegError, OSError):
            # Cannot seek: decode and throw away.
            return int(self._start_s * (self._stream.rate or 0))
        return None

    def _early(self, rate: int) -> int:
        """Seeking lands on a packet before the wanted second: frames between the two."""
        if self._first_s is None:
            return 0
        begin = (self._container.start_time or 0) / 1_000_000
        return max(0, round((self._start_s + begin - self._first_s) * rate))

    def _decoded(self) -> Iterator[Any]:
        bad, heard_at = 0, time.monotonic()
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
                fruitless = time.monotonic() - heard_at > _FRUITLESS_S
                if bad >= _BAD_PACKETS or fruitless:
                    raise TrackError(f"{self._name} is damaged: {_why(error)}.") from error
                continue
            for frame in frames:
                bad = 0
                if self._first_s is None and frame.time is not None:
                    self._first_s = frame.time
                yield self._cut(packet, frame)
                heard_at = time.monotonic()  # not before: who reads may have paused for an hour

    def _cut(self, packet: Any, frame: Any) -> Any:
        """The last packet of an MP4 lasts only as long as there is sound in it."""
        if not self._kind.startswith("mov") or not packet.duration or not packet.time_base:
            return frame
        lasts = round(packet.duration * packet.time_base * frame.sample_rate)
        return _piece(self._av, frame, 0, min(lasts, frame.samples))


def warm_up() -> None:
    """Load what decoding needs before the first song does: a third of a second."""
    _library()


def _library() -> Any:
    import av  # heavy, so not before it is known that somebody will play

    return av


def _piece(av: Any, frame: Any, begin: int, end: int) -> Any:
    """These samples of a frame."""
    if (begin, end) == (0, frame.samples):
        return frame
    samples = frame.to_ndarray()
    if frame.format.is_planar:
        samples = samples[:, begin:end]
    else:
        width = len(frame.layout.channels)
        samples = samples.reshape(-1, width)[begin:end].reshape(1, -1)
    cut = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples), format=frame.format.name, layout=frame.layout.name
    )
    cut.sample_rate = frame.sample_rate
    return cut


def _itunes(metadata: Any) -> int | None:
    """The samples that are sound by iTunes' own note: a zero, delay, padding, length, all hex."""
    words = str(metadata.get("iTunSMPB", "")).split()
    try:
        return int(words[3], 16) or None
    except (IndexError, ValueError):
        return None


def _why(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).rstrip(".") or type(error).__name__
