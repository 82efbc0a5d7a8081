"""A stand-in for picamera2 that holds to its order of calls and refuses what it would refuse.

FAKE_PICAMERA names what goes wrong (none, busy, configure, hang), FAKE_PICAMERA_TOLD a file that
is told what was asked, and that stands for the device: it is open while the camera is.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

FAULT = os.environ.get("FAKE_PICAMERA", "")
TOLD = Path(os.environ["FAKE_PICAMERA_TOLD"])
STREAM = {"format", "size", "stride", "preserve_ar"}


def _mode(size: tuple[int, int], fps: float, crop: tuple[int, int, int, int]) -> dict[str, Any]:
    return {"size": size, "fps": fps, "crop_limits": crop, "bit_depth": 10}


class Picamera2:
    """One imx219, the second version of the camera, with the third's focus."""

    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        return [
            {"Model": "imx219", "Id": "/base/soc/i2c0mux/i2c@1/imx219@10", "Num": 0},
            {"Model": "HD Webcam", "Id": "/base/scb/pcie@7d500000/usb@0,0-1.3", "Num": 1},
        ]

    def __init__(self) -> None:
        if FAULT == "none":
            raise IndexError("list index out of range")
        if FAULT == "busy":
            raise RuntimeError("Camera __init__ sequence did not complete.")
        self._device = TOLD.open("a", encoding="utf-8")
        self._config: dict[str, Any] | None = None
        self._started = False
        self._out = 0
        self._taken = 0
        self.camera_controls = {
            "AfMode": (0, 2, 0),
            "AfRange": (0, 2, 0),
            "AeMeteringMode": (0, 3, 0),
            "AeExposureMode": (0, 3, 0),
            "FrameDurationLimits": (33333, 120000, None),
        }

    @property
    def sensor_modes(self) -> list[dict[str, Any]]:
        assert not self._started, "reading the modes reconfigures the camera"
        return [
            _mode((640, 480), 103.3, (1000, 752, 1280, 960)),
            _mode((1640, 1232), 41.8, (0, 0, 3280, 2464)),
            _mode((1920, 1080), 47.6, (680, 692, 1920, 1080)),
            _mode((3280, 2464), 21.2, (0, 0, 3280, 2464)),
        ]

    def create_video_configuration(
        self,
        main: dict[str, Any],
        buffer_count: int = 6,
        controls: dict[str, Any] | None = None,
        sensor: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        assert set(main) <= STREAM
        assert set(sensor or {}) <= {"output_size", "bit_depth"}
        assert set(controls or {}) <= set(self.camera_controls), "not advertised by libcamera"
        return {"main": main, "buffer_count": buffer_count, "controls": controls, "sensor": sensor}

    def configure(self, config: dict[str, Any]) -> None:
        assert not self._started, "Camera must be stopped before configuring"
        if FAULT == "configure":
            raise RuntimeError("Failed to configure camera")
        width, height = config["main"]["size"]
        assert isinstance(config["main"]["size"], tuple)
        assert width % 2 == 0, "width and height should be even"
        assert height % 2 == 0, "width and height should be even"
        assert config["main"]["format"] == "BGR888"
        self._config = config
        self._config["main"]["stride"] = (width * 3 + 63) // 64 * 64
        self._device.write(json.dumps(config, default=str) + "\n")
        self._device.flush()

    def camera_configuration(self) -> dict[str, Any]:
        assert self._config is not None
        return self._config

    def start(self) -> None:
        assert self._config is not None, "Camera has not been configured"
        self._started = True

    def capture_request(self) -> _Request:
        assert self._started
        assert self._config is not None
        assert self._out < self._config["buffer_count"], "every buffer is held by the application"
        if FAULT == "hang" and self._taken >= 3:
            time.sleep(600)
        time.sleep(1 / 30)
        self._taken += 1
        self._out += 1
        return _Request(self, self._config["main"])

    def stop(self) -> None:
        self._started = False

    def close(self) -> None:
        self.stop()
        self._device.close()


class _Request:
    def __init__(self, camera: Picamera2, main: dict[str, Any]) -> None:
        self._camera: Picamera2 | None = camera
        self._main = main

    def make_buffer(self, name: str) -> np.ndarray[Any, Any]:
        """Red, with rows padded by something else."""
        assert name == "main"
        assert self._camera is not None, "the request was released"
        width, height = self._main["size"]
        rows = np.full((height, self._main["stride"]), 99, np.uint8)
        rows[:, : width * 3] = np.tile(np.array([200, 30, 20], np.uint8), width)
        return rows.reshape(-1)

    def release(self) -> None:
        assert self._camera is not None, "released twice"
        self._camera._out -= 1
        self._camera = None
