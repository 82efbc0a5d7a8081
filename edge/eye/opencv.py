"""OpenCV, loaded with what it reads from the environment only while it is being loaded."""

from __future__ import annotations

import os

os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# Seconds it waits for a camera's next picture, inside one call; by itself ten.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
# Refuses larger pictures before it takes memory for them.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "50000000")

import cv2 as cv2  # noqa: PLC0414 - after the above; "as" says that it is ours to hand on

# Our pictures are small: handing rows to other cores costs more than it saves.
cv2.setNumThreads(1)
