"""Songs for the tests: sines and chords, encoded as people's files are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np

from edge.ports import Samples

CODECS = {
    ".wav": "pcm_s16le",
    ".flac": "flac",
    ".mp3": "libmp3lame",
    ".ogg": "vorbis",
    ".opus": "libopus",
    ".m4a": "aac",
}


def sine(
    path: Path,
    hertz: float,
    seconds: float,
    rate: int = 44_100,
    channels: int = 2,
    amplitude: float = 0.5,
) -> Path:
    """Write a sine; the file's suffix chooses the codec."""
    times = np.arange(int(seconds * rate)) / rate
    wave = (amplitude * np.sin(2 * np.pi * hertz * times)).astype(np.float32)
    if path.suffix == ".ogg":
        channels = 2  # FFmpeg's own Vorbis encoder knows stereo only
    return write(path, np.repeat(wave[np.newaxis], channels, axis=0), rate)


def write(path: Path, planes: Samples, rate: int) -> Path:
    """Write samples, one row a channel."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(planes)]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(CODECS[path.suffix], rate=rate)
        stream.layout = layout
        if path.suffix == ".ogg":
            stream.codec_context.options = {"strict": "experimental"}
        for at in range(0, planes.shape[1], 4096):
            block = np.ascontiguousarray(planes[:, at : at + 4096])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate = rate
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def pitch(samples: Samples, rate: int) -> float:
    """The strongest frequency of the left side."""
    left = samples[:, 0] * np.hanning(len(samples))
    return float(np.abs(np.fft.rfft(left)).argmax() * rate / len(samples))


def level(samples: Samples) -> float:
    """The root of the mean power of the left side."""
    return float(np.sqrt(np.mean(np.square(samples[:, 0])))) if len(samples) else 0.0
