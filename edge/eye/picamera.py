"""The Raspberry Pi's own camera, through picamera2, in a process that holds nothing else."""

from __future__ import annotations

Size = tuple[int, int]


def found_cameras() -> list[tuple[str, Size | None]]:
    """Name and full size of each camera on the ribbon cables; none without picamera2."""
    try:
        from picamera2 import Picamera2
    except ImportError:
        return []
    try:
        found = Picamera2.global_camera_info()
    except RuntimeError:
        return []
    # USB cameras are listed as well, with the path of their device on the bus.
    return [(about["Model"], None) for about in found if "usb" not in about.get("Id", "")]
