"""Small music files for tests: a few tones, in every container that people have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np

RATE = 48_000
CODECS = {
    ".mp3": ("libmp3lame", "mp3"),
    ".flac": ("flac", "flac"),
    ".ogg": ("vorbis", "ogg"),
    ".opus": ("libopus", "opus"),
    ".m4a": ("aac", "ipod"),
    ".aac": ("aac", "adts"),
    ".wav": ("pcm_s16le", "wav"),
    ".aiff": ("pcm_s16be", "aiff"),
    ".wma": ("wmav2", "asf"),
}


def write_song(
    path: Path, pitch: float = 440.0, seconds: float = 0.5, tags: Mapping[str, str] | None = None
) -> Path:
    """A tone that grows louder, so that no two places in it are alike; its container by suffix."""
    codec, container = CODECS[path.suffix]
    time = np.arange(int(seconds * RATE)) / RATE
    tone = 0.5 * np.sin(2 * np.pi * pitch * time) * (0.2 + 0.8 * time / seconds)
    samples = (np.stack([tone, tone]) * 32767).astype(np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format=container) as output:
        output.metadata.update(tags or {})
        # FFmpeg calls its own Vorbis encoder experimental; the wheel has no other.
        stream = output.add_stream(codec, rate=RATE, options={"strict": "experimental"})
        stream.bit_rate = 128_000
        stream.layout = "stereo"
        for start in range(0, samples.shape[1], 1024):
            piece = np.ascontiguousarray(samples[:, start : start + 1024].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = RATE, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path
