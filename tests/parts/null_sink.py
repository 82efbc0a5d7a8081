"""A PulseAudio of its own with a null sink, and a recorder that hears what a listener would."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from edge.family import tied
from edge.ports import Samples

RATE = 48_000
_READY_S = 15.0


class NullSink:
    """Starts the server; `unload` and `load` are a loudspeaker that is pulled and put back."""

    def __init__(self) -> None:
        if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
            pytest.skip("PulseAudio is not installed, so nothing can be heard here")
        # Not tmp_path: the path of a Unix socket may have 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="sink-"))
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "PULSE_SERVER": f"unix:{self.folder / 'native'}",
        }
        self._server: subprocess.Popen[bytes] | None = None
        self._recorder: subprocess.Popen[bytes] | None = None
        self.start()

    def __enter__(self) -> NullSink:
        return self

    def __exit__(self, *_: object) -> None:
        if self._recorder is not None:
            self._finish(self._recorder)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        (self.folder / "native").unlink(missing_ok=True)
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no"]
        command += ["--exit-idle-time=-1", "--disable-shm=yes"]
        command += ["-L", f"module-native-protocol-unix socket={self.folder / 'native'}"]
        command += ["-L", f"module-null-sink sink_name=spk rate={RATE}"]
        quiet = subprocess.DEVNULL
        self._server = subprocess.Popen(tied(command), env=self.env, stdout=quiet, stderr=quiet)
        deadline = time.monotonic() + _READY_S
        while self.control("info").returncode:
            assert time.monotonic() < deadline, "PulseAudio did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server, as a crash would."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def control(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pactl", *words], env=self.env, capture_output=True, text=True, check=False, timeout=10
        )

    def unload(self) -> None:
        assert not self.control("unload-module", "module-null-sink").returncode

    def load(self) -> None:
        sink = ("load-module", "module-null-sink", "sink_name=spk", f"rate={RATE}")
        assert not self.control(*sink).returncode

    def record(self) -> None:
        """Begin to listen anew; must stand before the player opens, else SDL waits a second."""
        if self._recorder is not None:
            self._finish(self._recorder)
        file = (self.folder / "heard.raw").open("wb")
        command = ["parec", "-d", "spk.monitor", "--format=float32le", "--channels=2"]
        command += [f"--rate={RATE}", "--latency-msec=20"]
        with file:
            self._recorder = subprocess.Popen(
                tied(command), env=self.env, stdout=file, stderr=subprocess.DEVNULL
            )
        deadline = time.monotonic() + _READY_S
        while not self.heard_s():
            assert time.monotonic() < deadline, "the recorder heard nothing, not even silence"
            time.sleep(0.02)

    def heard_s(self) -> float:
        """Seconds recorded so far."""
        return (self.folder / "heard.raw").stat().st_size / (8 * RATE)

    def heard(self, since: int = 0) -> Samples:
        """All that was recorded so far, from this frame on."""
        with (self.folder / "heard.raw").open("rb") as file:
            file.seek(8 * since)
            raw = file.read()
        return np.frombuffer(raw[: len(raw) // 8 * 8], np.float32).reshape(-1, 2)

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2.0)
        if process.poll() is None:
            process.kill()
            process.wait()
