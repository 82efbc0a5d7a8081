"""The second decoder, for what PyAV refuses: libsndfile, through soundfile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from edge.errors import TrackError

_BLOCK = 4096


class SndFile:
    """One open file as libsndfile reads it; the same shape as `Decoder`."""

    def __init__(self, path: Path | str, start_s: float = 0.0) -> None:
        try:
            import soundfile  # only now: most collections never need it
        except (ImportError, OSError) as error:
            raise TrackError("There is no second decoder.") from error
        self._name = Path(path).name
        try:
            self._file: Any = soundfile.SoundFile(str(path))
            self._file.seek(min(round(max(0.0, start_s) * self._file.samplerate), len(self._file)))
        except (soundfile.SoundFileError, OSError, ValueError, TypeError) as error:
            raise TrackError(f"{self._name} cannot be opened: {error}") from error
        self._errors = (soundfile.SoundFileError, OSError, ValueError)
        self.duration_s: float | None = len(self._file) / self._file.samplerate
        self.short = ""

    def frames(self) -> Iterator[Any]:
        """AudioFrames up to the end, or to where libsndfile stumbles too."""
        import av

        first = True
        while True:
            try:
                samples = self._file.read(_BLOCK, dtype="float32", always_2d=True)[:, :2]
            except self._errors as error:
                raise TrackError(f"{self._name} is damaged: {error}") from error
            if not len(samples):
                if first and not self._file.tell():
                    raise TrackError(f"{self._name} holds no sound that can be decoded.")
                return
            first = False
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples.T),
                format="fltp",
                layout="mono" if samples.shape[1] == 1 else "stereo",
            )
            frame.sample_rate = self._file.samplerate
            yield frame

    def close(self) -> None:
        self._file.close()
