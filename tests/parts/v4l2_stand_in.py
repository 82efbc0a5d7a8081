"""Builds the stand-in for a camera's driver, and says how it is preloaded."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("fake_v4l2.c")
FORMATS = "MJPG:640x480,1280x720 YUYV:320x240,640x480"
needs_compiler = pytest.mark.skipif(
    shutil.which("cc") is None, reason="no C compiler: the stand-in for a driver cannot be made"
)


def compiled(folder: Path) -> Path:
    library = folder / "fake_v4l2.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, SOURCE, "-ldl"],
        check=True,
    )
    return library


def environment(library: Path, device: str, file: Path, picture: Path) -> dict[str, str]:
    """For a process that shall find a camera at `device`; `file` is open while that is."""
    return {
        "LD_PRELOAD": str(library),
        "FAKE_V4L2_DEVICE": device,
        "FAKE_V4L2_FILE": str(file),
        "FAKE_V4L2_JPEG": str(picture),
        "FAKE_V4L2_FORMATS": FORMATS,
    }
