"""A loudness meter of our own to check the one in use, and signals whose loudness is stated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

FIVE_MINUTES_S = 300.0
Sound = NDArray[np.float64]
_RATE = 48_000


def integrated(samples: Sound, rate: int) -> float:
    """LUFS of 2 × n samples by ITU-R BS.1770-4, filtered as a whole and gated in 100 ms steps."""
    padded = samples.shape[1] + rate
    size = 1 << int(np.ceil(np.log2(padded)))
    gain = _k_response(np.fft.rfftfreq(size))
    step = rate // 10
    energy = np.zeros(samples.shape[1] // step)
    for channel in samples:
        loud = np.fft.irfft(np.fft.rfft(channel, size) * gain, size)[: len(energy) * step]
        energy += (loud.reshape(-1, step) ** 2).mean(axis=1)
    blocks = np.convolve(energy, np.full(4, 0.25), "valid")
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    kept = blocks[blocks > 0.1 * blocks.mean()]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def _k_response(turns: Sound) -> NDArray[np.complex128]:
    """The standard's own coefficients, which hold for 48 kHz."""
    z = np.exp(-2j * np.pi * turns)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - z) ** 2 / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.asarray(shelf * high_pass)


def highest(path: Path) -> float:
    """The highest sample of the file as it is."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        peaks = [
            float(np.abs(piece.to_ndarray()).max())
            for resampler in (av.AudioResampler("fltp", None, None),)
            for frame in container.decode(stream)
            for piece in resampler.resample(frame)
        ]
    return max(peaks)


def read_whole(path: Path) -> tuple[Sound, int]:
    """Every sample at 48 kHz, as 2 × n."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("fltp", "stereo", _RATE)
        blocks = [
            piece.to_ndarray()
            for frame in container.decode(stream)
            for piece in resampler.resample(frame)
        ]
        blocks += [piece.to_ndarray() for piece in resampler.resample(None)]
    return np.concatenate(blocks, axis=1).astype(np.float64), _RATE


def write_flac(path: Path, source: Path | Sound, seconds: float | None = None) -> Path:
    """These samples, or those of a song, over and over until it is long enough."""
    samples = source if isinstance(source, np.ndarray) else read_whole(source)[0]
    if seconds is not None:
        wanted = int(seconds * _RATE)
        samples = np.tile(samples, (1, wanted // samples.shape[1] + 1))[:, :wanted]
    fixed = (np.clip(samples, -1, 1) * (2**31 - 1)).astype(np.int32)
    with av.open(str(path), "w", format="flac") as output:
        stream = output.add_stream("flac", rate=_RATE, layout="stereo", format="s32")
        for start in range(0, fixed.shape[1], 4096):
            piece = np.ascontiguousarray(fixed[:, start : start + 4096].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s32", layout="stereo")
            frame.sample_rate, frame.pts = _RATE, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def tech_3341(folder: Path) -> Iterator[tuple[Path, float]]:
    """Cases 1 to 5 of EBU Tech 3341: sines of 1 kHz in both channels, and the stated LUFS."""
    cases: tuple[tuple[tuple[tuple[float, float], ...], float], ...] = (
        (((-23.0, 20.0),), -23.0),
        (((-33.0, 20.0),), -33.0),
        (((-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)), -23.0),
        (((-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)), -23.0),
        (((-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)), -23.0),
    )
    for number, (parts, lufs) in enumerate(cases, 1):
        tones = [
            10 ** (level / 20) * np.sin(2 * np.pi * 1000 * np.arange(int(length * _RATE)) / _RATE)
            for level, length in parts
        ]
        tone = np.concatenate(tones)
        yield write_flac(folder / f"case-{number}.flac", np.stack([tone, tone])), lufs
