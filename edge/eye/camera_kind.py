"""Tells from its name alone what sort of camera a source is; loads nothing."""

from __future__ import annotations

import re
from pathlib import Path

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def camera_kind(source: str) -> str:
    """What sort of camera a source names: demo, picamera, v4l2, folder, file or network."""
    if source in ("demo", "picamera"):
        return source
    if _URL.match(source):
        return "network"
    if source.isdecimal() or source.startswith("/dev/"):
        return "v4l2"
    path = Path(source)
    return "folder" if path.is_dir() or path.suffix.lower() in PICTURES else "file"
