"""The ways in which drivers lay out a picture, and how each becomes RGB."""

from __future__ import annotations

COMPRESSED = ("MJPG", "JPEG")
"""Each picture is a JPEG file."""
READABLE = (
    *COMPRESSED,
    "NV12",
    "YU12",
    "YUYV",
    "UYVY",
    "YVYU",
    "NV21",
    "YV12",
    "RGB3",
    "BGR3",
    "GREY",
)
"""V4L2's four letters, the best to have first: compressed ones come at full rate over USB."""
