"""A song's sound for the listening child, through PyAV: three pieces of it, or its loudness."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from edge.errors import TrackError
from edge.loudness_meter import LoudnessMeter
from edge.ports import Samples

PIECE_S = 20.0
_WHERE = (0.15, 0.45, 0.75)
"""Where in the song the pieces begin: past an introduction, before a fading end."""
_HIGHEST_RATE = 48_000
_BAD_PACKETS = 100
_SILENCE = -70.0
"""LUFS; the standard's own gate, below which nothing counts."""


class Pieces(msgspec.Struct, frozen=True):
    """Stereo stretches of a song, each 2 × frames in −1…1."""

    rate: int
    sounds: tuple[Samples, ...]
    seconds: float
    """Of all together."""


class Loudness(msgspec.Struct, frozen=True):
    """Of the whole song, by EBU R128."""

    lufs: float
    range_lu: float
    peak_db: float
    """Highest sample, in dB of full scale."""


def pieces(path: Path) -> Pieces:
    """About a minute in three seeks; the whole of a song that is shorter."""
    with closing(_opened(path)) as container:
        stream = container.streams.audio[0]
        rate = min(stream.rate or _HIGHEST_RATE, _HIGHEST_RATE)
        length = _length_s(container, stream)
        if length is None or length < len(_WHERE) * PIECE_S * 1.2:
            found = [_stretch(container, stream, rate, None, len(_WHERE) * PIECE_S)]
        else:
            found = [_stretch(container, stream, rate, at * length, PIECE_S) for at in _WHERE]
    sounds = tuple(sound for sound in found if sound.shape[1] > rate // 2)
    if not sounds:
        raise TrackError(f"{path.name} holds no sound that can be decoded.")
    return Pieces(rate, sounds, sum(sound.shape[1] for sound in sounds) / rate)


def loudness(path: Path, within_s: float = 60.0) -> Loudness:
    """Decode it all, once, through FFmpeg's `ebur128`: 0.6 s for five minutes.

    What takes longer than `within_s` is told as far as it was measured.
    """
    end = time.monotonic() + within_s
    meter = LoudnessMeter()
    with closing(_opened(path)) as container:
        for frame in _frames(container, container.streams.audio[0]):
            meter.push(frame)
            if time.monotonic() > end:
                break
    read = meter.read()
    if read is None:
        raise TrackError(f"{path.name} is too short for its loudness to be measured.")
    return Loudness(
        lufs=round(max(_SILENCE, read.lufs), 2),
        range_lu=round(read.range_lu, 2),
        peak_db=round(read.peak_db, 2),
    )


def _opened(path: Path) -> Any:
    import av  # heavy, and needed by the child alone

    try:
        # `file:` and the whitelist: a name or a playlist inside must not reach another place.
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"})
    except (av.FFmpegError, OSError, ValueError, UnicodeError) as error:
        raise TrackError(f"{path.name} cannot be opened: {error}.") from error
    if not container.streams.audio:
        container.close()
        raise TrackError(f"{path.name} holds no sound.")
    return container


def _length_s(container: Any, stream: Any) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else float(container.duration / 1_000_000)


def _stretch(
    container: Any, stream: Any, rate: int, start_s: float | None, seconds: float
) -> Samples:
    import av

    if start_s is not None:
        try:
            begin = container.start_time or 0
            container.seek(int(start_s * 1_000_000) + begin, backward=True)
        except (av.FFmpegError, OSError):
            return np.zeros((2, 0), np.float32)
    wanted, got = int(seconds * rate), 0
    blocks: list[Samples] = []
    resampler: Any = None
    form: object = None
    for frame in _frames(container, stream):
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if now != form:
            mono = len(frame.layout.channels) == 1
            resampler = av.AudioResampler("fltp", "mono" if mono else "stereo", rate)
            form = now
        for piece in resampler.resample(frame):
            block = piece.to_ndarray()
            blocks.append(block if len(block) == 2 else np.repeat(block, 2, axis=0))
            got += block.shape[1]
        if got >= wanted:
            break
    if not blocks:
        return np.zeros((2, 0), np.float32)
    sound: Samples = np.nan_to_num(np.concatenate(blocks, axis=1)[:, :wanted])
    return np.clip(sound, -4.0, 4.0, out=sound)


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Every frame from here on; a scratch is passed over, a ruin is the end."""
    import av

    bad = 0
    packets = container.demux(stream)
    while bad < _BAD_PACKETS:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            frames = packet.decode()
        except av.error.EOFError:
            return
        except (av.FFmpegError, ValueError):
            bad += 1
            continue
        bad = 0
        yield from frames
