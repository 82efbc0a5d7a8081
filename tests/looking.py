"""Reading on from a camera, until its next picture or until it says why there is none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from edge.errors import CameraError, NoPictureYet
from edge.ports import Camera, Image

LONGEST_READ_S = 1.5
"""A read waits half a second; the machine that runs the tests may be busy."""


def next_picture(camera: Camera, within_s: float = 20.0) -> Image:
    """However long it takes to come; no single read may take long."""
    deadline = time.monotonic() + within_s
    while True:
        began = time.monotonic()
        try:
            return camera.read()
        except NoPictureYet:
            assert time.monotonic() < deadline, "no picture came"
        finally:
            assert time.monotonic() - began < LONGEST_READ_S


def error_of(camera: Camera) -> str:
    """What it says once it fails; pictures before that are passed over."""
    with pytest.raises(CameraError) as failure:
        read_on(camera)
    return str(failure.value)


def read_on(camera: Camera) -> None:
    """Until it fails."""
    while True:
        next_picture(camera)


def holders(device: Path) -> list[int]:
    """Every process that has this file open."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                files = [one.readlink() for one in (process / "fd").iterdir()]
            except OSError:
                continue
            if device in files:
                found.append(int(process.name))
    return found
