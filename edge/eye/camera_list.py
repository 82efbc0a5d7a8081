"""Which cameras this machine has, for a person who chooses one; none of them is switched on."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

import msgspec

from edge.eye import v4l2
from edge.eye.pixel_formats import READABLE

_DEVICES = Path("/sys/class/video4linux")
_NAMES = Path("/dev/v4l/by-id")
_INNER_DRIVERS = ("unicam", "bcm2835-isp", "bcm2835-codec", "rp1-cfe", "pispbe")
"""Stages of the Raspberry Pi's own camera, which is reached as `picamera` instead."""


class CameraFound(msgspec.Struct, frozen=True, kw_only=True):
    """One camera and how to choose it."""

    source: str
    """What to write in [camera] source: a name that stays, where there is one."""
    name: str
    kind: Literal["v4l2", "picamera"]
    sizes: tuple[tuple[int, int], ...]
    """Width and height of the pictures it gives, smallest first; none where it does not say."""


def list_cameras() -> tuple[CameraFound, ...]:
    """All cameras that can be used, the Raspberry Pi's own ones first."""
    from edge.eye.picamera import found_cameras

    own = tuple(
        CameraFound(source="picamera", name=name, kind="picamera", sizes=(size,) if size else ())
        for name, size in found_cameras()[:1]
    )
    return (*own, *_video_devices())


def _video_devices() -> list[CameraFound]:
    if not _DEVICES.is_dir():
        return []
    lasting = _lasting_names()
    nodes = [entry.name for entry in _DEVICES.iterdir() if re.fullmatch(r"video\d+", entry.name)]
    found = []
    for node in sorted(nodes, key=lambda name: int(name[len("video") :])):
        device = Path("/dev") / node
        camera = video_device(device, lasting.get(node, str(device)))
        if camera is not None:
            found.append(camera)
    return found


def video_device(device: Path, source: str) -> CameraFound | None:
    """What this device says of itself; None where it is no camera that we could read."""
    try:
        fd = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return CameraFound(source=source, name=_name_of(device), kind="v4l2", sizes=())
    try:
        about = v4l2.capability(fd)
        known = [pixels for pixels in v4l2.pixel_formats(fd) if pixels in READABLE]
        if not about.captures or about.driver in _INNER_DRIVERS or not known:
            return None
        sizes = {size for pixels in known for size in v4l2.sizes(fd, pixels)}
    except OSError:
        return None
    finally:
        os.close(fd)
    return CameraFound(
        source=source, name=about.card or device.name, kind="v4l2", sizes=tuple(sorted(sizes))
    )


def _name_of(device: Path) -> str:
    """The kernel's name for a device that may not be opened, or is in use."""
    try:
        return (_DEVICES / device.name / "name").read_text(encoding="utf-8").strip()
    except OSError:
        return device.name


def _lasting_names() -> dict[str, str]:
    """The name that stays when devices are plugged in in another order, by the one that may not."""
    if not _NAMES.is_dir():
        return {}
    return {entry.resolve().name: str(entry) for entry in sorted(_NAMES.iterdir())}
