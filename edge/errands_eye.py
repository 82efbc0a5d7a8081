"""What `doctor` and `devices` ask of eye's parts; each in a child that has given up the network."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from edge.messages import MOODS

SHORT_RANGE_SHA256 = "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8"
"""The detector that this version was tested with; set-up fetches it by the same number."""


def isolation(_argument: Any, in_force: tuple[str, ...]) -> list[str]:
    """The protections that eye would have here."""
    return list(in_force)


def model(argument: dict[str, Any], _in_force: tuple[str, ...]) -> dict[str, Any]:
    """The model pair as it is opened at the door, and whether it reads the mean faces rightly."""
    from edge.eye.emotion import TfliteEmotionReader, installed
    from edge.eye.opencv import cv2
    from edge.seeing import CARD

    models = Path(argument["models"])
    right = shown = 0
    began = time.perf_counter()
    with TfliteEmotionReader(models / CARD, argument["runtime"]) as reader:
        opened_ms = (time.perf_counter() - began) * 1000
        for mood in MOODS:
            face = cv2.imread(str(models / "mean_faces" / f"{mood}.png"), cv2.IMREAD_GRAYSCALE)
            if face is not None:
                answer = reader.read(face)
                shown += 1
                right += max(answer, key=answer.__getitem__) == mood
        card = reader.card
        return {
            "runtime": reader.runtime,
            "installed": installed(),
            "model": card.model,
            "sha256": card.sha256,
            "shape": list(card.input.shape),
            "dtype": card.input.dtype,
            "scale": card.input.scale,
            "zero_point": card.input.zero_point,
            "labels": list(card.labels),
            "opened_ms": round(opened_ms, 1),
            "mean_faces": [right, shown],
        }


def detector(argument: dict[str, Any], _in_force: tuple[str, ...]) -> dict[str, Any]:
    """Which file finds the faces, whether it is the known one, and whether it finds one."""
    from edge.eye.demo_camera import DemoCamera
    from edge.eye.faces import MediapipeFaceFinder
    from edge.seeing import DETECTOR

    models = Path(argument["models"])
    file = models / DETECTOR
    with MediapipeFaceFinder(file) as finder:
        found = len(finder.find(DemoCamera(models / "mean_faces").read()))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return {
        "file": file.name,
        "sha256": sha256,
        "known": sha256 == SHORT_RANGE_SHA256,
        "found": found,
    }


def cameras(_argument: Any, _in_force: tuple[str, ...]) -> list[dict[str, Any]]:
    """All cameras of this machine, none of them switched on."""
    import msgspec

    from edge.eye.camera_list import list_cameras

    found: list[dict[str, Any]] = msgspec.to_builtins(list_cameras())
    return found
